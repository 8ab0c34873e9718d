"""What the instructions of x86 do, by mnemonic: Intel SDM volume 2, and herd7's X86_64Sem.ml.

Operands stand in AT&T order, source first. An instruction without the lock prefix that
reads and writes memory is a load and then a store.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.x86.code import Code
from ordercheck.frontends.litmus.x86.registers import Part
from ordercheck.frontends.litmus.x86.syntax import Immediate, Instruction, Memory, Operand
from ordercheck.program.expr import Expr, apply, const, ite, var
from ordercheck.program.ir import NO_TAGS, NT, Address, Assign, Fence, Havoc, Load, Rmw, Store

SIZES = {"b": 1, "w": 2, "l": 4, "q": 8}
_FENCES = ("mfence", "sfence", "lfence")
_FLUSHES = {"clflush": "ClFlush", "clflushopt": "ClFlushOpt", "clwb": "ClWb"}
_NOTHING = ("nop", "nopl", "nopw", "endbr64", "endbr32", "pause", "prefetcht0", "prefetchnta", "prefetchw")
_VECTOR_MOVES = re.compile(r"v?mov(?:dqa|dqu|aps|ups|apd|upd)(?:32|64)?$")
_VECTOR_STREAMS = re.compile(r"v?movnt(?:dq|ps|pd)$")
_CONDITIONS: dict[str, tuple[str, bool]] = {
    "e": ("z", True),
    "z": ("z", True),
    "ne": ("z", False),
    "nz": ("z", False),
    "s": ("s", True),
    "ns": ("s", False),
    "c": ("c", True),
    "b": ("c", True),
    "nae": ("c", True),
    "nc": ("c", False),
    "nb": ("c", False),
    "ae": ("c", False),
    "o": ("o", True),
    "no": ("o", False),
    "be": ("be", True),
    "na": ("be", True),
    "a": ("be", False),
    "nbe": ("be", False),
    "l": ("l", True),
    "lt": ("l", True),
    "nge": ("l", True),
    "ge": ("l", False),
    "nl": ("l", False),
    "le": ("le", True),
    "ng": ("le", True),
    "g": ("le", False),
    "gt": ("le", False),
    "nle": ("le", False),
}
_EXTENDING = re.compile(r"mov([sz])([bwl])([wlq])$")


class Places(Protocol):
    """Where the operands in memory are."""

    def address(self, code: Code, memory: Memory, size: int, at: Instruction) -> Address:
        """The address of an operand."""
        ...

    def value_of(self, symbol: str) -> Expr:
        """The address of an object as a value."""
        ...

    def pointer(self, code: Code, memory: Memory, at: Instruction) -> Expr:
        """The address of an operand as a value."""
        ...

    def natural(self, memory: Memory, at: Instruction) -> int:
        """The size in bytes of an operand whose instruction does not say it."""
        ...


class Meaning:
    """Translates instructions into the code of a thread."""

    def __init__(self, code: Code, places: Places) -> None:
        self.code, self.places = code, places

    def instruction(self, instr: Instruction) -> None:
        """Adds what the instruction does. Raises InputError for one that is not known."""
        self.code.at(instr)
        name = instr.mnemonic
        if name in _FENCES:
            self._count(instr, 0)
            self.code.emit(Fence(frozenset({name.upper()}), source=self.code.source))
            return
        if name in _FLUSHES:
            # it orders no store that is not ordered anyway (SEMANTICS.md): the weaker of the manuals
            self._count(instr, 1)
            self.code.emit(Fence(frozenset({_FLUSHES[name]}), source=self.code.source))
            return
        if name in _NOTHING:
            return
        if name in ("ret", "retq"):
            self.code.exit()
            return
        if name.startswith("j"):
            self._jump(instr)
            return
        self._named(instr)

    def _named(self, instr: Instruction) -> None:
        name = instr.mnemonic
        if _VECTOR_STREAMS.match(name):
            self._vector_move(instr, frozenset({NT}))
            return
        if _VECTOR_MOVES.match(name) or name in ("movntdqa", "vmovntdqa"):
            self._vector_move(instr, NO_TAGS)
            return
        if self._is_vector_transfer(instr):
            self._transfer(instr)
            return
        extending = _EXTENDING.match(name)
        if extending or name in ("movzx", "movsx", "movsxd"):
            self._extend(instr, extending)
            return
        condition = _condition(name)
        if condition is not None:
            self._conditional(instr, *condition)
            return
        base, size = _base(name)
        if base is None:
            raise self._unknown(instr)
        if instr.locked and base not in _LOCKABLE:
            raise self.error(instr, f"the lock prefix does not go with {name}")
        getattr(self, f"_{base}")(instr, size or self._size(instr))

    # operands

    def error(self, instr: Instruction, message: str) -> InputError:
        """An error at an instruction."""
        return InputError(message, self.code.file, instr.line, instr.column)

    def _unknown(self, instr: Instruction) -> InputError:
        return self.error(instr, f"the instruction {instr.mnemonic[:40]} is not modelled")

    def _count(self, instr: Instruction, count: int) -> tuple[Operand, ...]:
        if len(instr.operands) != count:
            found = len(instr.operands)
            operands = "operand" if count == 1 else "operands"
            raise self.error(instr, f"{instr.mnemonic} takes {count} {operands}, found {found}")
        return instr.operands

    def _size(self, instr: Instruction) -> int:
        """The size of the operation where the mnemonic has no suffix: a register's, else the object's."""
        for operand in reversed(instr.operands):
            if isinstance(operand, Part):
                return operand.size
        for operand in instr.operands:
            if isinstance(operand, Memory):
                return self.places.natural(operand, instr)
        return 8 if self.code.wide else 4

    def _read(self, instr: Instruction, operand: Operand, size: int, tags: frozenset[str] = NO_TAGS) -> Expr:
        if isinstance(operand, Immediate):
            if not operand.symbol:
                return const(operand.value & ((1 << 8 * size) - 1))
            value = apply("+", self.places.value_of(operand.symbol), operand.value)
            return apply("trunc", value, 8 * size)
        if isinstance(operand, Part):
            return (
                apply("trunc", self.code.value(operand), 8 * size)
                if operand.size > size
                else self.code.value(operand)
            )
        into = self.code.temporary()
        address = self.places.address(self.code, operand, size, instr)
        self.code.emit(Load(into, address, size, tags, source=self.code.source))
        return var(into)

    def _write(
        self, instr: Instruction, operand: Operand, size: int, value: Expr, tags: frozenset[str] = NO_TAGS
    ) -> None:
        if isinstance(operand, Immediate):
            raise self.error(instr, f"{instr.mnemonic} cannot write to a constant")
        if isinstance(operand, Part):
            target = Part(operand.whole, 8 * size, operand.shift) if operand.size > size else operand
            self.code.assign(target, value)
            return
        address = self.places.address(self.code, operand, size, instr)
        self.code.emit(Store(address, size, value, tags, source=self.code.source))

    def _update(
        self, instr: Instruction, operand: Operand, size: int, compute: Callable[[Expr], Expr]
    ) -> tuple[Expr, Expr]:
        """operand = compute(operand), atomically where it is locked; returns the old and the new value."""
        if isinstance(operand, Memory) and instr.locked:
            old = self.code.temporary()
            new = apply("trunc", compute(var(old)), 8 * size)
            address = self.places.address(self.code, operand, size, instr)
            self.code.emit(Rmw(old, address, size, new, source=self.code.source))
            return var(old), new
        if instr.locked:
            raise self.error(instr, "the lock prefix needs an operand in memory to write to")
        old_value = self._kept(self._read(instr, operand, size))
        new = apply("trunc", compute(old_value), 8 * size)
        self._write(instr, operand, size, new)
        return old_value, new

    def _kept(self, value: Expr) -> Expr:
        """A value that later assignments to registers do not change."""
        if value.op == "const":
            return value
        name = self.code.temporary()
        self.code.emit(Assign(name, value, self.code.source))
        return var(name)

    # moves

    def _mov(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        if isinstance(source, Memory) and isinstance(target, Part) and size >= 4:
            # what is loaded is the whole new value: a 32-bit result clears the upper half
            self.code.registers[target.whole] = None
            address = self.places.address(self.code, source, size, instr)
            self.code.emit(Load(target.whole, address, size, source=self.code.source))
            return
        self._write(instr, target, size, self._read(instr, source, size))

    _movabs = _mov

    def _movnti(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        if not isinstance(source, Part) or not isinstance(target, Memory):
            raise self.error(instr, "movnti stores a register to memory")
        self._write(instr, target, size, self._read(instr, source, size), frozenset({NT}))

    def _lea(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        if not isinstance(source, Memory):
            raise self.error(instr, "lea takes an address")
        self._write(instr, target, size, self.places.pointer(self.code, source, instr))

    def _xchg(self, instr: Instruction, size: int, locked: bool = True) -> None:
        first, second = self._two(instr)
        if isinstance(first, Memory):
            first, second = second, first
        if isinstance(first, Memory | Immediate):
            raise self.error(instr, "xchg takes a register and a register or memory")
        mine = self._kept(self._read(instr, first, size))
        if isinstance(second, Memory) and locked:
            # xchg with memory is locked without the prefix
            instr = Instruction(instr.mnemonic, instr.operands, True, instr.text, instr.line, instr.column)
        old, _ = self._update(instr, second, size, lambda _: mine)
        self._write(instr, first, size, old)

    def _uxch(self, instr: Instruction, size: int) -> None:
        """herd7's exchange without lock: two loads, two stores."""
        self._xchg(instr, size, locked=False)

    def _xadd(self, instr: Instruction, size: int) -> None:
        first, second = self._two(instr)
        if not isinstance(first, Part):
            raise self.error(instr, "xadd takes a register first")
        mine = self._kept(self._read(instr, first, size))
        old, new = self._update(instr, second, size, lambda old: apply("+", old, mine))
        self._write(instr, first, size, old)
        self._added(old, mine, new, 8 * size)

    def _cmpxchg(self, instr: Instruction, size: int) -> None:
        first, second = self._two(instr)
        if isinstance(first, Memory) and isinstance(second, Part):
            # herd7 reads cmpxchg in the order of Intel's manual in either language
            first, second = second, first
        if not isinstance(first, Part) or isinstance(second, Immediate):
            raise self.error(instr, "cmpxchg takes a register and a register or memory")
        wanted = Part("rax" if self.code.wide else "EAX", 8 * size)
        compared = self._kept(self._read(instr, wanted, size))
        new = self._kept(self._read(instr, first, size))
        if isinstance(second, Memory) and instr.locked:
            old_name = self.code.temporary()
            address = self.places.address(self.code, second, size, instr)
            when = var(old_name) == compared
            self.code.emit(Rmw(old_name, address, size, new, when, source=self.code.source))
            old: Expr = var(old_name)
        else:
            old = self._kept(self._read(instr, second, size))
            skipped = self.code.skip(old == compared)
            self._write(instr, second, size, new)
            self.code.here(skipped)
        self._subtracted(compared, old, 8 * size)
        # where they differ the accumulator gets what memory held, else it stays
        if size < 4:
            self.code.assign(wanted, ite(old == compared, compared, old))
        else:
            whole = Part(wanted.whole, 64 if self.code.wide else 32)
            self.code.assign(whole, ite(old == compared, self.code.value(whole), old))

    # arithmetic

    def _two(self, instr: Instruction) -> tuple[Operand, Operand]:
        first, second = self._count(instr, 2)
        if isinstance(first, Memory) and isinstance(second, Memory):
            raise self.error(instr, f"{instr.mnemonic} takes one operand in memory at most")
        return first, second

    def _logic(self, instr: Instruction, size: int, op: str) -> None:
        source, target = self._two(instr)
        value = self._kept(self._read(instr, source, size))
        _, new = self._update(instr, target, size, lambda old: apply(op, old, value))
        self.code.set_result_flags(new, 8 * size)
        self.code.clear("CF", "OF")

    def _and(self, instr: Instruction, size: int) -> None:
        self._logic(instr, size, "&")

    def _or(self, instr: Instruction, size: int) -> None:
        self._logic(instr, size, "|")

    def _xor(self, instr: Instruction, size: int) -> None:
        self._logic(instr, size, "^")

    def _test(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        result = apply("&", self._read(instr, source, size), self._read(instr, target, size))
        self.code.set_result_flags(result, 8 * size)
        self.code.clear("CF", "OF")

    def _add(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        value = self._kept(self._read(instr, source, size))
        old, new = self._update(instr, target, size, lambda old: apply("+", old, value))
        self._added(old, value, new, 8 * size)

    def _sub(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        value = self._kept(self._read(instr, source, size))
        old, _ = self._update(instr, target, size, lambda old: apply("-", old, value))
        self._subtracted(old, value, 8 * size)

    def _cmp(self, instr: Instruction, size: int) -> None:
        source, target = self._two(instr)
        value = self._read(instr, source, size)
        self._subtracted(self._read(instr, target, size), value, 8 * size)

    def _added(self, old: Expr, value: Expr, new: Expr, bits: int) -> None:
        if self.code.flags:
            self.code.set_result_flags(new, bits)
            self.code.set_flag("CF", apply("+", old, value) != new)
            wide = apply("+", apply("sext", old, bits), apply("sext", value, bits))
            self.code.set_flag("OF", wide != apply("sext", new, bits))

    def _subtracted(self, old: Expr, value: Expr, bits: int) -> None:
        if self.code.flags:
            new = apply("trunc", apply("-", old, value), bits)
            self.code.set_result_flags(new, bits)
            self.code.set_flag("CF", old < value)
            wide = apply("-", apply("sext", old, bits), apply("sext", value, bits))
            self.code.set_flag("OF", wide != apply("sext", new, bits))

    def _step(self, instr: Instruction, size: int, by: int) -> None:
        """inc and dec: the carry stays."""
        (target,) = self._count(instr, 1)
        _, new = self._update(instr, target, size, lambda old: apply("+", old, by))
        bits = 8 * size
        self.code.set_result_flags(new, bits)
        edge = 1 << (bits - 1)
        self.code.set_flag("OF", new == (edge if by > 0 else edge - 1))

    def _inc(self, instr: Instruction, size: int) -> None:
        self._step(instr, size, 1)

    def _dec(self, instr: Instruction, size: int) -> None:
        self._step(instr, size, -1)

    def _not(self, instr: Instruction, size: int) -> None:
        (target,) = self._count(instr, 1)
        self._update(instr, target, size, lambda old: apply("-", -1, old))

    def _neg(self, instr: Instruction, size: int) -> None:
        (target,) = self._count(instr, 1)
        old, _ = self._update(instr, target, size, lambda old: apply("-", 0, old))
        self._subtracted(const(0), old, 8 * size)

    def _shift(self, instr: Instruction, size: int, op: str) -> None:
        operands = instr.operands if len(instr.operands) == 2 else (Immediate(1), *self._count(instr, 1))
        count, target = operands
        if not isinstance(count, Immediate) or count.symbol:
            raise self.error(instr, "a shift by a register is not modelled")
        bits = 8 * size
        by = count.value & (63 if size == 8 else 31)

        def shifted(old: Expr) -> Expr:
            return apply(">>" if op != "<<" else "<<", apply("sext", old, bits) if op == "sar" else old, by)

        old, new = self._update(instr, target, size, shifted)
        if by and self.code.flags:
            self._shifted(old, new, bits, by, op)

    def _shifted(self, old: Expr, new: Expr, bits: int, by: int, op: str) -> None:
        self.code.set_result_flags(new, bits)
        source = apply("sext", old, bits) if op == "sar" else old
        out = apply(">>", source, bits - by) if op == "<<" else apply(">>", source, by - 1)
        carry = apply("&", out, 1) != 0 if by <= bits else const(False)
        self.code.set_flag("CF", carry)
        if by > 1:
            # the manual leaves it open
            self.code.registers["OF"] = None
            self.code.emit(Havoc("OF", low=0, high=1, source=self.code.source))
        elif op == "<<":
            self.code.set_flag("OF", apply("!=", apply(">>", new, bits - 1) != 0, carry))
        else:
            self.code.set_flag("OF", apply(">>", old, bits - 1) != 0 if op == ">>" else const(False))

    def _shl(self, instr: Instruction, size: int) -> None:
        self._shift(instr, size, "<<")

    _sal = _shl

    def _shr(self, instr: Instruction, size: int) -> None:
        self._shift(instr, size, ">>")

    def _sar(self, instr: Instruction, size: int) -> None:
        self._shift(instr, size, "sar")

    # conditions

    def _holds(self, kind: str, sense: bool) -> Expr:
        flag = self.code.flag
        simple = {"z": "ZF", "s": "SF", "c": "CF", "o": "OF"}
        if kind in simple:
            found = flag(simple[kind])
        elif kind == "be":
            found = flag("CF") | flag("ZF")
        else:
            found = apply("!=", flag("SF"), flag("OF"))
            if kind == "le":
                found = found | flag("ZF")
        return found if sense else ~found

    def _jump(self, instr: Instruction) -> None:
        if instr.mnemonic == "jmp":
            self.code.jump(instr)
            return
        condition = _CONDITIONS.get(instr.mnemonic[1:])
        if condition is None:
            raise self._unknown(instr)
        self.code.jump(instr, self._holds(*condition))

    def _conditional(self, instr: Instruction, kind: str, condition: str, size: int | None) -> None:
        """setcc and cmovcc."""
        holds = self._holds(*_CONDITIONS[condition])
        if kind == "set":
            (target,) = self._count(instr, 1)
            self._write(instr, target, 1, ite(holds, const(1), const(0)))
            return
        source, target = self._two(instr)
        if not isinstance(target, Part):
            raise self.error(instr, "cmov writes to a register")
        width = size or target.size
        value = self._read(instr, source, width)
        self._write(instr, target, width, ite(holds, value, self._read(instr, target, width)))

    def _extend(self, instr: Instruction, found: re.Match[str] | None) -> None:
        source, target = self._two(instr)
        signed = instr.mnemonic[3] == "s"
        if found is not None:
            small, size = SIZES[found.group(2)], SIZES[found.group(3)]
        else:
            small = source.size if isinstance(source, Part) else self._size(instr)
            size = target.size if isinstance(target, Part) else 4
            if isinstance(source, Memory):
                small = self.places.natural(source, instr)
        value = self._read(instr, source, small)
        self._write(instr, target, size, apply("sext", value, 8 * small) if signed else value)

    # vectors

    def _is_vector_transfer(self, instr: Instruction) -> bool:
        return instr.mnemonic in ("movd", "movq", "vmovd", "vmovq") and any(
            isinstance(o, Part) and o.bits >= 128 for o in instr.operands
        )

    def _transfer(self, instr: Instruction) -> None:
        """movd and movq between a vector register and a register or memory."""
        source, target = self._two(instr)
        size = 4 if instr.mnemonic.endswith("d") else 8
        value = self._read(instr, source, size)
        if _is_vector(target):
            self._vector_assign(target, value)
        else:
            self._write(instr, target, size, value)

    def _vector_move(self, instr: Instruction, tags: frozenset[str]) -> None:
        source, target = self._two(instr)
        vectors = [o for o in (source, target) if _is_vector(o)]
        if not vectors or isinstance(source, Immediate):
            raise self.error(instr, f"{instr.mnemonic} moves a vector register")
        vector = vectors[0]
        assert isinstance(vector, Part)
        if tags and (not isinstance(target, Memory) or not isinstance(source, Part)):
            raise self.error(instr, f"{instr.mnemonic} stores a vector register to memory")
        value = self._read(instr, source, vector.size)
        if isinstance(target, Part):
            self._vector_assign(target, value)
        else:
            self._write(instr, target, vector.size, value, tags)

    def _vector_assign(self, target: Operand, value: Expr) -> None:
        assert isinstance(target, Part)
        self.code.registers[target.whole] = None
        self.code.emit(Assign(target.whole, apply("trunc", value, target.bits), self.code.source))


def _is_vector(operand: Operand) -> bool:
    return isinstance(operand, Part) and operand.bits >= 128


_LOCKABLE = frozenset(
    {"xchg", "uxch", "xadd", "cmpxchg", "add", "sub", "and", "or", "xor", "inc", "dec", "not", "neg"}
)
_BASES = _LOCKABLE | {"mov", "movabs", "movnti", "lea", "test", "cmp", "shl", "sal", "shr", "sar"}


def _base(name: str) -> tuple[str | None, int | None]:
    """The instruction and the size that a mnemonic such as `movl` names."""
    if name in _BASES:
        return name, None
    if name[:-1] in _BASES and name[-1] in SIZES:
        return name[:-1], SIZES[name[-1]]
    return None, None


def _condition(name: str) -> tuple[str, str, int | None] | None:
    """set or cmov, the condition, and the size of a mnemonic such as `cmovnel`."""
    for kind in ("set", "cmov"):
        if name.startswith(kind):
            rest = name[len(kind) :]
            if rest in _CONDITIONS:
                return kind, rest, None
            if rest[:-1] in _CONDITIONS and rest[-1] in SIZES:
                return kind, rest[:-1], SIZES[rest[-1]]
    return None


def reads_flags(instr: Instruction) -> bool:
    """Whether an instruction reads flags."""
    name = instr.mnemonic
    return (name.startswith("j") and name != "jmp") or _condition(name) is not None
