"""Functions of compiled code as subjects of `verify` and `trace`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
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

SUFFIXES = (".ll", ".bc")
DESCRIPTION = "program.toml"
CONTRACTS = ("drained", "nodrain", "infer")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the options for compiled code say: functions to enter, and how to look at them.

    refuse: the assumptions that must not be used. contract: "nodrain" where a function may return
    with non-temporal stores pending.
    """

    entry: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    contract: str = ""

    def asked(self, specs: Sequence[str]) -> dict[str, str]:
        """All but the entries, as options of a program; contracts are inferred for whole files."""
        whole = not self.entry and any(spec.endswith(SUFFIXES) for spec in specs)
        found = {
            "summary": ",".join(self.summary),
            "publish": ",".join(self.publish),
            "refuse": ",".join(self.refuse),
            "contract": self.contract or ("infer" if whole else ""),
        }
        return {name: text for name, text in found.items() if text}


NOT_COMPILED = Compiled()
OPTIONS = ("summary", "publish", "refuse", "contract")


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
        chosen = variant or next(iter(self.variants), "")
        program = _program(self.modules[chosen], self.entry, tuple(sorted((options or {}).items())))
        return replace(program, variant=chosen)


def is_compiled(spec: str) -> bool:
    """Whether the user names compiled code: FILE.ll or FILE.bc, several with commas, :FUNCTION after them."""
    files = spec.rpartition(":")[0] if ":" in spec else spec
    return all(part.endswith(SUFFIXES) for part in (files or spec).split(","))


def load(spec: str) -> LlvmFamily:
    """The function that FILES:FUNCTION names. Raises InputError where there is none."""
    files, _, name = spec.rpartition(":")
    paths = tuple(map(Path, files.split(",")))
    from ordercheck.frontends import llvm

    llvm.entry(code(paths), name)
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


def expanded(specs: Sequence[str], compiled: Compiled) -> tuple[str, ...]:
    """The programs that are meant: all files of compiled code together, once for each function to enter.

    Without --entry: each function that holds a non-temporal store or a fence.
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
    names = compiled.entry or tuple(llvm.survey(found))
    if not names:
        text = "no function here holds a non-temporal store or a fence (--entry NAME asks about any)"
        raise InputError(text, ", ".join(map(str, parts)))
    joined = ",".join(map(str, parts))
    return (*others, *(f"{joined}:{name}" for name in names))


@lru_cache(maxsize=4)
def code(paths: tuple[Path, ...]) -> Code:
    """The modules in these files, read once."""
    from ordercheck.frontends import llvm

    return llvm.read(paths)


@lru_cache(maxsize=256)
def _program(paths: tuple[Path, ...], name: str, options: tuple[tuple[str, str], ...]) -> Program:
    from ordercheck.frontends import llvm
    from ordercheck.frontends.llvm.assumptions import KINDS
    from ordercheck.frontends.llvm.summaries import Summaries

    given = dict(options)
    refused = _words(given.get("refuse", ""))
    for word in refused:
        if word not in KINDS:
            raise InputError(f"--refuse {word}: expected one of {', '.join(KINDS)}")
    contract = given.get("contract", "")
    if contract and contract not in CONTRACTS:
        raise InputError(f"--contract {contract}: expected one of {', '.join(CONTRACTS)}")
    found = code(paths)
    files = map(Path, _words(given.get("summary", "")))
    summaries = Summaries.load([*shipped.summary_files(found.kernel), *files])
    how = llvm.Options(summaries, _words(given.get("publish", "")), contract == "nodrain", frozenset(refused))
    module, name = llvm.entry(found, name)
    try:
        return llvm.translate(found, module, module.functions[name], how).program
    except GaveOut as reason:
        thread = Thread(name, (Block((Unmodelled(str(reason)),), Exit()),), {})
        return Program(name, (thread,), ())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _unused() -> None:
    raise AssertionError("compiled code is not built by a function")
