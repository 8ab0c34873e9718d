"""Statements of litmus C made into a thread of the intermediate form, as herd7 means them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ordercheck.frontends.litmus.c import atomics, values
from ordercheck.frontends.litmus.c.code import Code
from ordercheck.frontends.litmus.c.evaluate import Evaluator, Frame, tag_set
from ordercheck.frontends.litmus.c.macros import Macros, statements_in
from ordercheck.frontends.litmus.c.memory import Memory
from ordercheck.frontends.litmus.c.nontemporal import NON_TEMPORAL
from ordercheck.frontends.litmus.c.syntax import (
    Assign,
    AtomicStore,
    Barrier,
    Block,
    Call,
    CallStatement,
    Declare,
    Deref,
    Expression,
    Function,
    If,
    Lock,
    Name,
    SrcuStep,
    Statement,
    Tags,
    Update,
    While,
    Write,
)
from ordercheck.frontends.litmus.c.tokens import Tokens
from ordercheck.frontends.litmus.c.values import SIZE
from ordercheck.program.expr import Expr
from ordercheck.program.ir import MFENCE, Address, Fence, Source, Store, Thread, Unmodelled

_UNLOCK = frozenset({"UL"})


def lower(
    function: Function,
    tokens: Tokens,
    macros: Macros,
    memory: Memory,
    init: Mapping[str, Expr],
    shown: set[str],
) -> Thread:
    """The thread that a function is. init: what its registers hold at the start; shown: those observed.

    Raises InputError for what herd7 refuses too, and for an access at a constant that is no address.
    """
    words = tokens.texts[function.first : function.last]
    code = Code(init, counting=not macros.srcu.isdisjoint(words))
    lowering = _Lowering(code, memory, macros, tokens, function.number)
    for statement in function.body:
        # herd7 does not count these, those in nested blocks it does
        if not isinstance(statement, Declare):
            lowering.statement(statement, None)
    for register in shown:
        code.registers.setdefault(register, "int")
    return code.thread(f"P{function.number}", init)


class _Lowering(Evaluator):
    def statement(self, node: Statement, frame: Frame | None) -> None:
        self.deeper(node.at, frame)
        if frame is None:
            self.code.source = self._source(node.at)
        _STATEMENTS[type(node)](self, node, frame)
        self.depth -= 1

    def _source(self, at: int) -> Source:
        line, column = self.tokens.place(at)
        return Source(self.tokens.file, line, f"P{self.number}", self.tokens.line(line), column)

    def block(self, node: Block, frame: Frame | None) -> None:
        self.code.step()
        for statement in node.body:
            self.statement(statement, frame)

    def declare(self, node: Declare, frame: Frame | None) -> None:
        self.code.step()

    def assign(self, node: Assign, frame: Frame | None) -> None:
        self.code.step()
        if not node.register:
            self.value(node.value, frame)
            return
        target, outer = self.argument(Name(node.register, node.at), frame)
        if isinstance(target, Deref):
            self.store(self.address(target.address, outer), self.value(node.value, frame), ())
        elif isinstance(target, Name):
            self.define(target.name, node.value, frame)
        else:
            raise self.error(f"the argument {node.register} is assigned, and is no register", node.at, frame)

    def write(self, node: Write, frame: Frame | None) -> None:
        self.code.step()
        address = self.location(node.location, frame, "__store")
        self.store(address, self.value(node.value, frame), node.tags)

    def store(self, address: Address, value: Expr, tags: Tags) -> None:
        self.code.emit(Store(address, SIZE, value, tag_set(tags), source=self.code.source))

    def atomic_store(self, node: AtomicStore, frame: Frame | None) -> None:
        self.code.step()
        address = self.address(node.address, frame)
        value = self.value(node.value, frame)
        tags = tag_set((), node.order, "A")
        self.code.emit(Store(address, SIZE, value, tags, source=self.code.source))

    def update(self, node: Update, frame: Frame | None) -> None:
        self.code.step()
        atomics.update(self, node, frame)

    def barrier(self, node: Barrier, frame: Frame | None) -> None:
        self.code.step()
        if node.order:
            full = [MFENCE] if node.order == "SC" else []
            self.code.emit(Fence(tag_set((), node.order, *full), source=self.code.source))
        else:
            self.fence(node.tags)

    def lock(self, node: Lock, frame: Frame | None) -> None:
        self.code.step()
        address = self.address(node.address, frame)
        if not node.linux:
            self.code.emit(Unmodelled("a mutex of C11", self.code.source))
        elif node.unlock:
            atomics.mark(self, _UNLOCK, address)
        else:
            atomics.lock(self, address)

    def srcu(self, node: SrcuStep, frame: Frame | None) -> None:
        self.code.step()
        address = self.address(node.address, frame)
        value = None if node.value is None else self.value(node.value, frame)
        atomics.mark(self, tag_set(node.tags), address, value)

    def call(self, node: CallStatement, frame: Frame | None) -> None:
        macro = self.macros.statements.get(node.name)
        if macro is not None:
            self.statement(macro.body, self.enter(macro, node, frame))
        elif node.name in NON_TEMPORAL and node.name not in self.macros.expressions:
            self.code.step()
            NON_TEMPORAL[node.name](self, node, frame)
        else:
            self.code.step()
            self.value(Call(node.name, node.arguments, node.at), frame)

    # control

    def if_(self, node: If, frame: Frame | None) -> None:
        self.code.step()
        condition = self._condition(node.condition, frame)
        then, other = node.then, node.other
        if other is None:
            self.code.split(condition, lambda: self._arm(then, frame), lambda: None)
        else:
            self.code.split(condition, lambda: self._arm(then, frame), lambda: self._arm(other, frame))

    def _condition(self, node: Expression, frame: Frame | None) -> Expr:
        return values.condition(self.value(node, frame))

    def _arm(self, node: Statement, frame: Frame | None) -> None:
        self.code.step()
        self.statement(node, frame)

    def while_(self, node: While, frame: Frame | None) -> None:
        code = self.code
        self._forget_assigned(node.body, frame)
        code.count_at_run_time()
        head, body, after = code.block(), code.block(), code.block()
        code.go(head)
        code.enter(head)
        code.step()
        condition = self._condition(node.condition, frame)
        steps, known = code.steps, dict(code.known)
        code.branch(condition, body, after, after)
        code.enter(body)
        self.statement(node.body, frame)
        code.count_at_run_time()
        code.go(head)
        code.enter(after)
        code.steps, code.known = steps, known

    def _forget_assigned(self, node: Statement, frame: Frame | None) -> None:
        """What the loop may assign is not known from its head on."""
        names: set[str] = set()
        for statement in statements_in(node):
            if isinstance(statement, CallStatement) and statement.name in self.macros.assigning:
                self.code.forget_all()
            elif isinstance(statement, Assign):
                names.add(statement.register)
        if frame is not None:
            self.code.forget_all()
        self.code.forget(names)


_STATEMENTS: dict[type, Callable[[_Lowering, Any, Frame | None], None]] = {
    Block: _Lowering.block,
    Declare: _Lowering.declare,
    Assign: _Lowering.assign,
    Write: _Lowering.write,
    AtomicStore: _Lowering.atomic_store,
    Update: _Lowering.update,
    Barrier: _Lowering.barrier,
    Lock: _Lowering.lock,
    SrcuStep: _Lowering.srcu,
    CallStatement: _Lowering.call,
    If: _Lowering.if_,
    While: _Lowering.while_,
}
