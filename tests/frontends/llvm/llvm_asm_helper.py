"""What assembly does, in a few words: `ntstore 8 [$1+8] = r8`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ordercheck.frontends.llvm.asm import parse
from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmCall,
    AsmChoice,
    AsmEffect,
    AsmEffects,
    AsmFence,
    AsmJump,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmSet,
    AsmStop,
    AsmStore,
    AsmUnknown,
    Input,
    Number,
    Operand,
    Place,
    Register,
)
from ordercheck.frontends.llvm.ir import PTR, VOID, FloatType, IntType, StructType, Type, VectorType

TYPES: dict[str, Type] = {
    "ptr": PTR,
    "void": VOID,
    "f32": FloatType("float", 4),
    "4xf32": VectorType(4, FloatType("float", 4)),
    "4xi64": VectorType(4, IntType(64)),
    "8xf64": VectorType(8, FloatType("double", 8)),
    **{f"i{bits}": IntType(bits) for bits in (1, 8, 16, 32, 64, 128)},
}


def effects(
    text: str,
    constraints: str = "",
    types: str = "",
    result: str = "void",
    elements: str = "",
    labels: int = 0,
    intel: bool = False,
) -> AsmEffects:
    """types: of the arguments, in words; result: one or more; elements: `0:i64 2:i32`."""
    results = [TYPES[word] for word in result.split()]
    returned = results[0] if len(results) == 1 else StructType(tuple(results))
    named = {int(n): TYPES[t] for n, t in (word.split(":") for word in elements.split())}
    arguments = [TYPES[word] for word in types.split()]
    return parse(text, constraints, intel, arguments, returned, named, labels)


def does(
    text: str,
    constraints: str = "",
    types: str = "",
    result: str = "void",
    elements: str = "",
    labels: int = 0,
    intel: bool = False,
) -> list[str]:
    """The effects in words."""
    return said(effects(text, constraints, types, result, elements, labels, intel).effects)


def said(found: Sequence[AsmEffect]) -> list[str]:
    """Effects in words."""
    return [_say(effect) for effect in found]


def flat(found: Sequence[AsmEffect]) -> Iterator[AsmEffect]:
    """All effects, those within choices too."""
    for effect in found:
        if isinstance(effect, AsmChoice):
            for way in effect.ways:
                yield from flat(way)
        else:
            yield effect


def _say(effect: AsmEffect) -> str:
    match effect:
        case AsmLoad():
            into = f" -> {effect.register}" if effect.register else ""
            return f"load {effect.size} {_place(effect.place)}{into}"
        case AsmStore():
            nt = "nt" if effect.nt else ""
            return f"{nt}store {effect.size} {_place(effect.place)} = {_value(effect.value)}"
        case AsmRmw():
            kind = "lock" if effect.locked else "rmw"
            return f"{kind} {effect.size} {_place(effect.place)}" + ("?" if effect.maybe else "")
        case AsmRange():
            kind = ("ntwrites" if effect.nt else "writes") if effect.stores else "reads"
            return f"{kind} {_place(effect.place)}"
        case AsmFence():
            return effect.tag
        case AsmSet():
            return f"{effect.register} = {_value(effect.value)}"
        case AsmJump():
            return f"goto {effect.label}" if effect.always else f"maybe goto {effect.label}"
        case AsmCall():
            given = f"${effect.target.index}" if effect.target is not None else ""
            return f"call {effect.symbol}{given}".strip()
        case AsmChoice():
            return "{" + " | ".join("; ".join(said(way)) for way in effect.ways) + "}"
        case AsmStop():
            return "stop"
        case AsmUnknown():
            return f"unknown: {effect.why}"


def _value(operand: Operand | None) -> str:
    match operand:
        case Input():
            return f"${operand.index}"
        case Register():
            return operand.name
        case Number():
            return str(operand.value)
        case Anything():
            return "?"
        case None:
            return ""


def _place(place: Place) -> str:
    parts = [part for part in (_value(place.base), place.symbol) if part]
    if place.index is not None and place.bits:
        parts.append(f"bit {_value(place.index)} of {place.bits}")
    elif place.index is not None:
        parts.append(_value(place.index) + (f"*{place.scale}" if place.scale != 1 else ""))
    if place.displacement or not parts:
        parts.append(str(place.displacement))
    segment = f"{place.segment}:" if place.segment else ""
    return f"[{segment}{'+'.join(parts)}]"
