"""Operands of one instruction: what they are, how wide they are, what they hold, and where they lie."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.frontends.llvm.asm.constraints import Constraint
from ordercheck.frontends.llvm.asm.effects import Anything, Input, Operand, Place, Register
from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Parsed, Ref, Reg, Star
from ordercheck.frontends.llvm.asm.state import ANY, Held, State, argument, number, operand_of, register_of
from ordercheck.frontends.llvm.asm.template import MARK

_MODIFIED = {"b": 1, "h": 1, "w": 2, "k": 4, "q": 8, "x": 16, "t": 32, "g": 64}
"""The size of a register that a modifier names."""


class OddError(Exception):
    """Why an instruction is not understood."""


class Given:
    """The operands of one instruction in a state of the registers. Errors: OddError."""

    def __init__(self, instruction: Instruction, state: State) -> None:
        self.instruction = instruction
        self.state = state
        self.constraints = state.constraints
        if instruction.operands is None:
            raise OddError("operands that are not understood")
        self.operands = tuple(self._settled(operand) for operand in instruction.operands)

    # what the operands are

    def mnemonic(self) -> str:
        """The name of the instruction; `${1:z}` at its end is the suffix for the size of an operand."""
        name = self.instruction.name
        mark = MARK.search(name)
        if mark is None:
            return name
        found = self.constraint(Ref(int(mark[1])))
        size = found.element.size if found.memory else found.shape.size
        suffix = {1: "b", 2: "w", 4: "l", 8: "q"}.get(size, "")
        if mark[2] != "z" or mark.end() != len(name) or not suffix:
            raise OddError("an instruction that is not understood")
        return name[: mark.start()] + suffix

    def constraint(self, ref: Ref) -> Constraint:
        """What an operand of the statement is."""
        if ref.number >= len(self.constraints.operands):
            raise OddError(f"there is no operand ${ref.number}")
        return self.constraints.operands[ref.number]

    def _settled(self, operand: Parsed) -> Parsed:
        """An operand of the statement as memory, where it is that."""
        if isinstance(operand, Star):
            inner = self._settled(operand.operand)
            return Star(inner)
        if not isinstance(operand, Ref):
            return operand
        found = self.constraint(operand)
        if found.memory:
            return Mem(whole=operand, masked=operand.masked)
        if found.immediate and operand.modifier in ("P", "c"):
            return Mem(added=operand)
        if operand.modifier == "a":
            return Mem(base=operand)
        if operand.modifier == "A":
            return Star(operand)
        return operand

    def is_register(self, operand: Parsed) -> bool:
        """Whether it is a register, as far as the text tells: what may be a constant as well is one."""
        return isinstance(operand, Reg) or (
            isinstance(operand, Ref) and not self.constraint(operand).immediate
        )

    def kind(self, operand: Parsed) -> str:
        """Of a register: gpr, vector, ... and empty where the compiler chooses, or for no register."""
        if isinstance(operand, Reg):
            return operand.name.kind
        if isinstance(operand, Ref):
            codes = set(self.constraint(operand).codes)
            tied = self.constraint(operand).tied
            if tied is not None:
                return self.kind(replace(operand, number=tied))
            if operand.modifier in ("x", "t", "g") or codes & {"x", "v"} or any("mm" in c for c in codes):
                return "vector"
            if "y" in codes:
                return "mmx"
            if codes & set("rqQRlabcdSD") or self.constraint(operand).register:
                return "gpr"
        return ""

    def register(self, operand: Parsed) -> str:
        """The name under which a register is followed."""
        if isinstance(operand, Reg):
            return operand.name.whole
        if isinstance(operand, Ref):
            return register_of(self.constraints, operand.number)
        raise OddError("a register was expected")

    def width(self, operand: Parsed) -> int:
        """Bytes of an operand as the text or its type says; 0 where neither does."""
        if isinstance(operand, Reg):
            return operand.name.size
        if isinstance(operand, Mem):
            if operand.size or operand.whole is None:
                return operand.size
            return self.constraint(operand.whole).element.size
        if isinstance(operand, Ref):
            return _MODIFIED.get(operand.modifier, 0) or self.constraint(operand).shape.size
        return 0

    def size(self, suffix: int) -> int:
        """The operand size: by the suffix, else by a register, else by what a memory operand is."""
        if suffix:
            return suffix
        said = next((o.size for o in self.operands if isinstance(o, Mem) and o.size), 0)
        if said:
            return said
        registers = [o for o in self.operands if self.is_register(o)]
        named = [self.width(o) for o in registers if isinstance(o, Reg) and o.name.kind != "segment"]
        # the destination is last; a constant has the size of the other one
        for found in (*reversed(named), *(self.width(o) for o in reversed(registers))):
            if found:
                return found
        for operand in reversed(self.operands):
            if isinstance(operand, Mem) and (found := self.width(operand)):
                return found
        raise OddError("the operand size is not known")

    # values

    def value(self, operand: Parsed) -> Held:
        """What an operand holds that is not in memory."""
        if isinstance(operand, Imm):
            if operand.ref is not None:
                return self.value(operand.ref) if operand.number == 0 and not operand.symbol else ANY
            return ANY if operand.symbol else number(operand.number)
        if isinstance(operand, Reg):
            return ANY if operand.name.high else self.state.read(operand.name.whole)
        if isinstance(operand, Ref):
            found = self.constraint(operand)
            if found.label is not None or operand.modifier in ("n", "h", "l"):
                return ANY
            return self.state.read(register_of(self.constraints, operand.number))
        return ANY

    # addresses

    def _operand(self, held: Held) -> Operand:
        """A value of eight bytes, for an address; the assembler extends constants."""
        if held.kind == "input" and argument(self.constraints, held.number).immediate:
            return Input(held.number)
        return operand_of(held, 8, self.constraints)

    def place(self, memory: Mem) -> Place | None:
        """Where it lies; None: in the part of the stack below what was there at the start, which is nobody
        else's."""
        if memory.whole is not None and not self.constraint(memory.whole).memory:
            raise OddError("a memory operand that is none")
        terms: list[tuple[Held, int]] = []
        for part, scale in (
            (memory.whole, 1),
            (memory.base, 1),
            (memory.index, memory.scale),
            (memory.added, 1),
        ):
            if part is not None:
                terms.append((self._address_part(part), scale))
        shift = memory.displacement
        if memory.whole is not None and memory.whole.modifier == "H":
            shift += 8
        segment = memory.segment if memory.segment in ("fs", "gs") else ""
        return self._summed(terms, shift, memory.symbol, segment)

    def _address_part(self, part: Reg | Ref) -> Held:
        if isinstance(part, Reg):
            if part.name.kind not in ("gpr", "vector"):
                raise OddError("an address that is not understood")
            return self.value(part) if part.name.size == 8 else ANY
        found = self.constraint(part)
        if found.memory:
            if found.argument is None or self.state.spoiled:
                return ANY
            return Held("input", found.argument, size=8)
        if found.label is not None:
            raise OddError("an address that is not understood")
        return self.value(part)

    def _summed(self, terms: list[tuple[Held, int]], shift: int, symbol: str, segment: str) -> Place | None:
        unknown = False
        rest: list[tuple[Held, int]] = []
        for held, scale in terms:
            if held.kind == "number":
                shift += _signed(held.number) * scale
                continue
            if held.offset is None:
                unknown = True
            else:
                shift += held.offset * scale
            rest.append((held._replace(offset=0), scale))
        shift = _signed(shift)
        if symbol:
            return _place(
                None,
                shift,
                [self._operand(h) for h, _ in rest],
                [s for _, s in rest],
                unknown,
                segment,
                symbol,
            )
        chosen = self._base(rest)
        others = [term for i, term in enumerate(rest) if i != chosen]
        operands, scales = [self._operand(h) for h, _ in others], [s for _, s in others]
        if chosen is None:
            return _place(None, shift, operands, scales, unknown, segment, "")
        base = rest[chosen][0]
        if base.kind == "stack":
            if not others and not unknown and shift < 0:
                return None
            return _place(Register("rsp"), shift, operands, scales, unknown, segment, "")
        return _place(self._operand(base), shift, operands, scales, unknown, segment, "")

    def _base(self, terms: list[tuple[Held, int]]) -> int | None:
        """The term that is the pointer: one of that type, else the first that is not scaled."""
        plain = [i for i, (_, scale) in enumerate(terms) if scale == 1]
        for i in plain:
            held = terms[i][0]
            if held.kind == "stack" or (held.kind == "input" and self._pointer(held)):
                return i
        return plain[0] if plain else None

    def _pointer(self, held: Held) -> bool:
        found = argument(self.constraints, held.number)
        return found.memory or found.shape.pointer


def _place(
    base: Operand | None,
    shift: int,
    indices: list[Operand],
    scales: list[int],
    unknown: bool,
    segment: str,
    symbol: str,
) -> Place:
    if unknown or len(indices) > 1:
        return Place(base, shift, Anything(), 1, segment, symbol)
    if indices:
        return Place(base, shift, indices[0], scales[0], segment, symbol)
    return Place(base, shift, None, 1, segment, symbol)


def _signed(value: int) -> int:
    value %= 1 << 64
    return value - (1 << 64) if value >> 63 else value
