"""Functions of compiled code as subjects of `verify` and `trace`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ordercheck import shipped
from ordercheck.errors import GaveOut, InputError
from ordercheck.frontends.python import Family
from ordercheck.program.ir import Block, Exit, Program, Thread, Unmodelled

if TYPE_CHECKING:
    from ordercheck.frontends.llvm import Code
    from ordercheck.frontends.llvm.module import Module
    from ordercheck.frontends.llvm.summaries import Summaries

_BEHIND = re.compile(r"->|\[|\.")
Leaves = Callable[[Program], bool]
SUFFIXES = (".ll", ".bc")
DESCRIPTION = "program.toml"
CONTRACTS = ("drained", "nodrain", "infer")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the options for compiled code say: functions to enter, and how to look at them.

    refuse: the assumptions that must not be used. contract: "nodrain" where a function may return
    with non-temporal stores pending. fixed_key: static keys and variables that do not change meanwhile.
    infers: whole files are asked for contracts: not where a drain is left out, to see what it is for.
    """

    entry: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    contract: str = ""
    fixed_key: tuple[str, ...] = ()
    infers: bool = True

    def asked(self, specs: Sequence[str]) -> dict[str, str]:
        """All but the entries, as options of a program; contracts are inferred for whole files."""
        whole = not self.entry and any(spec.endswith(SUFFIXES) for spec in specs)
        found = {
            "summary": ",".join(self.summary),
            "publish": ",".join(self.publish),
            "refuse": ",".join(self.refuse),
            "fixed_key": ",".join(self.fixed_key),
            "contract": self.contract or ("infer" if whole and self.infers else ""),
        }
        return {name: text for name, text in found.items() if text}


NOT_COMPILED = Compiled()
OPTIONS = ("summary", "publish", "refuse", "contract", "fixed_key")


@dataclass(frozen=True, eq=False)
class LlvmFamily(Family):
    """A function of compiled code. modules: the files of each variant ("": there is one alone)."""

    modules: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    entry: str = ""

    def build(self, variant: str = "", options: Mapping[str, str] | None = None) -> Program:
        """The function as a program. Raises InputError for files that cannot be read, names that mean
        nothing; what is too large makes a program of which nothing is known.
        """
        if variant and variant not in self.variants:
            known = ", ".join(self.variants) or "it has none"
            raise InputError(f"{self.spec} has no variant {variant} (variants: {known})")
        chosen = self._chosen(variant)
        program = _program(self.modules[chosen], self.entry, tuple(sorted((options or {}).items())))
        return replace(program, variant=chosen)

    def hint(self, variant: str, name: str) -> str:
        """Arguments that are pointers are no parameters, and not all that they point to is one."""
        from ordercheck.frontends import llvm
        from ordercheck.frontends.llvm.ir import PtrType

        module, entry = llvm.entries(code(self.modules[self._chosen(variant)]), self.entry)[0]
        pointers = [p for p in module.functions[entry].params if isinstance(p.type, PtrType)]
        names = {name for p in pointers for name in (p.called, p.name, f"%{p.name}") if name}
        if name in names:
            return f"; {name} is a pointer: with memory behind it, it is no parameter"
        base = _BEHIND.split(name.lstrip("&*"))[0]
        if base not in names:
            return ""
        return f"; what {base} points to is one only where this code loads it and never stores to it"

    def _chosen(self, variant: str) -> str:
        return variant or next(iter(self.variants), "")


def is_compiled(spec: str) -> bool:
    """Whether the user names compiled code: FILE.ll or FILE.bc, several with commas, :FUNCTION after them."""
    files = spec.rpartition(":")[0] if ":" in spec else spec
    return all(part.endswith(SUFFIXES) for part in (files or spec).split(","))


def load(spec: str) -> LlvmFamily:
    """The function that FILES:FUNCTION names. Raises InputError where there is none."""
    files, _, name = spec.rpartition(":")
    paths = _files(spec)
    from ordercheck.frontends import llvm

    llvm.entries(code(paths), name)
    options = dict.fromkeys(OPTIONS, ())
    return LlvmFamily(spec, {}, dict(options), paths[0].parent, files, _unused, {"": paths}, name)


def shipped_family(name: str, folder: Path) -> LlvmFamily:
    """The compiled program of that name among the shipped ones: its folder has a program.toml."""
    path = folder / DESCRIPTION
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    modules = {v: tuple(folder / f for f in entry["files"]) for v, entry in table["variants"].items()}
    texts = {v: str(entry["text"]) for v, entry in table["variants"].items()}
    options = dict.fromkeys(OPTIONS, ())
    return LlvmFamily(name, texts, dict(options), folder, str(path), _unused, modules, str(table["entry"]))


