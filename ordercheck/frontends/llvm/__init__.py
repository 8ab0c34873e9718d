"""LLVM IR, as a compiler leaves it, into programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.fixed import ALL
from ordercheck.frontends.llvm.ir import GlobalRef
from ordercheck.frontends.llvm.module import Module, load
from ordercheck.frontends.llvm.survey import callers, holders, unique
from ordercheck.frontends.llvm.translate import Options, Translated, translate
from ordercheck.frontends.llvm.watchers import RETURN, STORES


def read(paths: Sequence[Path]) -> Code:
    """The modules in these files, as one piece of code. Raises InputError where one cannot be read."""
    return Code([load(path) for path in paths])


def entries(code: Code, name: str) -> list[tuple[Module, str]]:
    """The functions of that name, the modules' own ones each; raises InputError where there is none."""
    found = [(m, name) for m in code.modules if name in m.functions and m.functions[name].blocks]
    if found:
        return unique(code, found)
    files = ", ".join(str(m.path) for m in code.modules)
    raise InputError(f"no function {name} is defined here{_similar(code, name)}", files)


def published(code: Code, names: Sequence[str]) -> tuple[str, ...]:
    """What others are to look after, with what aliases among it stand for.

    Raises InputError for a name that means nothing here: to ignore it would be to prove too much.
    """
    found = dict.fromkeys(names)
    for name in names:
        known = name in (RETURN, STORES) or any(m.knows(name) for m in code.modules)
        if not known and not any(_argument(m, name) for m in code.modules):
            expected = f"expected {RETURN}, {STORES}, or a global or function here"
            raise InputError(f"--publish {name}: {expected}{_similar(code, name)}")
        for module in code.modules:
            target = module.aliases.get(name)
            if isinstance(target, GlobalRef):
                found[target.name] = None
    return tuple(found)


def fixed(code: Code, names: Sequence[str]) -> tuple[str, ...]:
    """The static keys and variables that do not change.

    Raises InputError for a name that means nothing here.
    """
    for name in names:
        if name != ALL and not any(name in m.globals for m in code.modules):
            raise InputError(
                f"--fixed-key {name}: expected {ALL}, or a static key or variable here{_similar(code, name)}"
            )
    return tuple(names)


def _argument(module: Module, name: str) -> bool:
    functions = (module.functions[f] for f in module.defined())
    return any(name in (p.called, p.name) for f in functions for p in f.params)


def _similar(code: Code, name: str) -> str:
    import difflib

    names = [n for m in code.modules for n in (*m.functions, *m.globals) if not n.startswith("llvm.")]
    close = difflib.get_close_matches(name, names, 3) or [n for n in names if name in n][:3]
    return f" (there is {', '.join(close)})" if close else ""


__all__ = [
    "Code",
    "Options",
    "Translated",
    "callers",
    "entries",
    "fixed",
    "holders",
    "published",
    "read",
    "translate",
    "unique",
]
