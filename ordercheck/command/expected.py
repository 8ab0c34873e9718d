"""The verdicts that a program is expected to have: `expected.toml` beside it.

[[verdict]]
variant = "no-d3"                         # and, optionally: assume = "CONDITION"
transparency = { x86-nt = "refuted" }     # a model that is not named: proved (condition: holds)

[[drain]]                                 # a model that is not named: redundant
drain = "D3"
x86-nt = "conditional: CONDITION"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordercheck.engines.drains import Drain
from ordercheck.errors import InputError
from ordercheck.verdict import ASSERTIONS, CONDITION, TRANSPARENCY, Verdict

NAME = "expected.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one variant is expected to have under one assumption: property, then model, to verdict."""

    variant: str
    assume: tuple[str, ...]
    verdicts: dict[str, dict[str, str]]

    def wanted(self, prop: str, model: str) -> str:
        """The verdict expected of a property under a model."""
        return self.verdicts[prop].get(model, "holds" if prop == CONDITION else "proved")


@dataclass(frozen=True, slots=True)
class Expected:
    """The whole file."""

    entries: tuple[Entry, ...]
    drains: dict[str, dict[str, str]]

    def wanted_drain(self, drain: str, model: str) -> str:
        """The status expected of a drain under a model, as `status_text` writes it."""
        return self.drains.get(drain, {}).get(model, "redundant")


def read(folder: Path) -> Expected:
    """The file in a program's folder; raises InputError where there is none, or it is malformed."""
    path = folder / NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("no expected verdicts are recorded for this program", str(path)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"malformed: {error}", str(path)) from error
    try:
        entries = tuple(_entry(t) for t in table.get("verdict", ()))
        drains = {
            t["drain"]: {m: str(s) for m, s in t.items() if m != "drain"} for t in table.get("drain", ())
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"malformed entry: {error}", str(path)) from error
    return Expected(entries, drains)


def _entry(table: dict[str, Any]) -> Entry:
    assume = (str(table["assume"]),) if "assume" in table else ()
    verdicts = {prop: dict(table.get(prop, {})) for prop in (TRANSPARENCY, ASSERTIONS, CONDITION)}
    return Entry(str(table["variant"]), assume, verdicts)


def status_text(drain: Drain) -> str:
    """required, redundant, or `conditional: CONDITION`."""
    return f"{drain.status}: {drain.condition}" if drain.condition else drain.status


def differences(
    verdicts: Iterable[tuple[Entry, Verdict]], drains: Iterable[Drain], expected: Expected
) -> list[str]:
    """One line for each that is not as expected."""
    lines = []
    for entry, verdict in verdicts:
        wanted = entry.wanted(verdict.property, verdict.model)
        if verdict.status != wanted:
            assumed = f" assuming {' and '.join(entry.assume)}" if entry.assume else ""
            place = f"{verdict.program}, {entry.variant}{assumed}, {verdict.model}, {verdict.property}"
            lines.append(f"{place}: expected {wanted}, found {verdict.status}")
    for drain in drains:
        wanted = expected.wanted_drain(drain.drain, drain.model)
        if status_text(drain) != wanted:
            place = f"{drain.program}, {drain.drain}, {drain.model}"
            lines.append(f"{place}: expected {wanted}, found {status_text(drain)}")
    return lines
