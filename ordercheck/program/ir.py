"""The intermediate form: what is checked, apart from where it was read and how it is checked.

A program is a set of threads (control-flow graphs) over registers, and memory made of
byte-addressed objects. Accesses carry *tags*, the names of the event sets that a cat
file sees: "NT" (non-temporal), "X" (locked read-modify-write), and the names of fences
("MFENCE", "SFENCE", "LFENCE"). No instruction means anything beyond its tags: what is
ordered with what is the business of the memory model.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from ordercheck.program.expr import Expr, Sort, const, var
from ordercheck.record import record

NT = "NT"
LOCKED = "X"
MFENCE = "MFENCE"
SFENCE = "SFENCE"
LFENCE = "LFENCE"
NO_TAGS: frozenset[str] = frozenset()
MAX_ACCESS = 64


@record(frozen=True, eq=False, slots=True)
class Source:
    """Where an instruction comes from: file, line (from 1; 0 unknown), function, its text, its caller."""

    file: str = ""
    line: int = 0
    function: str = ""
    text: str = ""
    column: int = 0
    inlined_at: Source | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "?"


NOWHERE = Source()


class Visibility(enum.Enum):
    """Who may look at an object.

    PRIVATE: nobody else, ever. SHARED: everybody, at any time. OWNED: others look only at
    what was stored before a publication that they have seen (a store to SHARED memory, a
    Publish); from a Publish on, at all of it.
    """

    PRIVATE = "private"
    OWNED = "owned"
    SHARED = "shared"


@record(frozen=True, eq=False, slots=True)
class Elements:
    """An object as an array of structures, for people. fields: name, first byte and size of each."""

    name: str
    size: int
    fields: tuple[tuple[str, int, int], ...]

    def naming(self, start: int, end: int) -> str:
        """The element that these bytes lie in, with its fields where they are no others'; "" of several."""
        index, first = divmod(start, self.size)
        last = first + end - start
        if last > self.size:
            return ""
        whole = [field for field in self.fields if first <= field[1] and field[1] + field[2] <= last]
        # members of a union lie over one another, and it is not known which is meant
        apart = sum(size for _, _, size in whole) == len({b for _, s, n in whole for b in range(s, s + n)})
        inside = [name for name, _, _ in whole] if apart else []
        return ", ".join(f"{self.name}[{index}].{name}" for name in inside) or f"{self.name}[{index}]"


@record(frozen=True, eq=False, slots=True)
class MemObject:
    """A block of memory; two distinct objects never overlap.

    size is in bytes (None: no bound). Before the program runs every byte is `fill`,
    save where `init` maps an offset to (size in bytes, little-endian unsigned value).
    anything: what it really is, nobody knows; `fill` is one example.
    address: where it lies, for programs in which addresses are values; such objects
    have a size and do not overlap.
    elements: what it consists of, where that is known.
    """

    name: str
    size: int | None = None
    visibility: Visibility = Visibility.OWNED
    fill: int = 0
    init: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    address: int | None = None
    anything: bool = False
    elements: Elements | None = None

    def initial_byte(self, offset: int) -> int:
        """The byte at `offset` before the program runs (0 to 255)."""
        for start, (size, value) in self.init.items():
            if start <= offset < start + size:
                return (value >> (8 * (offset - start))) & 0xFF
        return self.fill


ANYWHERE = ""
DOUBT = "an address that is not followed"
"""The label of an access that stands for the worst: it may lie anywhere, or never happen."""


@record(frozen=True, eq=False, slots=True)
class Address:
    """A byte address: `offset` bytes into the object named `object`.

    ANYWHERE for the object: `offset` is a value that was computed, such as a loaded
    pointer; it means the object whose bytes [address, address + size) it lies in.
    """

    object: str
    offset: Expr

    def __str__(self) -> str:
        return f"{self.object}+{self.offset}" if self.object else f"*({self.offset})"


