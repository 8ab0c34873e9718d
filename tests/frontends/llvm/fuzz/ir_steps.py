"""Instructions of LLVM IR, carried out (LangRef; x86 intrinsics and asm by the instruction's meaning)."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.ir import (
    GlobalRef,
    InlineAsm,
    Instruction,
    Int,
    IntType,
    StructType,
    Type,
    VectorType,
)
from tests.frontends.llvm.fuzz.events import ORDINARY, Event
from tests.frontends.llvm.fuzz.ir_run import EXACT, Frame, NotRun, Run, signed, width

NOTHING = ("llvm.lifetime.", "llvm.dbg.", "llvm.assume", "llvm.experimental.noalias", "llvm.donothing")
FENCES = {"llvm.x86.sse.sfence": "SFENCE", "llvm.x86.sse2.mfence": "MFENCE", "llvm.x86.sse2.lfence": "LFENCE"}
ASM_FENCES = {"sfence": "SFENCE", "mfence": "MFENCE", "lfence": "LFENCE", "lock; addl $$0,-4(%rsp)": "MFENCE"}


def _each(of: Type, action: Callable[..., int], *values: Run) -> Run:
    """The action on numbers, or on each element of vectors."""
    if isinstance(of, VectorType):
        lists = [v if isinstance(v, list) else [v] * of.count for v in values]
        return [_each(of.element, action, *parts) for parts in zip(*lists, strict=True)]
    return action(width(of), *values)


def _quotient(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _both_signed(bits: int, a: int, b: int) -> tuple[int, int]:
    return signed(a, bits), signed(b, bits)


def _sdiv(n: int, a: int, b: int) -> int:
    return _quotient(*_both_signed(n, a, b))


def _srem(n: int, a: int, b: int) -> int:
    x, y = _both_signed(n, a, b)
    return x - _quotient(x, y) * y


BINARY: dict[str, Callable[[int, int, int], int]] = {
    "add": lambda n, a, b: a + b,
    "sub": lambda n, a, b: a - b,
    "mul": lambda n, a, b: a * b,
    "shl": lambda n, a, b: a << b,
    "lshr": lambda n, a, b: a >> b,
    "ashr": lambda n, a, b: signed(a, n) >> b,
    "udiv": lambda n, a, b: a // b,
    "urem": lambda n, a, b: a % b,
    "sdiv": _sdiv,
    "srem": _srem,
    "and": lambda n, a, b: a & b,
    "or": lambda n, a, b: a | b,
    "xor": lambda n, a, b: a ^ b,
}
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


def _binary(frame: Frame, instr: Instruction) -> Run:
    rule = BINARY[instr.op]
    a, b = (frame.of(v) for v in instr.operands)
    return _each(instr.type, lambda n, x, y: rule(n, x, y) % (1 << n), a, b)


def _icmp(frame: Frame, instr: Instruction) -> Run:
    of = getattr(instr.operands[0], "type", IntType(64))
    predicate = instr.predicate

    def compared(bits: int, a: int, b: int) -> int:
        if predicate.startswith("s"):
            a, b = _both_signed(bits, a, b)
        return int(COMPARE[predicate if predicate in COMPARE else predicate[1:]](a, b))

    return _each(of, compared, *(frame.of(v) for v in instr.operands))


def _select(frame: Frame, instr: Instruction) -> Run:
    condition, then, other = (frame.of(v) for v in instr.operands)
    if isinstance(condition, list):
        assert isinstance(then, list) and isinstance(other, list)
        return [a if c else b for c, a, b in zip(condition, then, other, strict=True)]
    return then if condition else other


def _cast(frame: Frame, instr: Instruction) -> Run:
    operand = instr.operands[0]
    of = getattr(operand, "type", IntType(64))
    to, value = instr.type, frame.of(operand)
    if instr.op == "bitcast":
        return frame.unpacked(frame.packed(value, of), to)
    source = width(of.element if isinstance(of, VectorType) else of)
    sign = instr.op == "sext"
    return _each(to, lambda n, x: (signed(x, source) if sign else x) % (1 << n), value)


def _load(frame: Frame, instr: Instruction) -> Run:
    value = frame.machine.look(frame.number(instr.operands[0]), frame.size(instr.type))
    return frame.unpacked(value, instr.type)


def _store(frame: Frame, instr: Instruction) -> None:
    value, address = instr.operands
    of = getattr(value, "type", IntType(64))
    size, packed = frame.size(of), frame.packed(frame.of(value), of)
    if instr.ordering == "seq_cst":
        frame.machine.lock(frame.number(address), size, lambda _: packed)
    else:
        frame.machine.store(frame.number(address), size, packed, "nontemporal" in instr.flags)


def _alloca(frame: Frame, instr: Instruction) -> Run:
    name, number = instr.name, 1
    while name in frame.machine.bases:
        number += 1
        name = f"{instr.name}#{number}"
    return frame.machine.area(name)


def _atomicrmw(frame: Frame, instr: Instruction) -> Run:
    operand = frame.number(instr.operands[1])
    bits = width(instr.type)
    rules = {
        "xchg": lambda old: operand,
        **{k: _changed(k, bits, operand) for k in ("add", "sub", "or", "and", "xor")},
    }
    if instr.predicate not in rules:
        raise NotRun(f"atomicrmw {instr.predicate}")
    return frame.machine.lock(frame.number(instr.operands[0]), bits // 8, rules[instr.predicate])


def _changed(op: str, bits: int, operand: int) -> Callable[[int], int]:
    return lambda old: BINARY[op](bits, old, operand)


def _cmpxchg(frame: Frame, instr: Instruction) -> Run:
    address, expected, new = (frame.number(v) for v in instr.operands)
    size = frame.size(getattr(instr.operands[1], "type", IntType(64)))
    old = frame.machine.lock(address, size, lambda found: new if found == expected else None)
    return [old, int(old == expected)]


def _fence(frame: Frame, instr: Instruction) -> None:
    if instr.ordering == "seq_cst":
        frame.machine.fence("MFENCE")


def _extract(frame: Frame, instr: Instruction) -> Run:
    value = frame.of(instr.operands[0])
    for index in instr.indices:
        assert isinstance(value, list)
        value = value[index]
    return value


def _insert(frame: Frame, instr: Instruction) -> Run:
    value = frame.of(instr.operands[0])
    assert isinstance(value, list) and len(instr.indices) == 1
    return [frame.of(instr.operands[1]) if k == instr.indices[0] else e for k, e in enumerate(value)]


def _extract_element(frame: Frame, instr: Instruction) -> Run:
    value = frame.of(instr.operands[0])
    assert isinstance(value, list)
    return value[frame.number(instr.operands[1])]


def _insert_element(frame: Frame, instr: Instruction) -> Run:
    value, where = frame.of(instr.operands[0]), frame.number(instr.operands[2])
    assert isinstance(value, list)
    return [frame.of(instr.operands[1]) if k == where else e for k, e in enumerate(value)]


def _shuffle(frame: Frame, instr: Instruction) -> Run:
    one, other = frame.of(instr.operands[0]), frame.of(instr.operands[1])
    mask = frame.of(instr.operands[2])
    assert isinstance(one, list) and isinstance(other, list) and isinstance(mask, list)
    both = one + other
    return [both[m] if isinstance(m, int) and m < len(both) else 0 for m in mask]


def _call(frame: Frame, instr: Instruction) -> Run | None:
    if isinstance(instr.callee, InlineAsm):
        return _assembly(frame, instr, instr.callee)
    if not isinstance(instr.callee, GlobalRef):
        raise NotRun("an indirect call")
    name = instr.callee.name
    if name.startswith("llvm."):
        return _intrinsic(frame, instr, name)
    found = frame.machine.code.find(frame.module, name)
    if found is not None:
        return frame.machine.call(*found, [frame.of(v) for v in instr.operands])
    frame.machine.events.append(Event(ORDINARY, f"call of {name}", 0, 1, 1))
    return None


def _intrinsic(frame: Frame, instr: Instruction, name: str) -> Run | None:
    machine, operands = frame.machine, instr.operands
    nt = "nontemporal" in instr.flags
    if name.startswith(NOTHING):
        return None
    if name in FENCES:
        machine.fence(FENCES[name])
        return None
    if name.startswith(("llvm.memcpy.", "llvm.memmove.", "llvm.memset.")):
        length = frame.number(operands[2])
        exact = isinstance(operands[2], Int) and length <= EXACT
        if name.startswith("llvm.memset."):
            machine.write(frame.number(operands[0]), [frame.number(operands[1])] * length, exact, nt)
        else:
            machine.move(frame.number(operands[0]), frame.number(operands[1]), length, exact, nt)
        return None
    what, values = name.split(".")[1], [frame.of(v) for v in operands]
    of = instr.type
    if what in ("umin", "umax"):
        return _each(of, lambda n, a, b: min(a, b) if what == "umin" else max(a, b), *values)
    if what in ("smin", "smax"):
        pick = min if what == "smin" else max
        return _each(of, lambda n, a, b: pick(a, b, key=lambda x: signed(x, n)), *values)
    if what == "abs":
        return _each(of, lambda n, a, _: abs(signed(a, n)) % (1 << n), *values)
    if name.startswith("llvm.usub.sat"):
        return _each(of, lambda n, a, b: max(0, a - b), *values)
    if name.startswith("llvm.uadd.sat"):
        return _each(of, lambda n, a, b: min((1 << n) - 1, a + b), *values)
    if what in ("fshl", "fshr"):

        def turned(n: int, a: int, b: int, by: int) -> int:
            whole, by = a << n | b, by % n
            return (whole >> (n - by) if what == "fshl" else whole >> by) % (1 << n)

        return _each(of, turned, *values)
    if name.startswith("llvm.vector.reduce."):
        return _reduced(frame, instr, name.split(".")[3])
    if name.startswith("llvm.umul.with.overflow") and isinstance(of, StructType):
        exact_value, bits = frame.number(operands[0]) * frame.number(operands[1]), width(operands[0].type)
        return [exact_value % (1 << bits), int(exact_value >> bits != 0)]
    raise NotRun(f"the intrinsic {name}")


def _reduced(frame: Frame, instr: Instruction, what: str) -> Run:
    value, bits = frame.of(instr.operands[0]), width(instr.type)
    assert isinstance(value, list)
    if what not in BINARY:
        raise NotRun(f"a reduction by {what}")
    result = value[0]
    for element in value[1:]:
        assert isinstance(result, int) and isinstance(element, int)
        result = BINARY[what](bits, result, element) % (1 << bits)
    return result


def _assembly(frame: Frame, instr: Instruction, asm: InlineAsm) -> Run | None:
    """The asm statements that the random functions have, by their text."""
    machine, values = frame.machine, [frame.of(v) for v in instr.operands]
    text = asm.text
    if not text:
        return None
    if text in ASM_FENCES:
        machine.fence(ASM_FENCES[text])
        return None
    pointer = values[0]
    assert isinstance(pointer, int)
    if text.startswith("mov") and asm.constraints.startswith("=r,"):
        return machine.look(pointer, frame.size(instr.type))
    of = getattr(instr.operands[1], "type", IntType(64))
    value = frame.packed(values[1], of)
    if text.startswith("xchg"):
        return machine.lock(pointer, frame.size(of), lambda _: value)
    if text.startswith("lock; add"):
        machine.lock(pointer, frame.size(of), lambda old: old + value)
    elif text.startswith(("movnti", "movntdq")):
        machine.store(pointer + (8 if "8(" in text else 0), frame.size(of), value, True)
    elif text.startswith("mov"):
        machine.store(pointer, frame.size(of), value, False)
    else:
        raise NotRun(f"the asm {text}")
    return None


def _gep(frame: Frame, instr: Instruction) -> Run:
    return frame.moved(frame.number(instr.operands[0]), instr.source_type, instr.operands[1:])


def _same(frame: Frame, instr: Instruction) -> Run:
    return frame.of(instr.operands[0])


_CASTS = ("zext", "sext", "trunc", "bitcast", "ptrtoint", "inttoptr")
STEPS: dict[str, Callable[[Frame, Instruction], Run | None]] = {
    **dict.fromkeys(BINARY, _binary),
    **dict.fromkeys(_CASTS, _cast),
    "icmp": _icmp,
    "select": _select,
    "freeze": _same,
    "getelementptr": _gep,
    "load": _load,
    "store": _store,
    "alloca": _alloca,
    "atomicrmw": _atomicrmw,
    "cmpxchg": _cmpxchg,
    "fence": _fence,
    "extractvalue": _extract,
    "insertvalue": _insert,
    "extractelement": _extract_element,
    "insertelement": _insert_element,
    "shufflevector": _shuffle,
    "call": _call,
}
