"""Hypothesis strategy for variants of the shipped zone_device program, at small sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from ordercheck.frontends.python import load
from ordercheck.program import Program
from ordercheck.program.expr import Value
from ordercheck.program.transform import drains, without_drain


@dataclass(frozen=True, slots=True)
class Case:
    """A program with parameters, and small values for all of them; `text` says which it is."""

    program: Program
    sizes: tuple[dict[str, Value], ...]
    text: str

    def __repr__(self) -> str:
        return self.text


def zone_device_variants(
    variants: Sequence[str] = (), pages: int = 4, compounds: Sequence[int] = (1, 2, 4)
) -> st.SearchStrategy[Case]:
    """zone_device in any variant and with any options, with any of its drains left out.

    variants: those to choose from (empty: all); the sizes of a case are all numbers of
    pages up to `pages` with all of `compounds` (pages per compound), template on or off.
    """
    family = load("zone_device")
    options = {name: st.sampled_from(list(map(str, values))) for name, values in family.options.items()}
    sizes = tuple(
        {
            "start_pfn": 0,
            "nr_pages": nr,
            "pfns_per_compound": compound,
            "use_template": template,
            "debug_vm": debug,
            "vmemmap_optimized": False,
        }
        for nr in range(1, pages + 1)
        for compound in compounds
        for template in (True, False)
        for debug in (False, True)
    )

    def case(variant: str, chosen: dict[str, str], left_out: frozenset[str]) -> Case:
        program = family.build(variant, chosen)
        gone = sorted(left_out & set(drains(program)))
        for label in gone:
            program = without_drain(program, label)
        text = f"zone_device --variant {variant} {chosen}, without drains {', '.join(gone) or 'none'}"
        return Case(program, sizes, text)

    return st.builds(
        case,
        st.sampled_from(list(variants or family.variants)),
        st.fixed_dictionaries(options),
        st.frozensets(st.sampled_from(drains(family.build()))),
    )
