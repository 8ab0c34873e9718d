"""What is shipped to be checked, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ordercheck.frontends.python import Family
from ordercheck.program.ir import Param


def lines(families: Iterable[Family]) -> Iterator[str]:
    """A line for each program, then for each of its variants, parameters and options."""
    for number, family in enumerate(families):
        python = PurePath(family.file).suffix == ".py"
        kind = "a program in Python" if python else "compiled code"
        yield from [""] if number else []
        yield f"{family.spec}: {kind}, {len(family.variants)} variants (the first unless given)"
        rows = [(f"--variant {variant}", text) for variant, text in family.variants.items()]
        rows += [(f"--param {param.name}=...", f"any, {_bounds(param)}") for param in family.build().params]
        # those of compiled code have options of the command line
        for option, values in family.options.items() if python else ():
            allowed = ", ".join(map(str, values))
            rows.append((f"--param {option}=...", f"{allowed} (the first unless given)"))
        width = max(len(words) for words, _ in rows)
        yield from (f"  {words:{width}}  {text}" for words, text in rows)


def _bounds(param: Param) -> str:
    if param.sort == "bool":
        return "true or false"
    if param.low is None or param.high is None:
        return "an integer" if param.low is None else f"from {param.low} on"
    if param.signed and (param.low, param.high) == (0, (1 << param.bits) - 1):
        return f"{-(1 << param.bits - 1)} to {(1 << param.bits - 1) - 1}"
    return f"{param.low} to {param.high}"