def expanded(specs: Sequence[str], compiled: Compiled, leaves: Leaves) -> tuple[str, ...]:
    """The programs that are meant: all files of compiled code together, once for each function to enter.

    Without --entry: each function that holds a non-temporal store or a fence, and the callers of each
    that may return with such stores pending, which have to drain for it. leaves: whether that may be.
    Raises InputError where --entry has no file to look in, or no function is found.
    """
    files = [s for s in specs if s.endswith(SUFFIXES)]
    others = [s for s in specs if s not in files]
    if not files:
        if compiled.entry:
            raise InputError("--entry needs compiled code to look in: FILE.ll or FILE.bc")
        return tuple(others)
    parts = tuple(Path(part) for spec in files for part in spec.split(","))
    from ordercheck.frontends import llvm

    found = code(parts)
    if compiled.entry:
        asked = [each for name in compiled.entry for each in llvm.entries(found, name)]
    else:
        asked = _survey(found, parts, compiled.asked(specs), leaves)
    return (*others, *(_spec(found, module, name) for module, name in asked))


def _survey(
    found: Code, parts: tuple[Path, ...], options: Mapping[str, str], leaves: Leaves
) -> list[tuple[Module, str]]:
    from ordercheck.frontends import llvm

    asked = llvm.holders(found, _summaries(parts, options.get("summary", "")).find)
    if not asked:
        text = "no function here holds a non-temporal store or a fence (--entry NAME asks about any)"
        raise InputError(text, ", ".join(map(str, parts)))
    known = tuple(sorted(options.items()))
    done = 0
    while done < len(asked):
        module, name = asked[done]
        done += 1
        if leaves(_program(_files(_spec(found, module, name)), name, known)):
            asked = llvm.unique(found, [*asked, *llvm.callers(found, module, name)])
    return asked


def _files(spec: str) -> tuple[Path, ...]:
    return tuple(map(Path, spec.rpartition(":")[0].split(",")))


def _spec(found: Code, module: Module, name: str) -> str:
    """The function among all files: its own comes first where another one has a function of that name."""
    first = next(m for m in found.modules if name in m.functions and m.functions[name].blocks)
    modules = found.modules
    if first is not module:
        modules = (module, *(m for m in modules if m is not module))
    return f"{','.join(str(m.path) for m in modules)}:{name}"


@lru_cache(maxsize=4)
def code(paths: tuple[Path, ...]) -> Code:
    """The modules in these files, read once."""
    from ordercheck.frontends import llvm

    return llvm.read(paths)


@lru_cache(maxsize=256)
def _program(paths: tuple[Path, ...], name: str, options: tuple[tuple[str, str], ...]) -> Program:
    from ordercheck.frontends import llvm
    from ordercheck.frontends.llvm.assumptions import KINDS

    given = dict(options)
    refused = _words(given.get("refuse", ""))
    for word in refused:
        if word not in KINDS:
            raise InputError(f"--refuse {word}: expected one of {', '.join(KINDS)}")
    contract = given.get("contract", "")
    if contract and contract not in CONTRACTS:
        raise InputError(f"--contract {contract}: expected one of {', '.join(CONTRACTS)}")
    found = code(paths)
    summaries = _summaries(paths, given.get("summary", ""))
    publish = llvm.published(found, _words(given.get("publish", "")))
    fixed = llvm.fixed(found, _words(given.get("fixed_key", "")))
    how = llvm.Options(summaries, publish, contract == "nodrain", frozenset(refused), fixed)
    module, name = llvm.entries(found, name)[0]
    try:
        return llvm.translate(found, module, module.functions[name], how).program
    except GaveOut as reason:
        thread = Thread(name, (Block((Unmodelled(str(reason)),), Exit()),), {})
        return Program(name, (thread,), ())


@lru_cache(maxsize=4)
def _summaries(paths: tuple[Path, ...], more: str) -> Summaries:
    """The shipped summaries for that code, and those of the user's files."""
    from ordercheck.frontends.llvm.summaries import Summaries

    return Summaries.load(shipped.summary_files(code(paths).kernel), [*map(Path, _words(more))])


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _unused() -> None:
    raise AssertionError("compiled code is not built by a function")
