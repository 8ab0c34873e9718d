"""Moves, address arithmetic and the stack (SDM vol. 2, the page of each): what registers hold is followed."""

from __future__ import annotations

import re

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.integer import general
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Parsed, Reg
from ordercheck.frontends.llvm.asm.registers import REGISTERS, VECTORS
from ordercheck.frontends.llvm.asm.state import ANY, Held, number
from ordercheck.frontends.llvm.asm.strings import STRING, string

_CONDITION = r"(?:o|no|b|c|nae|nb|nc|ae|e|z|ne|nz|be|na|nbe|a|s|ns|p|pe|np|po|l|nge|nl|ge|le|ng|nle|g)"
SET = re.compile(f"set{_CONDITION}b?")
MOVE_IF = re.compile(f"cmov{_CONDITION}[wlq]?")
JUMP_IF = re.compile(f"j{_CONDITION}|jrcxz|jecxz|jcxz|loop|loope|loopne|loopz|loopnz|xbegin")
EXTENDING = re.compile(r"mov[sz](b|w|l)(w|l|q)?|mov[sz]x[bw]?|movsxd|movslq")

_TOP = Mem(base=Reg(REGISTERS["rsp"]))


def move(access: Access, name: str, suffix: int) -> None:
    """MOV between registers, memory and constants; MOVQ and MOVD of vector registers too."""
    source, target = two(access)
    kinds = {access.kind(source), access.kind(target)}
    if kinds & {"control", "debug"}:
        _control(access, source, target)
        return
    if name in ("movd", "movq"):
        size = 8 if name == "movq" or _is_quad(access, source, target) else 4
    elif kinds & {*VECTORS, "mask", "x87"}:
        raise OddError("an instruction that is not modelled")
    else:
        size = 2 if "segment" in kinds and _memory(source, target) else access.size(suffix)
    if isinstance(target, Mem):
        if isinstance(source, Mem):
            raise OddError("two memory operands")
        access.store(target, size, access.value(source))
    elif isinstance(source, Mem):
        access.load(source, size, target)
    else:
        access.put(target, access.value(source), size)


def _is_quad(access: Access, source: Parsed, target: Parsed) -> bool:
    """MOVD with a 64-bit general register is MOVQ."""
    return any(
        access.kind(o) not in VECTORS and access.is_register(o) and access.width(o) == 8
        for o in (source, target)
    )


def _memory(*operands: Parsed) -> bool:
    return any(isinstance(operand, Mem) for operand in operands)


def two(access: Access) -> tuple[Parsed, Parsed]:
    """The two operands. Errors: OddError."""
    if len(access.operands) != 2:
        raise OddError("a number of operands that is not understood")
    return access.operands[0], access.operands[1]


def _control(access: Access, source: Parsed, target: Parsed) -> None:
    """To a control register (but CR8) or debug register: serialising (SDM vol. 3, 8.3)."""
    if isinstance(target, Reg) and target.name.kind in ("control", "debug"):
        if target.name.whole != "cr8":
            access.drain()
    else:
        access.put(target, ANY, 8)


def extend(access: Access, name: str, suffix: int) -> None:
    """MOVZX, MOVSX, MOVSXD."""
    source, target = two(access)
    if isinstance(target, Mem) and STRING.fullmatch(name):
        # MOVS with its operands written out
        string(access, name, suffix)
        return
    named = re.fullmatch(r"mov[sz](b|w|l)[wlq]?", name)
    if named is not None:
        size = {"b": 1, "w": 2, "l": 4}[named[1]]
    elif name == "movsxd":
        size = 4
    elif name[-1] in "bw":
        size = {"b": 1, "w": 2}[name[-1]]
    else:
        size = access.width(source)
    if isinstance(target, Mem) or not size:
        raise OddError("the operand size is not known")
    if isinstance(source, Mem):
        access.load(source, size, target)
        return
    value = access.value(source)
    access.put(target, value if value.kind == "loaded" and value.size == size else ANY, size)


def address(access: Access, name: str, suffix: int) -> None:
    """LEA."""
    source, target = two(access)
    if not isinstance(source, Mem):
        raise OddError("an address that is not understood")
    value = ANY
    simple = not (source.symbol or source.relative or source.added or source.segment or source.index)
    if simple and source.whole is None and source.base is not None and access.width(target) == 8:
        value = moved(access.value(source.base), source.displacement)
    elif simple and source.whole is not None and not access.state.spoiled:
        found = access.constraint(source.whole)
        if found.memory and found.argument is not None:
            shift = source.displacement + (8 if source.whole.modifier == "H" else 0)
            value = Held("input", found.argument, offset=shift, size=8)
    elif source.base is not None and source.index is not None and not source.symbol:
        held = access.value(source.base)
        value = held._replace(offset=None) if held.kind in ("input", "stack") else ANY
    access.put(target, value, 8)


