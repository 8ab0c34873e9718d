"""What is shipped to be checked, for people."""

from __future__ import annotations

from ordercheck import shipped
from ordercheck.frontends.python import load


def lines() -> list[str]:
    """A line for each program, then for each of its variants, parameters and options."""
    found = []
    for name in shipped.program_folders():
        family = load(name)
        found.append(f"{name}: {len(family.variants)} variants")
        found += [f"  --variant {variant:18} {text}" for variant, text in family.variants.items()]
        for param in family.build().params:
            bounds = "true or false" if param.sort == "bool" else f"{param.low} to {param.high}"
            found.append(f"  --param {param.name + '=...':20} any, {bounds}")
        for option, values in family.options.items():
            found.append(
                f"  --param {option + '=...':20} {', '.join(map(str, values))} (the first unless given)"
            )
    return found
