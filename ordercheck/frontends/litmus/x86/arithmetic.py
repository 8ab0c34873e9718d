"""Arithmetic of general registers and memory, with its flags."""

from __future__ import annotations

from ordercheck.frontends.litmus.x86 import flags
from ordercheck.frontends.litmus.x86.code import ZERO
from ordercheck.frontends.litmus.x86.instruction import Instruction, Opcode
from ordercheck.frontends.litmus.x86.operands import Immediate
from ordercheck.frontends.litmus.x86.registers import Part
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import Havoc

_CF = Part("CF", 1)


def _logic(op: str) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        size = t.size(i)
        value = t.read(source, size)
        t.update(
            i,
            target,
            size,
            lambda old: apply(op, old, value),
            lambda _, new: flags.logic(t.code, new, 8 * size),
        )

    return Opcode(run, (2,), suffixed=True, lockable=True)


def _carry(t: Translator) -> Expr:
    return t.code.kept(t.code.value(_CF))


def _add(with_carry: bool) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        size = t.size(i)
        value = t.read(source, size)
        carry = _carry(t) if with_carry else ZERO
        t.update(
            i,
            target,
            size,
            lambda old: old + value + carry,
            lambda old, new: flags.added(t.code, old, value, new, 8 * size, carry),
        )

    return Opcode(run, (2,), suffixed=True, lockable=True, reads_flags=with_carry)


def _sub(with_borrow: bool) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        size = t.size(i)
        value = t.read(source, size)
        borrow = _carry(t) if with_borrow else ZERO
        t.update(
            i,
            target,
            size,
            lambda old: old - value - borrow,
            lambda old, _: flags.subtracted(t.code, old, value, 8 * size, borrow),
        )

    return Opcode(run, (2,), suffixed=True, lockable=True, reads_flags=with_borrow)


def _cmp(t: Translator, i: Instruction) -> None:
    source, target = t.two(i)
    size = t.size(i)
    value = t.read(source, size)
    flags.subtracted(t.code, t.read(target, size), value, 8 * size)


def _test(t: Translator, i: Instruction) -> None:
    source, target = t.two(i)
    size = t.size(i)
    value = t.read(source, size)
    flags.logic(t.code, apply("&", value, t.read(target, size)), 8 * size)


def _step(by: int) -> Opcode:
    """inc and dec: the carry stays."""

    def run(t: Translator, i: Instruction) -> None:
        size = t.size(i)
        edge = 1 << (8 * size - 1)

        def set_flags(_: Expr, new: Expr) -> None:
            if t.code.flags:
                flags.result(t.code, new, 8 * size)
                t.code.set_flag("OF", new == (edge if by > 0 else edge - 1))

        t.update(i, i.operands[0], size, lambda old: old + by, set_flags)

    return Opcode(run, (1,), suffixed=True, lockable=True)


def _not(t: Translator, i: Instruction) -> None:
    size = t.size(i)
    t.update(i, i.operands[0], size, lambda old: apply("^", old, (1 << 8 * size) - 1))


def _neg(t: Translator, i: Instruction) -> None:
    size = t.size(i)
    t.update(
        i,
        i.operands[0],
        size,
        lambda old: apply("-", 0, old),
        lambda old, _: flags.subtracted(t.code, const(0), old, 8 * size),
    )


def _imul(t: Translator, i: Instruction) -> None:
    """imul source, target and imul constant, source, target."""
    *sources, target = i.operands
    if not isinstance(target, Part) or (len(sources) == 2 and not isinstance(sources[0], Immediate)):
        raise t.error("imul writes to a register")
    size = t.size(i)
    bits = 8 * size
    left, right = ([t.read(o, size) for o in sources] + [t.read(target, size)])[:2]
    product = apply("sext", left, bits) * apply("sext", right, bits)
    low = t.code.kept(apply("trunc", product, bits))
    if t.code.flags:
        lost = product != apply("sext", low, bits)
        t.code.set_flag("CF", lost)
        t.code.set_flag("OF", lost)
        _open(t, "ZF", "SF")
    t.write(target, size, low)


def _open(t: Translator, *names: str) -> None:
    """Flags that the manual leaves undefined."""
    for name in names:
        t.code.registers[name] = None
        t.code.emit(Havoc(name, low=0, high=1, source=t.code.source))


def _shift(op: str, signed: bool = False) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        count, target = i.operands if len(i.operands) == 2 else (Immediate(1), i.operands[0])
        if not isinstance(count, Immediate) or count.symbol:
            raise t.error("a shift by a register is not modelled")
        size = t.size(i)
        bits = 8 * size
        by = count.value & (63 if size == 8 else 31)

        def source(old: Expr) -> Expr:
            return apply("sext", old, bits) if signed else old

        def set_flags(old: Expr, new: Expr) -> None:
            if by and t.code.flags:
                flags.result(t.code, new, bits)
                _shifted(t, op, source(old), new, bits, by)

        t.update(i, target, size, lambda old: apply(op, source(old), by), set_flags)

    return Opcode(run, (1, 2), suffixed=True)


def _shifted(t: Translator, op: str, source: Expr, new: Expr, bits: int, by: int) -> None:
    """CF is the last bit that was shifted out; OF is defined for a shift by one."""
    if op == "<<":
        out = apply(">>", source, bits - by) if by <= bits else ZERO
    else:
        out = apply(">>", source, by - 1)
    carry = apply("&", out, 1) != 0
    if by == 1:
        top = apply("&", apply(">>", new, bits - 1), 1) != 0
        if op == "<<":
            t.code.set_flag("OF", apply("!=", top, carry))
        else:
            # a shift to the right moves the sign: 0 is shifted in, or the sign itself
            t.code.set_flag("OF", apply("!=", top, apply("&", apply(">>", source, bits - 1), 1) != 0))
    else:
        _open(t, "OF")
    t.code.set_flag("CF", carry)


TABLE = {
    "add": _add(False),
    "adc": _add(True),
    "sub": _sub(False),
    "sbb": _sub(True),
    "and": _logic("&"),
    "or": _logic("|"),
    "xor": _logic("^"),
    "cmp": Opcode(_cmp, (2,), suffixed=True, writes=()),
    "test": Opcode(_test, (2,), suffixed=True, writes=()),
    "inc": _step(1),
    "dec": _step(-1),
    "not": Opcode(_not, (1,), suffixed=True, lockable=True),
    "neg": Opcode(_neg, (1,), suffixed=True, lockable=True),
    "imul": Opcode(_imul, (2, 3), suffixed=True),
    "shl": _shift("<<"),
    "sal": _shift("<<"),
    "shr": _shift(">>"),
    "sar": _shift(">>", signed=True),
}