def moved(held: Held, by: int | None) -> Held:
    """held + by."""
    if held.kind == "number":
        return ANY if by is None else number(held.number + by)
    if held.kind not in ("input", "stack"):
        return ANY
    return held._replace(offset=None if by is None or held.offset is None else held.offset + by)


def arithmetic(access: Access, name: str, suffix: int) -> None:
    """ADD, SUB, INC, DEC, AND, XOR: an address is followed through them."""
    if not access.operands:
        raise OddError("a number of operands that is not understood")
    target = access.operands[-1]
    if isinstance(target, Mem):
        _idle(access, name, suffix)
        return
    source = access.operands[0] if len(access.operands) == 2 else Imm(1)
    before = access.value(target)
    same = len(access.operands) == 2 and source == target
    given = access.value(source)
    general(access, name, suffix)
    wide = access.width(target) == 8 and suffix in (0, 8)
    if name in ("xor", "sub") and same:
        access.put(target, number(0), max(access.width(target), 4))
    elif wide and name in ("add", "sub", "inc", "dec", "and"):
        access.put(target, _result(name, before, given), 8)


def _result(name: str, before: Held, given: Held) -> Held:
    sign = -1 if name in ("sub", "dec") else 1
    if name == "and":
        # aligned downwards: the same object, elsewhere
        return moved(before, None) if given.kind == "number" and given.number >> 63 else ANY
    if given.kind == "number":
        value = given.number - (1 << 64) if given.number >> 63 else given.number
        return moved(before, sign * value)
    if given.kind == "input" and before.kind == "number" and sign == 1:
        return moved(given, before.number)
    return moved(before, None)


def _idle(access: Access, name: str, suffix: int) -> None:
    """`lock; addl $0, (%rsp)`: a fence that changes nothing. Else as any other."""
    source, target = access.operands[0], access.operands[-1]
    if (
        access.instruction.locked
        and name in ("add", "or", "sub", "xor")
        and source == Imm(0)
        and isinstance(target, Mem)
        and isinstance(target.base, Reg)
        and target.base.name.whole == "rsp"
        and target.index is None
    ):
        access.drain()
        return
    general(access, name, suffix)


def condition(access: Access, name: str, suffix: int) -> None:
    """SETcc."""
    if len(access.operands) != 1:
        raise OddError("a number of operands that is not understood")
    target = access.operands[0]
    if isinstance(target, Mem):
        access.store(target, 1)
    else:
        access.put(target, ANY, 8)


def conditional_move(access: Access, name: str, suffix: int) -> None:
    """CMOVcc: memory is read in any case."""
    source, target = two(access)
    if isinstance(target, Mem):
        raise OddError("a memory operand that is none")
    if isinstance(source, Mem):
        access.load(source, access.width(target) or access.size(0))
    access.put(target, ANY, 8)


def stack(access: Access, name: str, suffix: int) -> None:
    """PUSH, POP: the stack itself is nobody else's."""
    state = access.state
    flags = name[:4] in ("push", "popf") and name not in ("push", "pop")
    if len(access.operands) != (0 if flags else 1):
        raise OddError("a number of operands that is not understood")
    operand = None if flags else access.operands[0]
    short = suffix == 2 or name.endswith("fw") or (operand is not None and access.width(operand) == 2)
    size = 2 if short and (operand is None or access.kind(operand) != "segment") else 8
    if name.startswith("push"):
        if isinstance(operand, Mem):
            access.load(operand, size)
        state.write("rsp", moved(state.read("rsp"), -size), 8)
        _elsewhere(access, size, True)
        return
    _elsewhere(access, size, False)
    state.write("rsp", moved(state.read("rsp"), size), 8)
    if isinstance(operand, Mem):
        access.store(operand, size)
    elif operand is not None and access.kind(operand) != "segment":
        access.put(operand, ANY, 8)


def _elsewhere(access: Access, size: int, stores: bool) -> None:
    """The text itself has put another address into RSP: that memory is as any other."""
    if access.state.read("rsp").kind == "stack":
        return
    if stores:
        access.store(_TOP, size)
    else:
        access.load(_TOP, size)
