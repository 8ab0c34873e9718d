"""What an inline assembly statement does, in the order of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """The value of input number `index` of the call (an index into the call's arguments)."""

    index: int


@dataclass(frozen=True, slots=True)
class Register:
    """What the asm itself put into a machine register before (by its 64-bit name, `rax`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: int


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that is not followed."""


Operand = Input | Register | Number | Anything


@dataclass(frozen=True, slots=True)
class Place:
    """A memory operand: base + displacement (bytes). base Input: the pointer passed for a memory
    constraint ("*m"), or the address in a register. index: what is added to it, times scale.
    segment: "gs" or "fs" for per-CPU and thread-local memory. symbol: an absolute or RIP-relative one.
    bits: where it is not 0 (16, 32, 64), index counts bits (BT, BTS, BTR, BTC with a register): instead of
    index * scale, bits/8 * floor(index / bits) bytes are added, index taken as signed with `bits` bits.
    """

    base: Operand | None
    displacement: int = 0
    index: Operand | None = None
    scale: int = 1
    segment: str = ""
    symbol: str = ""
    bits: int = 0


@dataclass(frozen=True, slots=True)
class AsmLoad:
    """register = size bytes at place (1 to 64). register empty: the value is not followed."""

    place: Place
    size: int
    register: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmStore:
    """size bytes (1 to 64) of value to place; nt: non-temporal."""

    place: Place
    size: int
    value: Operand
    nt: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmRmw:
    """A read-modify-write; locked: LOCK prefix or XCHG, else a load and then a store. What it stores is
    not followed. maybe: it may store nothing (CMPXCHG).
    """

    place: Place
    size: int
    locked: bool
    maybe: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmRange:
    """A string instruction or a loop: reads or writes any number of bytes from place upwards (or
    downwards), each of them once at most. nt: non-temporal.
    """

    place: Place
    stores: bool
    nt: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmFence:
    """A fence, by the tag of its event set: MFENCE, SFENCE, LFENCE, ClFlush, ClFlushOpt, ClWb; serialising
    instructions (CPUID, IRET, ...) and I/O are MFENCE: a full drain.
    """

    tag: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmSet:
    """register = value."""

    register: str
    value: Operand


@dataclass(frozen=True, slots=True)
class AsmJump:
    """Control may go to the goto label number `label` of the call (0: the first indirect one);
    always: it does. where: else it goes on.
    """

    label: int
    always: bool


@dataclass(frozen=True, slots=True)
class AsmCall:
    """A call from within the asm: of a symbol, or of what input `target` holds; where there are both, of
    the symbol whose name ends in the constant that input `target` is (`__get_user_` and 4). Neither:
    nobody knows.
    """

    symbol: str
    target: Input | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmChoice:
    """One of these, nobody knows which (kernel alternatives: the old text or a replacement)."""

    ways: tuple[tuple[AsmEffect, ...], ...]


@dataclass(frozen=True, slots=True)
class AsmStop:
    """Control does not come past here (UD2 in a statement that is followed by unreachable code says so
    in the IR; this is for HLT loops and the like)."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class AsmUnknown:
    """Something that nobody modelled; it could do anything to memory that others may reach."""

    text: str
    why: str


AsmEffect = (
    AsmLoad
    | AsmStore
    | AsmRmw
    | AsmRange
    | AsmFence
    | AsmSet
    | AsmJump
    | AsmCall
    | AsmChoice
    | AsmStop
    | AsmUnknown
)


@dataclass(frozen=True, slots=True)
class AsmEffects:
    """The whole statement. outputs: what each register output holds at the end, by output number
    (Anything where that is not followed); memory_clobber: "memory" is in its clobber list.
    """

    effects: tuple[AsmEffect, ...]
    outputs: tuple[Operand, ...] = ()
    memory_clobber: bool = False


def every(effects: Iterable[AsmEffect]) -> Iterator[AsmEffect]:
    """All effects of an asm statement, of each way that it may go."""
    for effect in effects:
        if isinstance(effect, AsmChoice):
            for way in effect.ways:
                yield from every(way)
        else:
            yield effect
