"""herd7's configuration files (`-conf linux-kernel.cfg`): a key and its value on each line.

Read are the keys that say what is decided: `model`, `bell`, `macros`, `variant`, `unroll`,
`timeout`, `include` and the files that `conf` and `local-conf` name. Keys that say how herd7
draws pictures are known and mean nothing here. Keys that would change herd7's answers in a
way that nobody modelled are refused, and so is every other key. Source: herd7 7.58.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ordercheck.errors import InputError
from ordercheck.shipped import models_folder

MAX_FILE = 1 << 20
MAX_NESTING = 16
MAX_BOUND = 10_000
_LINE = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)?)(?:[ \t]*=[ \t]*|[ \t]+)(\S.*)")

PICTURES = frozenset(
    """
    arrowsize boxscale brackets classes doshow dotcom dotheader dotmode dsiy edgeattr edgefontsizedelta
    edgemerge extrachars finalrfpos fixedsize fontname fontsize graph initpos initrfpos labelbox labelinit
    margin mono movelabel noid nshow oneinit overlap pad penwidth ptscale relabel scale sep shift
    shortlegend show showevents showfinalrf showflag showinitrf showinitwrites showkind showlegend
    showobserved showpo showraw showthread siwidth splines squished suffix symetric texmacros threadposy
    tikz unshow verbose view withbox xscale yscale
    """.split()  # noqa: SIM905  # sixty lines otherwise
)
"""Keys that only say how executions are drawn, or what is said besides."""

# a value that is herd7's default changes nothing
_DEFAULTS = {
    "archcheck": "true",
    "badexecs": "true",
    "dumpallfaults": "false",
    "hexa": "false",
    "optace": "iico",
    "outcomereads": "false",
    "restrict": "none",
    "speedcheck": "false",
    "strictskip": "false",
    "through": "none",
}
_REFUSED = frozenset(
    [*_DEFAULTS, "badflag", "conds", "debug", "endian", "excl", "initwrites", "kinds", "machsize", "names"]
) | {"nonames", "oknames", "rename", "skipchecks"}


@dataclass(slots=True)
class Conf:
    """What configuration files say. Paths are found files; variants are names in lower case.

    model: a path, or the name of a shipped model; bound: rounds of a loop (None: not said), one
    more than herd7's `unroll`, which counts jumps back; timeout: seconds for a test.
    """

    model: str = ""
    bell: Path | None = None
    macros: Path | None = None
    variants: list[str] = field(default_factory=list)
    include: list[Path] = field(default_factory=list)
    bound: int | None = None
    timeout: float | None = None


def find(name: str, folders: Sequence[Path]) -> Path | None:
    """The file of that name: the path itself where it begins with `/` or `.`, else in the first folder
    that has it; None where none has.
    """
    path = Path(name)
    explicit = path.is_absolute() or name.startswith(("./", "../"))
    for candidate in [path] if explicit else [folder / path for folder in folders]:
        try:
            if candidate.is_file():
                return candidate
        except ValueError:
            return None
    return None


def read(name: str, include: Sequence[Path] = ()) -> Conf:
    """The configuration in a file, looked for in the current folder and the `include` folders.

    Files that it names are looked for beside it, in the current folder, and in the `include`
    folders. Raises InputError, at its line, for what is not understood.
    """
    path = find(name, [Path(), *include])
    if path is None:
        raise InputError(f"no configuration file {name} {_among([Path(), *include])}")
    conf = Conf()
    _Reader(conf, include).read(path, 0)
    return conf


def _among(folders: Sequence[Path]) -> str:
    return f"in {', '.join(dict.fromkeys(str(folder) for folder in folders))}"


class _Reader:
    def __init__(self, conf: Conf, include: Sequence[Path]) -> None:
        self._conf, self._given = conf, list(include)

    def read(self, path: Path, depth: int) -> None:
        """Every line of a file, in order: a later one wins."""
        for number, line in _lines(path):
            match = _LINE.fullmatch(line)
            if match is None:
                raise InputError("expected a key, blanks or `=`, and its value", str(path), number, 1)
            try:
                self._entry(match[1], match[2].rstrip(), path, depth)
            except InputError as error:
                if error.file:
                    raise
                raise InputError(error.message, str(path), number, 1) from None

    def _entry(self, key: str, value: str, path: Path, depth: int) -> None:
        conf = self._conf
        match key:
            case "model" | "cat":
                shipped = [models_folder() / "memory"]
                conf.model = str(self._file(value, path, shipped)) if value.endswith(".cat") else value
            case "bell":
                conf.bell = self._file(value, path)
            case "macros":
                conf.macros = self._file(value, path)
            case "variant":
                conf.variants += words(value)
            case "unroll":
                conf.bound = None if value == "none" else rounds(value)
            case "timeout":
                conf.timeout = None if value == "none" else _seconds(value)
            case "include":
                conf.include.append(path.parent / value)
            case "conf" | "local-conf":
                if depth >= MAX_NESTING:
                    raise InputError(f"configuration files name each other more than {MAX_NESTING} deep")
                self.read(self._file(value, path), depth + 1)
            case _:
                _known(key, value)

    def _file(self, name: str, path: Path, further: Sequence[Path] = ()) -> Path:
        folders = [path.parent, Path(), *self._given, *self._conf.include, *further]
        found = find(name, folders)
        if found is None:
            raise InputError(f"no file {name} {_among(folders)}")
        return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are neither empty nor a comment, with their numbers."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read this configuration file: {reason}", str(path)) from None
    if len(data) > MAX_FILE:
        raise InputError(f"longer than {MAX_FILE} bytes", str(path))
    for number, line in enumerate(data.decode(errors="replace").split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.rstrip()


def _known(key: str, value: str) -> None:
    """Raises InputError unless the key means nothing here."""
    if key in PICTURES or _DEFAULTS.get(key) == value:
        return
    if key in _REFUSED:
        raise InputError(f"`{key} {value}` is not modelled: it would change what herd7 answers")
    raise InputError(f"unknown key {key}")


def words(value: str) -> list[str]:
    """Names with commas or blanks between, in lower case."""
    return value.lower().replace(",", " ").split()


def rounds(value: str) -> int:
    """The bound that an `unroll` of herd7 means; raises InputError where it is no such number."""
    if not (value.isascii() and value.isdigit() and len(value) < 9 and int(value) < MAX_BOUND):
        raise InputError(f"unroll {value[:40]}: expected a number from 0 to {MAX_BOUND - 1}")
    return int(value) + 1


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 1e6:
        raise InputError(f"timeout {value[:40]}: expected a number of seconds above 0")
    return seconds