@record(frozen=True, eq=False, slots=True)
class Param:
    """A symbolic parameter; bounds are inclusive, None is no bound. also: other names that users may say.

    address: it is where a block of memory lies: a counterexample has one that a machine may have.
    bits: of how many bits the number is in a machine, where that is known (else 0); signed: its type
    has a sign: the value here is the pattern, 2**bits - 1 for -1 (`meant` has what users mean).
    """

    name: str
    sort: Sort = "int"
    low: int | None = None
    high: int | None = None
    also: tuple[str, ...] = ()
    address: bool = False
    bits: int = 0
    signed: bool = False

    @property
    def expr(self) -> Expr:
        return var(self.name, self.sort)


@record(frozen=True, eq=False, slots=True)
class Load:
    """register `dst` = `size` bytes at `address`, little-endian, unsigned.

    expect: the value that the program's author states this load returns (an assertion).
    """

    dst: str
    address: Address
    size: int
    tags: frozenset[str] = NO_TAGS
    label: str = ""
    expect: Expr | None = None
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Store:
    """The low `size` bytes of `value`, little-endian, to `address`; "NT" in tags: non-temporal.

    lasting: the program's author states that at each later publication these bytes
    still hold what the latest lasting store to them wrote (an assertion).
    publishes: False for a store to shared memory that hands nothing over (a counter).
    """

    address: Address
    size: int
    value: Expr
    tags: frozenset[str] = NO_TAGS
    label: str = ""
    lasting: bool = False
    publishes: bool = True
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Rmw:
    """Atomically: `dst` = old value; where `when` holds (None: always), store `value`.

    `value` and `when` may mention `dst`, which already has the old value there. tags are
    those of the load, and of the store where `write_tags` does not say otherwise. ordered:
    program order has the load before the store (as in herd's C; for x86 neither is first).
    """

    dst: str
    address: Address
    size: int
    value: Expr
    when: Expr | None = None
    tags: frozenset[str] = frozenset({LOCKED})
    label: str = ""
    source: Source = NOWHERE
    write_tags: frozenset[str] | None = None
    ordered: bool = False


@record(frozen=True, eq=False, slots=True)
class Fence:
    """A fence; its tags say which. No tags (a compiler barrier): orders nothing. label names a drain."""

    tags: frozenset[str]
    label: str = ""
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Mark:
    """An event that neither loads nor stores nor fences: a step of a lock, of an SRCU section.

    Its tags say which; what it means is the memory model's business. Events of the tags in
    COHERENT take part in the coherence order of their location. size is in bytes. value: what
    `different-values` compares (None: nothing). dst: the register that becomes `value`
    instead, for an event that looks at a lock; it depends on the event.
    """

    tags: frozenset[str]
    address: Address
    value: Expr | None = None
    source: Source = NOWHERE
    size: int = 8
    dst: str = ""


# lock.cat of the Linux kernel orders the store half of taking a lock as if it were a store
COHERENT = frozenset({"LKW"})


@record(frozen=True, eq=False, slots=True)
class Assign:
    """register `dst` = `value`."""

    dst: str
    value: Expr
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Havoc:
    """register `dst` = any integer in [low, high] (inclusive; None: no bound), or any truth value.

    doubt: of a truth value: what makes it true, if anything does; "": it may well be true.
    """

    dst: str
    sort: Sort = "int"
    low: int | None = None
    high: int | None = None
    source: Source = NOWHERE
    doubt: str = ""


@record(frozen=True, eq=False, slots=True)
class Assume:
    """Executions in which `condition` fails are not looked at."""

    condition: Expr
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Assert:
    """`condition` must hold whenever control passes here."""

    condition: Expr
    name: str = ""
    source: Source = NOWHERE


@record(frozen=True, eq=False, slots=True)
class Publish:
    """From here on others may look at every OWNED object: return from an initialiser, an unknown call.

    It means an ordinary one-byte store of 1 to a hidden shared flag, `flag`; an observer
    that loads 1 from it may look. Raises nothing.
    """

    name: str
    source: Source = NOWHERE

    @property
    def flag(self) -> str:
        """The name of the hidden flag object."""
        return f"@{self.name}"

    @property
    def store(self) -> Store:
        """The store that this publication means."""
        return Store(
            Address(self.flag, const(0)), 1, const(1), label=f"publish {self.name}", source=self.source
        )


