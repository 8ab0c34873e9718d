"""One way through a thread: what it accesses, and what it has come to on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordercheck.program.expr import Expr, conj, const, variables
from ordercheck.program.ir import TEMPORARY, Branch, Instr
from ordercheck.record import record

_ZERO, _TRUE = const(0), const(True)
NOTHING: frozenset[str] = frozenset()


@record(frozen=True, eq=False, slots=True)
class Access:
    """A load ("R") or store ("W") of bytes [start, end) of an object, a fence ("F"), or a Mark ("O").

    value: what a W stores, an O shows; symbol: the name of the variable that an R defines,
    or of what depends on an O; rmw: the number in the trace of the R that this W completes,
    else -1. addr, data and ctrl are the symbols that the address, the value, and having come
    here depend on, as the text of the program has it.
    """

    kind: str
    instr: Instr
    tags: frozenset[str]
    object: str = ""
    start: int = 0
    end: int = 0
    value: Expr = _ZERO
    symbol: str = ""
    rmw: int = -1
    data: frozenset[str] = NOTHING
    ctrl: frozenset[str] = NOTHING
    addr: frozenset[str] = NOTHING


@record(frozen=True, eq=False, slots=True)
class Trace:
    """One way through a thread: what it accesses, and under which conditions on what it loads.

    asserts are the Assert (and Load.expect) conditions met, each with the number of
    accesses before it; free maps a havocked symbol to its range; cut: it ended at the bound.
    astray: it ended at an access through a pointer that is no address (where), if its
    constraint can hold.
    """

    thread: int
    accesses: tuple[Access, ...]
    constraint: Expr
    registers: dict[str, Expr]
    asserts: tuple[tuple[Expr, Instr, int], ...]
    free: dict[str, range]
    cut: bool
    astray: str = ""


@dataclass(slots=True)
class State:
    block: int
    index: int
    registers: dict[str, Expr]
    accesses: list[Access] = field(default_factory=list)
    constraint: Expr = _TRUE
    asserts: list[tuple[Expr, Instr, int]] = field(default_factory=list)
    free: dict[str, range] = field(default_factory=dict)
    ctrl: frozenset[str] = NOTHING
    visits: dict[int, int] = field(default_factory=dict)
    # what each register depends on; the scopes of ctrl that end at a block; pointers decided
    deps: dict[str, frozenset[str]] = field(default_factory=dict)
    scopes: list[tuple[int, frozenset[str], frozenset[str]]] = field(default_factory=list)
    pointers: dict[Expr, Expr] = field(default_factory=dict)
    # where ctrl ends: what an assignment here depends on through conditions, and did in registers
    under: frozenset[str] = NOTHING
    through: dict[str, frozenset[str]] = field(default_factory=dict)

    def fork(self, constraint: Expr) -> State:
        return State(
            self.block,
            self.index,
            dict(self.registers),
            list(self.accesses),
            conj(self.constraint, constraint),
            list(self.asserts),
            dict(self.free),
            self.ctrl,
            dict(self.visits),
            dict(self.deps),
            list(self.scopes),
            dict(self.pointers),
            self.under,
            dict(self.through),
        )

    def enter(self, block: int) -> None:
        """Goes to the start of a block; a control dependency that ends there ends."""
        self.block, self.index = block, 0
        while self.scopes and any(join == block for join, _, _ in self.scopes):
            _, self.ctrl, self.under = self.scopes.pop()

    def control(self, end: Branch) -> None:
        """What comes after a branch depends on what its condition depends on."""
        depends = self.depends(end.condition)
        if end.join < 0:
            self.ctrl |= depends
            return
        names = variables(end.condition)
        inherited = NOTHING.union(*[self.through.get(name, NOTHING) for name in names])
        # of a register that the condition itself reads from memory, nothing stays with others
        kept = [self.deps.get(name, NOTHING) for name in names if not name.startswith(TEMPORARY)]
        if depends or inherited:
            self.scopes.append((end.join, self.ctrl, self.under))
            self.ctrl = self.ctrl.union(depends, inherited)
            self.under = self.under.union(inherited, *kept)

    def assigned(self, register: str, symbols: frozenset[str], *sources: Expr) -> None:
        """A register gets a value that depends on these symbols, and is computed from `sources`."""
        if symbols:
            self.deps[register] = symbols
        else:
            self.deps.pop(register, None)
        if self.under or self.through:
            names = [name for source in sources for name in variables(source)]
            through = self.under.union(*[self.through.get(name, NOTHING) for name in names])
            self.through.pop(register, None)
            if through:
                self.through[register] = through

    def depends(self, expr: Expr) -> frozenset[str]:
        """The symbols that the value of an expression depends on, as its text has it."""
        if expr.op == "const" or not self.deps:
            return NOTHING
        if expr.op == "var":
            return self.deps.get(expr.name, NOTHING)
        return NOTHING.union(*[self.deps.get(name, NOTHING) for name in variables(expr)])
