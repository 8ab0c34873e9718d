"""LLVM IR as this frontend sees it: types, values, instructions, functions, modules.

What LLVM's own printer says of a module that LLVM's own parser accepted, as plain data;
meaning is given to it elsewhere. Source: the LLVM Language Reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.program.ir import NOWHERE, Source
from ordercheck.record import record

# types


@dataclass(frozen=True, slots=True)
class IntType:
    """iN."""

    bits: int


@dataclass(frozen=True, slots=True)
class FloatType:
    """A floating-point type, by LLVM's name for it; size in bytes of its value."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PtrType:
    """ptr, in an address space (x86: 256 is GS, 257 FS, 258 SS)."""

    space: int = 0


@dataclass(frozen=True, slots=True)
class ArrayType:
    """[count x element]."""

    count: int
    element: Type


@dataclass(frozen=True, slots=True)
class VectorType:
    """<count x element>."""

    count: int
    element: Type
    scalable: bool = False


@dataclass(frozen=True, slots=True)
class StructType:
    """A structure; name: empty for a literal one. fields None: opaque."""

    fields: tuple[Type, ...] | None
    packed: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class FunctionType:
    """The type of a function."""

    returns: Type
    params: tuple[Type, ...]
    vararg: bool = False


@dataclass(frozen=True, slots=True)
class OtherType:
    """void, label, metadata, token, x86_amx, target types: by name, without size."""

    name: str


Type = IntType | FloatType | PtrType | ArrayType | VectorType | StructType | FunctionType | OtherType
VOID = OtherType("void")
LOCAL_LINKAGE = frozenset({"internal", "private"})
"""What other modules cannot name."""
PTR = PtrType()

# values


@dataclass(frozen=True, slots=True)
class Local:
    """%name: an argument or the result of an instruction."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """@name: a global variable, function or alias; its value is its address."""

    name: str
    type: Type = PTR


@dataclass(frozen=True, slots=True)
class Int:
    """An integer constant; value is unsigned, below 2**bits."""

    value: int
    type: IntType


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant that is no integer: kind null, undef, poison, zeroinitializer, none, or float (text)."""

    kind: str
    type: Type
    text: str = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A constant structure, array or vector; also a splat and a string, element by element."""

    elements: tuple[Value, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class ConstantExpr:
    """A constant expression; op and operands as for the instruction; source_type: of a getelementptr."""

    op: str
    operands: tuple[Value, ...]
    type: Type
    source_type: Type | None = None


@dataclass(frozen=True, slots=True)
class InlineAsm:
    """asm [sideeffect] [inteldialect] [unwind] "text", "constraints" - both with LLVM's escapes undone."""

    text: str
    constraints: str
    sideeffect: bool = False
    intel: bool = False
    type: Type = PTR
    unwinds: bool = False


@dataclass(frozen=True, slots=True)
class OpaqueValue:
    """A value of which only the text is known: metadata, blockaddress, dso_local_equivalent, ..."""

    text: str
    type: Type


Value = Local | GlobalRef | Int | Constant | Aggregate | ConstantExpr | InlineAsm | OpaqueValue

# code


@record(frozen=True, eq=False, slots=True)
class Instruction:
    """One instruction.

    name: of the result, without %, empty where there is none. operands: the values, in the
    order of the text (store: value, address; br, switch: condition; phi: incoming values; call:
    arguments; cmpxchg: address, expected, new; atomicrmw: address, operand).
    flags: nuw nsw exact disjoint nneg samesign inbounds volatile weak atomic tail musttail ...;
    and the kinds of attached metadata that say something: nontemporal. Of a landingpad: cleanup; of a
    catchswitch that unwinds to its caller: "to caller".
    predicate: of icmp and fcmp; the operation of atomicrmw.
    source_type: what a getelementptr indexes, an alloca allocates, a call calls (FunctionType).
    labels: successors in the order of the text (br: then, else; switch: default, then the cases;
    invoke: normal, unwind; callbr: fallthrough, indirect ones); phi: the incoming blocks.
    cases: of a switch, unsigned, one for each label after the first. indices: of extractvalue, insertvalue.
    element_types: for call operands with elementtype(T), sret, byval: by operand number; byval: those of
    which the callee has a copy.
    attributes: of the call site (noreturn, readnone, "memory(none)", nounwind, ...), groups resolved.
    align: in bytes, 0 where none is given. size in text: one line, as LLVM prints it.
    """

    op: str
    name: str = ""
    type: Type = VOID
    operands: tuple[Value, ...] = ()
    flags: frozenset[str] = frozenset()
    predicate: str = ""
    ordering: str = ""
    failure_ordering: str = ""
    source_type: Type | None = None
    labels: tuple[str, ...] = ()
    cases: tuple[int, ...] = ()
    indices: tuple[int, ...] = ()
    callee: Value | None = None
    element_types: Mapping[int, Type] = field(default_factory=dict)
    byval: frozenset[int] = frozenset()
    attributes: frozenset[str] = frozenset()
    align: int = 0
    source: Source = NOWHERE
    text: str = ""

    @property
    def watched(self) -> bool:
        """Whether it is atomic or volatile: others may look at what it accesses, or change it."""
        return bool(self.ordering) or "volatile" in self.flags

    @property
    def callee_name(self) -> str:
        """The function that a call names; empty where it names none."""
        return self.callee.name if isinstance(self.callee, GlobalRef) else ""

    @property
    def intrinsic(self) -> str:
        """Which intrinsic a call is of: what stands behind `llvm.`, up to the next dot; empty: of none."""
        name = self.callee_name
        return name.split(".")[1] if name.startswith("llvm.") else ""


@record(frozen=True, eq=False, slots=True)
class BasicBlock:
    """Instructions, the last of which is the only terminator. label: without %."""

    label: str
    instructions: tuple[Instruction, ...]


@record(frozen=True, eq=False, slots=True)
class Parameter:
    """An argument of a function. name: as in the IR, without %. called: as in the source where debug
    information says, else name. attributes: noalias, nonnull, byval, ... (the words alone). declared: the
    debug information's node of the source's type."""

    name: str
    type: Type
    called: str = ""
    attributes: frozenset[str] = frozenset()
    declared: str = ""


@record(frozen=True, eq=False, slots=True)
class Function:
    """A function; blocks is empty for a declaration; blocks[0] is the entry. linkage: internal, weak, ..."""

    name: str
    type: FunctionType
    params: tuple[Parameter, ...]
    blocks: tuple[BasicBlock, ...]
    attributes: frozenset[str] = frozenset()
    linkage: str = ""
    source: Source = NOWHERE

    def called(self, name: str) -> str:
        """What the source calls an argument, or else the IR; empty where it is none."""
        return next((p.called or p.name for p in self.params if p.name == name), "")


@record(frozen=True, eq=False, slots=True)
class GlobalVariable:
    """A global variable; type is that of its contents. initializer None: declared here, defined elsewhere."""

    name: str
    type: Type
    constant: bool = False
    initializer: Value | None = None
    thread_local: bool = False
    linkage: str = ""
    section: str = ""
