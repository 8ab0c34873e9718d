"""Products of a loop's counter and a size that is not known, as registers that are counted along.

A row's address is `row * stride`, and compilers write addresses so that were sums in the
source. A product of a parameter and a register is not linear; but where the register grows by
so much, the product grows by so many times the parameter, which is (strength reduction).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ordercheck.engines.inductive.arith import Linear
from ordercheck.program.expr import Expr, apply, const, var, variables, walk
from ordercheck.program.ir import Assign, Block, Branch, Havoc, Instr, Load, Program, Rmw, Thread
from ordercheck.program.transform import rewritten
from ordercheck.program.wellformed import expressions

MOST = 16
"""Threads with more such products are left as they are."""


def strided(program: Program) -> Program:
    """The program with such products in registers of their own.

    Where a register does not become a sum of others, its products may become anything: the
    program can do all that it could, and more. The same program where there are none.
    """
    params = frozenset(p.name for p in program.params)
    threads = tuple(_Thread(thread, params).result() for thread in program.threads)
    if all(new is old for new, old in zip(threads, program.threads, strict=True)):
        return program
    return replace(program, threads=threads)


class _Thread:
    def __init__(self, thread: Thread, params: frozenset[str]) -> None:
        self.thread, self.params = thread, params
        self.products: dict[str, dict[Expr, Expr]] = {}
        """For each register that is multiplied: by what, and the register for the product."""
        self._taken = {*thread.registers, *params}
        self._number = 0

    def result(self) -> Thread:
        if not any(_candidates(e) for e in self._expressions()):
            return self.thread
        blocks = tuple(self._block(block) for block in self.thread.blocks)
        # what a product becomes may need products of other registers
        done: set[tuple[str, Expr]] = set()
        becomes: dict[tuple[Assign, Expr], Expr | None] = {}
        init = dict(self.thread.init)
        assigned = self._assigned()
        while open_ := [(r, c) for r, found in self.products.items() for c in found if (r, c) not in done]:
            for register, factor in open_:
                done.add((register, factor))
                for instr in assigned.get(register, ()):
                    becomes[instr, factor] = self._product(factor, instr.value)
                start = self._product(factor, init.get(register, const(0)))
                if start is None:
                    return self.thread
                init[self.products[register][factor].name] = start
            if self._number > MOST:
                return self.thread
        if not self._number:
            return self.thread
        blocks = tuple(
            replace(new, body=tuple(self._counted(old.body, new.body, becomes)))
            for old, new in zip(self.thread.blocks, blocks, strict=True)
        )
        names = {p.name: p.sort for found in self.products.values() for p in found.values()}
        return replace(self.thread, blocks=blocks, registers={**self.thread.registers, **names}, init=init)

    def _expressions(self) -> Iterator[Expr]:
        for block in self.thread.blocks:
            for instr in block.body:
                yield from expressions(instr)
            if isinstance(block.end, Branch):
                yield block.end.condition

    def _assigned(self) -> dict[str, list[Assign]]:
        found: dict[str, list[Assign]] = {}
        for block in self.thread.blocks:
            for instr in block.body:
                if isinstance(instr, Assign):
                    found.setdefault(instr.dst, []).append(instr)
        return found

    def _block(self, block: Block) -> Block:
        end = block.end
        if isinstance(end, Branch):
            end = replace(end, condition=self._change(end.condition))
        return replace(block, body=tuple(rewritten(i, self._change) for i in block.body), end=end)

    def _counted(
        self, old: tuple[Instr, ...], new: tuple[Instr, ...], becomes: dict[tuple[Assign, Expr], Expr | None]
    ) -> Iterator[Instr]:
        for before, instr in zip(old, new, strict=True):
            dst = before.dst if isinstance(before, Assign | Havoc | Load | Rmw) else ""
            products = self.products.get(dst, {})
            for factor, product in products.items():
                value = becomes.get((before, factor)) if isinstance(before, Assign) else None
                if value is not None:
                    # of the values that registers have before
                    yield Assign(product.name, value, before.source)
                else:
                    yield Havoc(product.name, "int", source=before.source)
            yield instr

    def _change(self, expr: Expr) -> Expr:
        done: dict[Expr, Expr] = {}
        for node in walk(expr):
            if not node.args:
                done[node] = node
                continue
            split = self._split(node) if node.op == "*" else None
            product = None if split is None else self._product(*split)
            done[node] = apply(node.op, *(done[a] for a in node.args)) if product is None else product
        return done[expr]

    def _split(self, node: Expr) -> tuple[Expr, Expr] | None:
        """A product of numbers and parameters, and what is multiplied by it; None for any other."""
        factor: Expr | None = None
        rest: Expr | None = None
        stack = [node]
        while stack:
            part = stack.pop()
            if part.op == "*":
                stack += reversed(part.args)
            elif self.params.issuperset(variables(part)):
                factor = part if factor is None else apply("*", factor, part)
            elif rest is None:
                rest = part
            else:
                return None
        return None if rest is None or factor is None or not variables(factor) else (factor, rest)

    def _product(self, factor: Expr, value: Expr) -> Expr | None:
        """factor * value in registers for products; None where the value is no sum of registers."""
        total = const(0)
        linear = Linear.of(value)
        for atom, times in linear.terms.items():
            if self.params.issuperset(variables(atom)):
                term = apply("*", factor, atom)
            elif atom.op == "var":
                term = self._register(factor, atom.name)
            else:
                return None
            total = apply("+", total, apply("*", times, term))
        return apply("+", total, apply("*", linear.constant, factor))

    def _register(self, factor: Expr, name: str) -> Expr:
        found = self.products.setdefault(name, {})
        if factor not in found:
            self._number += 1
            product = f"{name} * {factor}"
            while product in self._taken:
                product += "'"
            self._taken.add(product)
            found[factor] = var(product)
        return found[factor]


def _candidates(expr: Expr) -> bool:
    return any(node.op == "*" and all(a.op != "const" for a in node.args) for node in walk(expr))
