"""The syntax tree of litmus C: what threads and macro bodies are made of.

`at` is the offset in the text; `tags` are the annotations of the kernel's macro file as
written (`once`, `rcu-lock`), `order` is a C11 memory order as the set that a cat file sees
("ACQ", "SC", ...). Nodes are plain classes: thirty
dataclasses would take as long to define as a hundred tests to parse.
"""

from __future__ import annotations

from typing import TypeAlias

Tags: TypeAlias = tuple[str, ...]


class Number:
    """A constant."""

    __slots__ = ("at", "value")

    def __init__(self, value: int, at: int) -> None:
        self.value, self.at = value, at


class Name:
    """A register, a parameter of the thread, or a parameter of a macro."""

    __slots__ = ("at", "name")

    def __init__(self, name: str, at: int) -> None:
        self.name, self.at = name, at


class Deref:
    """`*address`, a plain load; as the operand of MarkedLoad and Write it stands for the location."""

    __slots__ = ("address", "at")

    def __init__(self, address: Expression, at: int) -> None:
        self.address, self.at = address, at


class MarkedLoad:
    """`__load{tags}(*address)`."""

    __slots__ = ("at", "location", "tags")

    def __init__(self, location: Expression, tags: Tags, at: int) -> None:
        self.location, self.tags, self.at = location, tags, at


class AtomicLoad:
    """`atomic_load_explicit(address, order)`."""

    __slots__ = ("address", "at", "order")

    def __init__(self, address: Expression, order: str, at: int) -> None:
        self.address, self.order, self.at = address, order, at


class Operation:
    """`left op right`; a unary operator is one of these with a constant."""

    __slots__ = ("at", "left", "op", "right")

    def __init__(self, op: str, left: Expression, right: Expression, at: int) -> None:
        self.op, self.left, self.right, self.at = op, left, right, at


class Exchange:
    """`__xchg{tags}(address, value)`."""

    __slots__ = ("address", "at", "tags", "value")

    def __init__(self, address: Expression, value: Expression, tags: Tags, at: int) -> None:
        self.address, self.value, self.tags, self.at = address, value, tags, at


class CompareExchange:
    """`__cmpxchg{tags}(address, old, new)`."""

    __slots__ = ("address", "at", "new", "old", "tags")

    def __init__(self, address: Expression, old: Expression, new: Expression, tags: Tags, at: int) -> None:
        self.address, self.old, self.new = address, old, new
        self.tags, self.at = tags, at


class AtomicUpdate:
    """`__atomic_op_return{tags}(address, op, value)`, or `__atomic_fetch_op`, which returns the old value."""

    __slots__ = ("address", "at", "op", "returns_old", "tags", "value")

    def __init__(
        self, address: Expression, op: str, value: Expression, returns_old: bool, tags: Tags, at: int
    ) -> None:
        self.address, self.op, self.value = address, op, value
        self.returns_old, self.tags, self.at = returns_old, tags, at


class AddUnless:
    """`__atomic_add_unless{tags}(address, value, unless)`: 1 where it added, else 0."""

    __slots__ = ("address", "at", "tags", "unless", "value")

    def __init__(
        self, address: Expression, value: Expression, unless: Expression, tags: Tags, at: int
    ) -> None:
        self.address, self.value, self.unless = address, value, unless
        self.tags, self.at = tags, at


class Fetch:
    """`atomic_fetch_OP_explicit(address, value, order)`, or, with op "=", `atomic_exchange_explicit`."""

    __slots__ = ("address", "at", "op", "order", "value")

    def __init__(self, address: Expression, op: str, value: Expression, order: str, at: int) -> None:
        self.address, self.op, self.value = address, op, value
        self.order, self.at = order, at


class Cas:
    """`atomic_compare_exchange_strong_explicit(address, expected, desired, success, failure)`, or weak."""

    __slots__ = ("address", "at", "desired", "expected", "failure", "strong", "success")

    def __init__(
        self,
        address: Expression,
        expected: Expression,
        desired: Expression,
        success: str,
        failure: str,
        strong: bool,
        at: int,
    ) -> None:
        self.address, self.expected, self.desired, self.success = address, expected, desired, success
        self.failure, self.strong, self.at = failure, strong, at


class TryLock:
    """`__trylock(address)`."""

    __slots__ = ("address", "at")

    def __init__(self, address: Expression, at: int) -> None:
        self.address, self.at = address, at


class IsLocked:
    """`__islocked(address)`."""

    __slots__ = ("address", "at")

    def __init__(self, address: Expression, at: int) -> None:
        self.address, self.at = address, at


