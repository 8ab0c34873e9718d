"""A program and its variants and options, found by name or in a user's file.

A shipped program is a folder with a `program.py`; a user names a file and what in it to
take, `FILE.py:NAME`. Both may say VARIANTS (name to description, the first is the
default) and OPTIONS (name to the values allowed, the first is the default). What is
taken is a Program, a ProgramBuilder, or a function that returns one of them; the
function is given the variant and the options that it has parameters for.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from ordercheck import shipped
from ordercheck.errors import InputError
from ordercheck.program.builder import ProgramBuilder
from ordercheck.program.ir import Program

Option = int | str | bool
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Family:
    """A program that may come in variants.

    spec: what the user wrote; variants: name to description (empty: it has none);
    options: name to the values allowed; folder: where expected.toml may be.
    """

    spec: str
    variants: Mapping[str, str]
    options: Mapping[str, tuple[Option, ...]]
    folder: Path
    file: str
    _make: Callable[..., object]

    def build(self, variant: str = "", options: Mapping[str, str] | None = None) -> Program:
        """The program of a variant ("": the default), with options given as text.

        Raises InputError where a name or value is not one of those allowed, or where the
        user's code raises.
        """
        if variant and variant not in self.variants:
            known = ", ".join(self.variants) or "it has none"
            raise InputError(f"{self.spec} has no variant {variant} (variants: {known})")
        chosen = variant or next(iter(self.variants), "")
        values: dict[str, Option] = {name: allowed[0] for name, allowed in self.options.items()}
        for name, text in (options or {}).items():
            values[name] = self._option(name, text)
        arguments = {"variant": chosen, **values}
        accepted = _parameters(self._make)
        made = _guarded(
            self.file, lambda: self._make(**{k: v for k, v in arguments.items() if k in accepted})
        )
        if isinstance(made, ProgramBuilder):
            builder = made
            made = _guarded(self.file, builder.build)
        if not isinstance(made, Program):
            raise InputError(f"{self.spec} gives a {type(made).__name__}, not a Program", self.file)
        if not made.threads:
            raise InputError(f"{self.spec} has no thread: there is nothing to check", self.file)
        return replace(made, variant=chosen or made.variant)

    def hint(self, variant: str, name: str) -> str:
        """What to add where no parameter has that name."""
        return ""

    def _option(self, name: str, text: str) -> Option:
        allowed = self.options.get(name)
        if allowed is None:
            known = ", ".join(self.options) or "it has none"
            raise InputError(f"{self.spec} has no option {name} (options: {known})")
        for value in allowed:
            if str(value).lower() == text.lower():
                return value
        raise InputError(f"option {name}: expected one of {', '.join(map(str, allowed))}, got {text}")


def load(spec: str) -> Family:
    """The program called `spec`: the name of a shipped one, or FILE.py:NAME.

    Raises InputError where there is none, or where the file cannot be run.
    """
    folders = shipped.program_folders()
    if spec in folders:
        return _family(spec, folders[spec] / "program.py", "build")
    path, separator, name = spec.rpartition(":")
    if spec.endswith((".py", ".py:")):
        file = spec.removesuffix(":")
        raise InputError(f"which program in it? expected {file}:NAME", file)
    if not separator or not path.endswith(".py"):
        known = ", ".join(shipped.program_names())
        kinds = "FILE.ll, FILE.bc, FILE.py:NAME, FILE.litmus"
        raise InputError(
            f"no program {spec or 'without a name'}: expected {kinds} or a shipped one ({known})"
        )
    return _family(spec, Path(path), name)


def _family(spec: str, file: Path, name: str) -> Family:
    module = _run(file)
    if not hasattr(module, name):
        raise InputError(f"the file defines no {name}", str(file))
    found = getattr(module, name)
    make = found if callable(found) else (lambda: found)
    variants = getattr(module, "VARIANTS", {})
    options = getattr(module, "OPTIONS", {})
    if not isinstance(variants, Mapping) or not isinstance(options, Mapping):
        raise InputError("VARIANTS and OPTIONS are dictionaries", str(file))
    accepted = _parameters(make)
    if "variant" not in accepted:
        variants = {}
    allowed = {str(k): tuple(v) for k, v in options.items() if k in accepted}
    if any(not values for values in allowed.values()):
        raise InputError("an option in OPTIONS has no value", str(file))
    return Family(spec, dict(variants), allowed, file.parent, str(file), make)


def _parameters(make: Callable[..., object]) -> set[str]:
    try:
        return set(inspect.signature(make).parameters)
    except (TypeError, ValueError):
        return set()


def _run(file: Path) -> ModuleType:
    try:
        source = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"cannot read the file: {reason}", str(file)) from error
    module = ModuleType(f"ordercheck_program_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module

    def execute() -> None:
        exec(compile(source, str(file), "exec"), module.__dict__)

    _guarded(str(file), execute)
    return module


def _guarded(file: str, action: Callable[[], T]) -> T:
    """Runs the user's code; whatever it raises becomes an InputError at the line where it did."""
    try:
        return action()
    except InputError:
        raise
    except SyntaxError as error:
        raise InputError(
            f"{error.msg}", error.filename or file, error.lineno or 0, error.offset or 0
        ) from error
    except (Exception, SystemExit) as error:
        line = 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == file:
                line = frame.lineno or 0
        text = str(error).splitlines()[0] if str(error) else ""
        raise InputError(f"{type(error).__name__}: {text}".removesuffix(": "), file, line) from error
