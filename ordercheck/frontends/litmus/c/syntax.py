"""The syntax tree of litmus C: what threads and macro bodies are made of.

`at` is the offset in the text; `tags` are the annotations of the kernel's macro file as
written (`once`, `rcu-lock`), `order` is a C11 memory order as the set that a cat file sees
("ACQ", "SC", ...). Nodes are many and short-lived: they are plain slotted classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Tags: TypeAlias = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Number:
    """A constant."""

    value: int
    at: int


@dataclass(slots=True, eq=False)
class Name:
    """A register, a parameter of the thread, or a parameter of a macro."""

    name: str
    at: int


@dataclass(slots=True, eq=False)
class Deref:
    """`*address`, a plain load; as the operand of MarkedLoad and Write it stands for the location."""

    address: Expression
    at: int


@dataclass(slots=True, eq=False)
class MarkedLoad:
    """`__load{tags}(*address)`."""

    location: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class AtomicLoad:
    """`atomic_load_explicit(address, order)`."""

    address: Expression
    order: str
    at: int


@dataclass(slots=True, eq=False)
class Operation:
    """`left op right`; a unary operator is one of these with a constant."""

    op: str
    left: Expression
    right: Expression
    at: int


@dataclass(slots=True, eq=False)
class Exchange:
    """`__xchg{tags}(address, value)`."""

    address: Expression
    value: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class CompareExchange:
    """`__cmpxchg{tags}(address, old, new)`."""

    address: Expression
    old: Expression
    new: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class AtomicUpdate:
    """`__atomic_op_return{tags}(address, op, value)`, or `__atomic_fetch_op`, which returns the old value."""

    address: Expression
    op: str
    value: Expression
    returns_old: bool
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class AddUnless:
    """`__atomic_add_unless{tags}(address, value, unless)`: 1 where it added, else 0."""

    address: Expression
    value: Expression
    unless: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class Fetch:
    """`atomic_fetch_OP_explicit(address, value, order)`, or, with op "=", `atomic_exchange_explicit`."""

    address: Expression
    op: str
    value: Expression
    order: str
    at: int


@dataclass(slots=True, eq=False)
class Cas:
    """`atomic_compare_exchange_strong_explicit(address, expected, desired, success, failure)`, or weak."""

    address: Expression
    expected: Expression
    desired: Expression
    success: str
    failure: str
    strong: bool
    at: int


@dataclass(slots=True, eq=False)
class TryLock:
    """`__trylock(address)`."""

    address: Expression
    at: int


@dataclass(slots=True, eq=False)
class IsLocked:
    """`__islocked(address)`."""

    address: Expression
    at: int


@dataclass(slots=True, eq=False)
class Srcu:
    """`__srcu{tags}(address)` as an expression: the value of `srcu-lock`."""

    address: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class Call:
    """`name(arguments)`: a macro."""

    name: str
    arguments: tuple[Expression, ...]
    at: int


Expression: TypeAlias = (
    Number
    | Name
    | Deref
    | MarkedLoad
    | AtomicLoad
    | Operation
    | Exchange
    | CompareExchange
    | AtomicUpdate
    | AddUnless
    | Fetch
    | Cas
    | TryLock
    | IsLocked
    | Srcu
    | Call
)


@dataclass(slots=True, eq=False)
class Block:
    """`{ ... }`."""

    body: tuple[Statement, ...]
    at: int


@dataclass(slots=True, eq=False)
class If:
    """`if (condition) then else other`."""

    condition: Expression
    then: Statement
    other: Statement | None
    at: int


@dataclass(slots=True, eq=False)
class While:
    """`while (condition) body`."""

    condition: Expression
    body: Statement
    at: int


@dataclass(slots=True, eq=False)
class Declare:
    """`int r0;`."""

    name: str
    at: int


@dataclass(slots=True, eq=False)
class Assign:
    """`register = value;`; without a register, an expression that is a statement."""

    register: str
    value: Expression
    at: int


@dataclass(slots=True, eq=False)
class Write:
    """`*address = value;`, `__store{tags}(*address, value);`."""

    location: Expression
    value: Expression
    tags: Tags
    at: int


@dataclass(slots=True, eq=False)
class AtomicStore:
    """`atomic_store_explicit(address, value, order);`."""

    address: Expression
    value: Expression
    order: str
    at: int


@dataclass(slots=True, eq=False)
class Update:
    """`__atomic_op(address, op, value);`: no value is returned."""

    address: Expression
    op: str
    value: Expression
    at: int


@dataclass(slots=True, eq=False)
class Barrier:
    """`__fence{tags};`, `atomic_thread_fence(order);`: what a cat file sees of it is `tags` or `order`."""

    tags: Tags
    order: str
    at: int


@dataclass(slots=True, eq=False)
class Lock:
    """`__lock(address);` and `__unlock`; linux: not C11's mutex."""

    address: Expression
    unlock: bool
    linux: bool
    at: int


@dataclass(slots=True, eq=False)
class SrcuStep:
    """`__srcu{tags}(address);`, `__srcu{tags}(address, value);`."""

    address: Expression
    tags: Tags
    value: Expression | None
    at: int


@dataclass(slots=True, eq=False)
class CallStatement:
    """`name(arguments);`: a macro."""

    name: str
    arguments: tuple[Expression, ...]
    at: int


Statement: TypeAlias = (
    Block
    | If
    | While
    | Declare
    | Assign
    | Write
    | AtomicStore
    | Update
    | Barrier
    | Lock
    | SrcuStep
    | CallStatement
)


@dataclass(slots=True, eq=False)
class Parameter:
    """A parameter of a thread; type: what it points to, as written (`int`, `struct srcu_struct`)."""

    name: str
    type: str
    at: int


@dataclass(slots=True, eq=False)
class Function:
    """One thread. first and last: the range of its tokens."""

    number: int
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    at: int
    first: int
    last: int