class Srcu:
    """`__srcu{tags}(address)` as an expression: the value of `srcu-lock`."""

    __slots__ = ("address", "at", "tags")

    def __init__(self, address: Expression, tags: Tags, at: int) -> None:
        self.address, self.tags, self.at = address, tags, at


class Call:
    """`name(arguments)`: a macro."""

    __slots__ = ("arguments", "at", "name")

    def __init__(self, name: str, arguments: tuple[Expression, ...], at: int) -> None:
        self.name, self.arguments, self.at = name, arguments, at


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


class Block:
    """`{ ... }`."""

    __slots__ = ("at", "body")

    def __init__(self, body: tuple[Statement, ...], at: int) -> None:
        self.body, self.at = body, at


class If:
    """`if (condition) then else other`."""

    __slots__ = ("at", "condition", "other", "then")

    def __init__(self, condition: Expression, then: Statement, other: Statement | None, at: int) -> None:
        self.condition, self.then, self.other, self.at = condition, then, other, at


class While:
    """`while (condition) body`."""

    __slots__ = ("at", "body", "condition")

    def __init__(self, condition: Expression, body: Statement, at: int) -> None:
        self.condition, self.body, self.at = condition, body, at


class Declare:
    """`int r0;`."""

    __slots__ = ("at", "name")

    def __init__(self, name: str, at: int) -> None:
        self.name, self.at = name, at


class Assign:
    """`register = value;`; without a register, an expression that is a statement."""

    __slots__ = ("at", "register", "value")

    def __init__(self, register: str, value: Expression, at: int) -> None:
        self.register, self.value, self.at = register, value, at


class Write:
    """`*address = value;`, `__store{tags}(*address, value);`."""

    __slots__ = ("at", "location", "tags", "value")

    def __init__(self, location: Expression, value: Expression, tags: Tags, at: int) -> None:
        self.location, self.value, self.tags, self.at = location, value, tags, at


class AtomicStore:
    """`atomic_store_explicit(address, value, order);`."""

    __slots__ = ("address", "at", "order", "value")

    def __init__(self, address: Expression, value: Expression, order: str, at: int) -> None:
        self.address, self.value, self.order, self.at = address, value, order, at


class Update:
    """`__atomic_op(address, op, value);`: no value is returned."""

    __slots__ = ("address", "at", "op", "value")

    def __init__(self, address: Expression, op: str, value: Expression, at: int) -> None:
        self.address, self.op, self.value, self.at = address, op, value, at


class Barrier:
    """`__fence{tags};`, `atomic_thread_fence(order);`: what a cat file sees of it is `tags` or `order`."""

    __slots__ = ("at", "order", "tags")

    def __init__(self, tags: Tags, order: str, at: int) -> None:
        self.tags, self.order, self.at = tags, order, at


class Lock:
    """`__lock(address);` and `__unlock`; linux: not C11's mutex."""

    __slots__ = ("address", "at", "linux", "unlock")

    def __init__(self, address: Expression, unlock: bool, linux: bool, at: int) -> None:
        self.address, self.unlock, self.linux, self.at = address, unlock, linux, at


class SrcuStep:
    """`__srcu{tags}(address);`, `__srcu{tags}(address, value);`."""

    __slots__ = ("address", "at", "tags", "value")

    def __init__(self, address: Expression, tags: Tags, value: Expression | None, at: int) -> None:
        self.address, self.tags, self.value, self.at = address, tags, value, at


class CallStatement:
    """`name(arguments);`: a macro."""

    __slots__ = ("arguments", "at", "name")

    def __init__(self, name: str, arguments: tuple[Expression, ...], at: int) -> None:
        self.name, self.arguments, self.at = name, arguments, at


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


class Parameter:
    """A parameter of a thread; type: what it points to, as written (`int`, `struct srcu_struct`)."""

    __slots__ = ("at", "name", "type")

    def __init__(self, name: str, type: str, at: int) -> None:
        self.name, self.type, self.at = name, type, at


class Function:
    """One thread. first and last: the range of its tokens."""

    __slots__ = ("at", "body", "first", "last", "number", "parameters")

    def __init__(
        self,
        number: int,
        parameters: tuple[Parameter, ...],
        body: tuple[Statement, ...],
        at: int,
        first: int,
        last: int,
    ) -> None:
        self.number, self.parameters, self.body = number, parameters, body
        self.at, self.first, self.last = at, first, last
