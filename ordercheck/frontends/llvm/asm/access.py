"""Reading and writing the operands of one instruction, as effects."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmEffect,
    AsmFence,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmSet,
    AsmStore,
    Operand,
    Place,
)
from ordercheck.frontends.llvm.asm.given import Given
from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Ref, Reg
from ordercheck.frontends.llvm.asm.state import ANY, Held, State, operand_of


class Access(Given):
    """Collects what the instruction does in `effects`. ranges: it stands in a loop and is executed any
    number of times, so that an address that is not known means any number of places.
    """

    def __init__(self, instruction: Instruction, state: State, ranges: bool = False) -> None:
        super().__init__(instruction, state)
        self.ranges = ranges
        self.effects: list[AsmEffect] = []

    def put(self, operand: Parsed, value: Held, size: int) -> None:
        """Writes a register."""
        name = self.register(operand)
        masked = isinstance(operand, Reg | Ref) and operand.masked
        # a part of what was loaded has no name of its own
        part = value.kind == "loaded" and size < value.size
        if masked or part or (isinstance(operand, Reg) and operand.name.high):
            value = ANY
        if value.kind == "loaded" and value.name != name:
            self.effects.append(AsmSet(name, operand_of(value, value.size, self.constraints)))
            value = value._replace(name=name)
        self.state.write(name, value, size)

    def load(self, place: Mem, size: int, into: Parsed | None = None, whole: bool = True) -> None:
        """Reads memory. into: the register that holds it afterwards, in its low bytes unless not whole."""
        name = self.register(into) if into is not None else ""
        high = isinstance(into, Reg) and into.name.high
        found = self.place(place)
        followed = bool(name) and whole and not high and not place.masked
        if place.masked or size > 64:
            self.span(place, False)
            followed = False
        elif found is not None and self._many(found):
            self._range(found, False, False)
            followed = False
        elif found is not None:
            self._add(AsmLoad(found, size, name if followed else "", self.instruction.text))
        else:
            followed = False
        if into is not None:
            self.put(into, Held("loaded", name=name, size=size) if followed else ANY, size)

    def store(self, place: Mem, size: int, value: Held = ANY, nt: bool = False) -> None:
        """Writes memory."""
        if place.masked or size > 64:
            self.span(place, True, nt)
            return
        found = self.place(place)
        if found is None:
            return
        if self._many(found):
            self._range(found, True, nt)
            return
        operand = operand_of(value, size, self.constraints)
        self._add(AsmStore(found, size, operand, nt, self.instruction.text))

    def modify(
        self, place: Mem, size: int, locked: bool, maybe: bool = False, bit: Held | None = None
    ) -> None:
        """Reads and writes memory. bit: which bit of the string at place, for BTS and its like."""
        found = self.place(place)
        if found is not None and bit is not None:
            found = _bit(found, operand_of(bit, size, self.constraints), size, bit)
        if found is None:
            if locked:
                self.drain()
            return
        if self._many(found) and not locked:
            self._range(found, False, False)
            self._range(found, True, False)
            return
        self._add(AsmRmw(found, size, locked, maybe, self.instruction.text))

    def inspect(self, place: Mem, size: int, bit: Held) -> None:
        """Reads the word in which a bit of a bit string lies."""
        found = self.place(place)
        if found is not None:
            self._add(
                AsmLoad(
                    _bit(found, operand_of(bit, size, self.constraints), size, bit),
                    size,
                    "",
                    self.instruction.text,
                )
            )

    def span(self, place: Mem, stores: bool, nt: bool = False) -> None:
        """Reads or writes any number of bytes there."""
        found = self.place(place)
        if found is not None:
            self._range(found, stores, nt)

    def fence(self, tag: str) -> None:
        """A fence of that tag."""
        self._add(AsmFence(tag, self.instruction.text))

    def drain(self) -> None:
        """All that was stored before reaches memory."""
        self.fence("MFENCE")

    def _add(self, effect: AsmEffect) -> None:
        self.effects.append(effect)

    def _many(self, place: Place) -> bool:
        return self.ranges and isinstance(place.index, Anything)

    def _range(self, place: Place, stores: bool, nt: bool) -> None:
        # a range has no exact beginning: what is added to the base does not matter
        if isinstance(place.index, Anything):
            place = replace(place, index=None, scale=1, displacement=0)
        self._add(AsmRange(place, stores, nt, self.instruction.text))


def _bit(place: Place, index: Operand, size: int, held: Held) -> Place:
    """The word of a bit string that holds a bit (SDM vol. 2, BTS: the offset may be of any size)."""
    if held.kind == "number":
        value = held.number % (1 << 8 * size)
        value -= (1 << 8 * size) if value >> (8 * size - 1) else 0
        return replace(place, displacement=place.displacement + size * (value // (8 * size)))
    if place.index is not None or isinstance(index, Anything):
        return replace(place, index=Anything(), scale=1)
    return replace(place, index=index, scale=1, bits=8 * size)
