"""What a value points to that is computed from others: indices, casts, sums, choices."""

from __future__ import annotations

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.ir import Int, IntType
from ordercheck.frontends.llvm.places import (
    LOST,
    MASK,
    NOWHERE,
    NULL,
    Where,
    anywhere,
    blended,
    likely,
    merged,
    moved,
    spread,
)


def computed(step: Step, bases: Bases, code: Code) -> Where | None:
    """What the result of an instruction points to that is neither an access nor a call; None: it is no
    address. An integer that becomes a pointer is added to the chosen `bases`.
    """
    instr = step.instr
    match instr.op:
        case "getelementptr":
            return _indexed(step, bases, code)
        case "bitcast" | "addrspacecast" | "freeze" | "ptrtoint" | "zext" | "ptrtoaddr":
            return bases.of(step.ref(instr.operands[0]))
        case "trunc":
            wide = isinstance(instr.type, IntType) and instr.type.bits >= 32
            return anywhere(bases.of(step.ref(instr.operands[0]))) if wide else None
        case "inttoptr":
            return _pointer(bases.of(step.ref(instr.operands[0])), bases)
        case "select":
            return _one_of(step, bases, 1)
        case "add" | "or" | "xor":
            return _sum(step, bases)
        case "sub":
            one, other = (bases.of(step.ref(v)) for v in instr.operands)
            # a difference within one block is a length
            length = len(one.places) == 1 and one.places.keys() == other.places.keys()
            return None if length else spread(one, blended([other]))
        case "and":
            # what is left under a mask of a few bits is no address
            if any(isinstance(v, Int) and v.value < MASK for v in instr.operands):
                return None
            return spread(*(bases.of(step.ref(v)) for v in instr.operands))
        case "insertvalue" | "extractvalue":
            return _one_of(step, bases, 0)
        case "icmp" | "fcmp":
            return None
    return blended(bases.of(step.ref(v)) for v in instr.operands)


def _one_of(step: Step, bases: Bases, first: int) -> Where:
    """Of one of the operands, from that one on."""
    found = NOWHERE
    for value in step.instr.operands[first:]:
        found = merged(found, bases.of(step.ref(value)))
    return found


def _sum(step: Step, bases: Bases) -> Where:
    one, other = (bases.of(step.ref(v)) for v in step.instr.operands)
    added = step.instr.operands[1]
    if step.instr.op == "add" and isinstance(added, Int):
        half = 1 << (added.type.bits - 1)
        return moved(one, (added.value + half) % (2 * half) - half)
    return spread(one, other)


def _indexed(step: Step, bases: Bases, code: Code) -> Where:
    """Of a getelementptr, where the index may lead out of the block that it began in.

    LangRef, "Pointer Aliasing Rules": the result is based on the pointer alone. Nothing is
    based on null, and what a number stands for may be any block whose address is known.
    """
    instr = step.instr
    inner = bases.of(step.ref(instr.operands[0]))
    offset = None
    if instr.source_type is not None:
        offset = code.constant_offset(step.frame.module, instr.source_type, instr.operands[1:])
    found = moved(inner, offset)
    if found.places.keys() == {NULL} and bases.settled and not _near(found.places[NULL]):
        return LOST
    if found.places.keys() & bases.chosen:
        index = blended(bases.of(step.ref(v)) for v in instr.operands[1:])
        if index.lost - found.places.keys():
            return LOST
    return found


def _near(offset: int | None) -> bool:
    """Whether an address lies where nothing is mapped: a field of what null points to, an error number."""
    return offset is not None and abs(offset) < MASK


def _pointer(where: Where, bases: Bases) -> Where:
    """Of an integer that becomes a pointer."""
    if where.places:
        return LOST if where.lost - where.places.keys() else Where(where.places)
    base = likely(where)
    if base is None:
        return LOST
    bases.chosen.add(base)
    return Where({base: None})