@record(frozen=True, eq=False, slots=True)
class Unmodelled:
    """Something that nobody modelled: the verdict is UNKNOWN where it can be reached."""

    what: str
    source: Source = NOWHERE


Instr = Load | Store | Rmw | Fence | Mark | Assign | Havoc | Assume | Assert | Publish | Unmodelled
Accesses = (Load, Store, Rmw)
Addressed = (Load, Store, Rmw, Mark)


@record(frozen=True, eq=False, slots=True)
class Goto:
    """Control goes on in block `target` (an index into the thread's blocks)."""

    target: int


# what the names of registers start with that a condition computes for itself
TEMPORARY = "@"


@record(frozen=True, eq=False, slots=True)
class Branch:
    """Control goes on in block `then` where `condition` holds, else in `other`.

    join: the block from which on nothing depends on the condition any more, for languages
    whose models say that control dependencies end with the statement; -1: they never end.
    Where they end, registers that were assigned in the statement still depend on what the
    condition's registers do, TEMPORARY ones aside: a condition that uses one tests it as well.
    """

    condition: Expr
    then: int
    other: int
    source: Source = NOWHERE
    join: int = -1


@record(frozen=True, eq=False, slots=True)
class Exit:
    """The thread ends."""


Terminator = Goto | Branch | Exit


@record(frozen=True, eq=False, slots=True)
class Block:
    """Straight-line instructions and where control goes then."""

    body: tuple[Instr, ...]
    end: Terminator
    label: str = ""


@record(frozen=True, eq=False, slots=True)
class Thread:
    """A control-flow graph; block 0 is the entry. registers maps each register to its sort.

    Registers start at 0 or false, save where `init` gives a value (over parameters).
    """

    name: str
    blocks: tuple[Block, ...]
    registers: Mapping[str, Sort]
    init: Mapping[str, Expr] = field(default_factory=dict)


@record(frozen=True, eq=False, slots=True)
class RegisterOf:
    """The final value of a register of thread number `thread` (from 0)."""

    thread: int
    register: str

    def __str__(self) -> str:
        return f"{self.thread}:{self.register}"


@record(frozen=True, eq=False, slots=True)
class MemoryAt:
    """The final value of `size` bytes at `offset` of an object, little-endian, unsigned."""

    object: str
    offset: int
    size: int
    name: str = ""

    def __str__(self) -> str:
        return self.name or f"[{self.object}+{self.offset}:{self.size}]"


Observable = RegisterOf | MemoryAt
Outcome = tuple[int, ...]


@record(frozen=True, eq=False, slots=True)
class Condition:
    """A statement about final states: `expr` over variables named str(observable)."""

    quantifier: Literal["exists", "~exists", "forall"]
    expr: Expr


@record(frozen=True, eq=False, slots=True)
class Program:
    """What is checked.

    observe lists what an outcome is made of (an outcome is the tuple of those values,
    in that order; bool registers as 0 and 1).
    """

    name: str
    threads: tuple[Thread, ...]
    objects: tuple[MemObject, ...]
    params: tuple[Param, ...] = ()
    assumptions: tuple[Expr, ...] = ()
    observe: tuple[Observable, ...] = ()
    condition: Condition | None = None
    variant: str = ""
    notes: tuple[str, ...] = ()

    @property
    def addresses(self) -> frozenset[str]:
        """The parameters that are only where memory lies."""
        return frozenset(p.name for p in self.params if p.address)

    def object(self, name: str) -> MemObject:
        """The object called `name`; KeyError where there is none."""
        for obj in self.objects:
            if obj.name == name:
                return obj
        raise KeyError(name)

    def instructions(self) -> list[tuple[int, int, int, Instr]]:
        """Every instruction with its place: (thread, block, index, instruction)."""
        return [
            (t, b, i, instr)
            for t, thread in enumerate(self.threads)
            for b, block in enumerate(thread.blocks)
            for i, instr in enumerate(block.body)
        ]
