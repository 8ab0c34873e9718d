"""A cat file and all that it includes, as a model."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from ordercheck.cat import syntax
from ordercheck.cat.parser import parse
from ordercheck.cat.resolve import Resolver
from ordercheck.cat.terms import Model, dynamic_terms
from ordercheck.errors import InputError
from ordercheck.shipped import models_folder

# bytes of one file, and of all that a model reads
MAX_FILE = 1 << 20
MAX_TOTAL = 4 << 20
_STDLIB = "stdlib.cat"


def load(
    path: Path, include: Sequence[Path] = (), bell: Path | None = None, variants: Sequence[str] = ()
) -> Model:
    """The model in a cat file.

    bell: a file that is run before it, with the tags of a language; variants: the names that
    `if "name"` finds set. An included file is looked for in the folder of the file that includes it, in the
    `include` folders, and among the shipped models. Raises InputError with file, line and
    column for everything that is wrong, a missing file among them.
    """
    loader = _Loader(include, variants)
    return loader.model(loader.read(path), str(path), path.parent, bell)


def parse_text(text: str, file: str = "<text>", include: Sequence[Path] = ()) -> Model:
    """The model in a text; `file` is what errors call it. Errors and includes as in `load`."""
    if len(text) > MAX_FILE:
        raise InputError(f"longer than {MAX_FILE} bytes", file)
    loader = _Loader(include)
    loader.digest.update(text.encode(errors="surrogatepass"))
    return loader.model(text, file, None)


class _Loader:
    def __init__(self, include: Sequence[Path], variants: Sequence[str] = ()) -> None:
        self._folders = list(include)
        self._shipped = models_folder() / "memory"
        self._open: list[Path] = []
        self._total = 0
        self._resolver = Resolver(frozenset(variants))
        self.digest = sha256(repr(sorted(variants)).encode())

    def model(self, text: str, file: str, folder: Path | None, bell: Path | None = None) -> Model:
        """Runs the standard library, the bell file, then the text."""
        library = self._shipped / _STDLIB
        self._run(self.read(library), library)
        if bell is not None:
            self._run(self.read(bell), bell)
        if folder is not None:
            self._open.append(Path(file).resolve())
        tree = parse(text, file)
        self._resolver.run(tree, file, lambda node: self._include(node, file, folder))
        resolver = self._resolver
        checks, shows = tuple(resolver.checks), dict(resolver.shows)
        roots = [*(check.term for check in checks), *shows.values()]
        choices, assumed = tuple(resolver.choices), tuple(resolver.assumed)
        dynamic = dynamic_terms(roots, resolver.fixpoints)
        name = Path(file).stem if folder is not None else file
        digest = self.digest.hexdigest()
        title = tree.title or name
        fixpoints = dict(resolver.fixpoints)
        names = resolver.names()
        return Model(name, title, file, checks, fixpoints, shows, digest, dynamic, choices, assumed, names)

    def read(self, path: Path) -> str:
        """The text of a file, counted and digested. Raises InputError where it cannot be read."""
        try:
            with path.open("rb") as stream:
                data = stream.read(MAX_FILE + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise InputError(f"cannot read this cat file: {reason}", str(path)) from None
        self._total += len(data)
        if len(data) > MAX_FILE:
            raise InputError(f"longer than {MAX_FILE} bytes", str(path))
        if self._total > MAX_TOTAL:
            raise InputError(f"this model reads more than {MAX_TOTAL} bytes in all", str(path))
        self.digest.update(data)
        # a comment may be in any encoding; a bad byte elsewhere is an unexpected character
        return data.decode(errors="replace")

    def _run(self, text: str, path: Path) -> None:
        self._open.append(path.resolve())
        self._resolver.run(
            parse(text, str(path)), str(path), lambda node: self._include(node, str(path), path.parent)
        )
        self._open.pop()

    def _include(self, node: syntax.Include, file: str, folder: Path | None) -> None:
        folders = [*([folder] if folder is not None else []), *self._folders, self._shipped]
        for candidate in (base / node.file for base in folders):
            try:
                if not candidate.is_file():
                    continue
            except ValueError:
                break
            if candidate.resolve() in self._open:
                raise InputError(f'the include of "{node.file}" is a cycle', file, node.line, node.column)
            self._run(self.read(candidate), candidate)
            return
        looked = ", ".join(dict.fromkeys(str(base) for base in folders))
        raise InputError(f'no file "{node.file}" in {looked}', file, node.line, node.column)
