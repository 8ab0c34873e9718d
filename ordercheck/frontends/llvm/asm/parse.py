"""What an inline assembly statement does: the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ordercheck.frontends.llvm.asm.build import build
from ordercheck.frontends.llvm.asm.constraints import Constraint, Constraints, read
from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmEffect,
    AsmEffects,
    AsmLoad,
    AsmStore,
    AsmUnknown,
    Input,
    Operand,
    Place,
)
from ordercheck.frontends.llvm.asm.graph import TroubleError
from ordercheck.frontends.llvm.asm.listing import read_listing
from ordercheck.frontends.llvm.asm.shapes import Shape, shape
from ordercheck.frontends.llvm.asm.state import State, operand_of, register_of, start
from ordercheck.frontends.llvm.asm.template import expand
from ordercheck.frontends.llvm.asm.ways import effects_of
from ordercheck.frontends.llvm.ir import VOID, StructType, Type

LONGEST = 1 << 16
"""Longer texts are not read."""


def parse(
    text: str,
    constraints: str,
    intel: bool,
    operand_types: Sequence[Type | None],
    result_type: Type,
    element_types: Mapping[int, Type],
    labels: int,
) -> AsmEffects:
    """What a statement does, in the order of its text.

    text, constraints: as in the IR, escapes of strings undone. operand_types: of the call's arguments, by
    which effects name inputs; element_types: those given by elementtype, by argument. labels: the number of
    goto labels. Whatever is not understood is an AsmUnknown at its place; there are no errors.
    Sources: Intel SDM vol. 2 (what instructions do), the LLVM Language Reference ("Inline Assembler
    Expressions"), the manual of the GNU assembler.
    """
    results = result_type.fields if isinstance(result_type, StructType) else (result_type,)
    if result_type == VOID:
        results = ()
    return _parse(
        text,
        constraints,
        intel,
        tuple(shape(t) for t in operand_types),
        tuple(shape(t) for t in results or ()),
        tuple((number, shape(t)) for number, t in sorted(element_types.items())),
        labels,
    )


@lru_cache(maxsize=4096)
def _parse(
    text: str,
    constraints: str,
    intel: bool,
    arguments: tuple[Shape, ...],
    results: tuple[Shape, ...],
    elements: tuple[tuple[int, Shape], ...],
    labels: int,
) -> AsmEffects:
    if len(text) > LONGEST or len(constraints) > LONGEST:
        return AsmEffects((AsmUnknown(text[:80], "it is too long"),), (), True)
    operands = read(constraints, arguments, results, elements)
    if operands is None:
        return AsmEffects((AsmUnknown(text, "constraints that are not understood"),), (), True)
    expanded = expand(text, intel)
    if expanded is None:
        return _unknown(text, "escapes that are not understood", operands)
    state = start(operands)
    try:
        listing = read_listing(expanded, intel)
        if listing.trouble:
            return _unknown(text, listing.trouble, operands)
        effects, end = effects_of(build(listing, operands, labels), state)
    except TroubleError as trouble:
        return _unknown(text, str(trouble), operands)
    effects = (*_copied_in(operands), *effects, *_copied_out(operands))
    return AsmEffects(effects, _outputs(operands, end), operands.memory)


def _unknown(text: str, why: str, operands: Constraints) -> AsmEffects:
    return AsmEffects((AsmUnknown(text, why),), _outputs(operands, None), operands.memory)


def _outputs(operands: Constraints, end: State | None) -> tuple[Operand, ...]:
    found: list[Operand] = []
    for number, operand in enumerate(operands.operands):
        if operand.result is None:
            continue
        if end is None or operand.flag or not operand.shape.size:
            found.append(Anything())
            continue
        held = end.read(register_of(operands, number))
        made = operand_of(held, operand.shape.size, operands)
        found.append(made if operand.shape.number or isinstance(made, Input) else Anything())
    return tuple(found)


def _copied_in(operands: Constraints) -> list[AsmEffect]:
    """Indirect operands that the compiler may put in a register: read before, and written after, the text."""
    return [
        AsmLoad(Place(Input(o.argument)), o.element.size, "", "an operand in memory")
        for o in operands.operands
        if _may_be_copied(o) and not o.output and o.argument is not None
    ]


def _copied_out(operands: Constraints) -> list[AsmEffect]:
    return [
        AsmStore(Place(Input(o.argument)), o.element.size, Anything(), False, "an operand in memory")
        for o in operands.operands
        if _may_be_copied(o) and o.output and o.argument is not None
    ]


def _may_be_copied(operand: Constraint) -> bool:
    return operand.indirect and operand.may_be_register and 0 < operand.element.size <= 64
