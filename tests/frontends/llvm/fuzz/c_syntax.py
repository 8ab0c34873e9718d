"""What a random C function is made of: places, statements, the function. No text and no program yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordercheck.program.expr import Expr, const
from tests.frontends.llvm.fuzz.c_values import CTest, CType, CValue

FLAG, AREA, LOCAL, THROUGH_GLOBAL, THROUGH_FIELD = "flag", "area", "buf", "*gp", "s[0]"
LOCAL_WORDS = 32


@dataclass(frozen=True, slots=True)
class CPointer:
    """A pointer: its text; the objects that it may point into; which of them, and how far in, in bytes."""

    text: str
    objects: tuple[str, ...]
    offset: Expr = field(default_factory=lambda: const(0))
    which: Expr = field(default_factory=lambda: const(0))


@dataclass(frozen=True, slots=True)
class Place:
    """type at pointer + shift bytes + index elements of that type."""

    pointer: CPointer
    type: CType
    index: CValue | None = None
    shift: int = 0

    @property
    def aligned(self) -> bool:
        """Whether it lies at a multiple of its size (pointers are multiples of 16)."""
        return self.shift % self.type.size == 0


@dataclass(frozen=True, slots=True)
class Store:
    """An ordinary or non-temporal store. how: one of STORES."""

    place: Place
    value: CValue
    how: str


@dataclass(frozen=True, slots=True)
class Wide:
    """A store of a vector of two words at a place that is a multiple of 16. how: one of WIDE."""

    place: Place
    values: tuple[CValue, CValue]
    how: str


@dataclass(frozen=True, slots=True)
class Load:
    """into = the value there. how: one of LOADS."""

    place: Place
    into: CValue
    how: str


@dataclass(frozen=True, slots=True)
class Rmw:
    """A locked read-modify-write. how: one of RMWS; into: what it returns, where that is kept."""

    place: Place
    value: CValue
    how: str
    into: CValue | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """memcpy or memmove of a constant number of bytes."""

    to: Place
    source: Place
    size: int


@dataclass(frozen=True, slots=True)
class Fill:
    """memset of a constant number of bytes."""

    place: Place
    byte: int
    size: int


@dataclass(frozen=True, slots=True)
class Fence:
    """how: one of FENCES."""

    how: str


@dataclass(frozen=True, slots=True)
class Assign:
    """variable = value."""

    variable: CValue
    value: CValue


@dataclass(frozen=True, slots=True)
class Swap:
    """Two variables of one type change their values."""

    one: CValue
    other: CValue


@dataclass(frozen=True, slots=True)
class Point:
    """A pointer variable is set: to one pointer, or to one of two."""

    variable: CPointer
    to: CPointer
    test: CTest | None = None
    other: CPointer | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A pointer variable goes on by 16 bytes, so often."""

    variable: CPointer
    steps: CValue


@dataclass(frozen=True, slots=True)
class If:
    """if (test) then else other."""

    test: CTest
    then: tuple[Statement, ...]
    other: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Switch:
    """switch (value): a body for each number, one for all others. falls: the first goes on in the second."""

    value: CValue
    cases: tuple[tuple[int, tuple[Statement, ...]], ...]
    default: tuple[Statement, ...]
    falls: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """count rounds. how: one of LOOPS; counter: its variable, or `pointer`, which starts at `start`."""

    how: str
    counter: CValue
    count: CValue
    body: tuple[Statement, ...]
    pointer: CPointer | None = None
    start: CPointer | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """continue or break, inside a loop, where the test holds."""

    test: CTest
    how: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The function returns here, where the test holds. value: of a helper."""

    test: CTest
    value: CValue


@dataclass(frozen=True, slots=True)
class Call:
    """into = helper(pointer, value)."""

    helper: Helper
    pointer: CPointer
    value: CValue
    into: CValue | None


@dataclass(frozen=True, slots=True)
class External:
    """A call of a function that is not there."""


Statement = (
    Store
    | Wide
    | Load
    | Rmw
    | Copy
    | Fill
    | Fence
    | Assign
    | Swap
    | Point
    | Move
    | If
    | Switch
    | Loop
    | Jump
    | Leave
    | Call
    | External
)

ORDINARY = ("plain", "volatile", "mov", "relaxed", "release")
NON_TEMPORAL = ("nt", "nt volatile", "movnti", "movnti asm", "movnti far")
STORES = (*ORDINARY, *NON_TEMPORAL, "seq_cst")
WIDE = ("nt", "movntdq", "volatile")
LOADS = ("plain", "volatile", "mov", "acquire")
RMWS = ("add", "exchange", "or", "compare", "lock add", "xchg")
FENCES = ("sfence", "mfence", "lfence", "sfence asm", "mfence asm", "lock", "seq_cst", "release", "barrier")
LOOPS = ("up", "down", "while", "do", "step", "pointers")


@dataclass(frozen=True, slots=True)
class Helper:
    """A static function. attribute: what stands before it; pointer and value: its parameters."""

    name: str
    attribute: str
    pointer: CPointer
    value: CValue
    locals: tuple[CValue, ...]
    body: tuple[Statement, ...]
    result: CValue


@dataclass(frozen=True, slots=True, repr=False)
class Function:
    """A whole function, and what stands around it.

    pointers and values: its parameters; fields: integers that it finds in a structure; locals and
    pointer_locals: its variables; local: whether it has an array of its own. pinned: the compiler
    must keep the order of all accesses.
    """

    pointers: tuple[str, ...]
    values: tuple[CValue, ...]
    fields: tuple[CValue, ...]
    locals: tuple[CValue, ...]
    pointer_locals: tuple[CPointer, ...]
    helpers: tuple[Helper, ...]
    local: bool
    body: tuple[Statement, ...]
    pinned: bool

    def __repr__(self) -> str:
        from tests.frontends.llvm.fuzz.c_text import c_text

        return "\n" + c_text(self).partition("ext(void);\n")[2]

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        printer.text(repr(self))  # type: ignore[attr-defined]  # IPython's protocol, which hypothesis speaks
