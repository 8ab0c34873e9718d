"""The checks of a model for structures of one shape: as compiled functions, and as terms.

The shape of a structure is which of the static terms are empty or everything in it. Tests
share few shapes, and in each of them most of a large model is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ordercheck.cat.compile import Compiled, compile_checks
from ordercheck.cat.evaluate import Prepared
from ordercheck.cat.rebuild import Rebuilt
from ordercheck.cat.terms import Check, Model, Term
from ordercheck.relations import explicit
from ordercheck.relations.events import Value
from ordercheck.relations.explicit import Rows
from ordercheck.relations.sliced import Sliced, SlicedDomain, sliced

# structures of a shape before compiling its checks pays
_COMMON = 4


class Shape:
    """The checks of a model where its static terms have these forms (see `form`)."""

    def __init__(self, model: Model, static: Sequence[Term], forms: Sequence[str]) -> None:
        self._rebuilt = Rebuilt(model, dict(zip(static, forms, strict=True)))
        self._constraints = self._simplified(model, model.constraints)
        self._flags = self._simplified(model, model.flags)
        self._chosen = [choice.name for choice in model.choices]
        terms = [c.term for c in (*self._constraints.values(), *self._flags.values())]
        self._prepared = Prepared(terms, self._rebuilt.fixpoints)
        self._compiled: dict[str, Compiled | None] = {}
        self._uses = 0

    @property
    def flagging(self) -> bool:
        """Whether executions differ in the flags that they raise."""
        return bool(self._flags)

    def is_familiar(self) -> bool:
        """Counts a use; whether there have been several."""
        self._uses += 1
        return self._uses > _COMMON

    def _simplified(self, model: Model, checks: Sequence[Check]) -> dict[int, Check]:
        """The checks by number, but for constraints that hold whatever is chosen."""
        dynamic = [(k, check) for k, check in enumerate(checks) if check.term in model.dynamic]
        terms = self._rebuilt.of(check.term for _, check in dynamic)
        return {
            k: replace(check, term=term)
            for (k, check), term in zip(dynamic, terms, strict=True)
            if term.op != "empty" or check.negated or check.flag
        }

    def compiled(self, which: str) -> Compiled | None:
        """The "constraints", what is "weaker" than they and monotone, or the "flags"; None for none."""
        if which not in self._compiled:
            checks = (
                self._weaker()
                if which == "weaker"
                else self._flags
                if which == "flags"
                else self._constraints
            )
            self._compiled[which] = (
                compile_checks(checks, self._rebuilt.fixpoints, self._chosen, which == "flags")
                if checks
                else None
            )
        return self._compiled[which]

    def _weaker(self) -> dict[int, Check]:
        checks = {k: check for k, check in self._constraints.items() if not check.negated}
        terms = self._rebuilt.monotone([check.term for check in checks.values()])
        return {
            k: replace(check, term=term)
            for (k, check), term in zip(checks.items(), terms, strict=True)
            if term.op != "empty"
        }

    def many(
        self, n: int, slots: Sequence[Value], raised: int, executions: Sequence[Sequence[Rows]]
    ) -> list[tuple[bool, int]]:
        """For each execution whether the constraints hold in it, and its flags beside those in `raised`."""
        names = ("rf", "co", *self._chosen)
        chosen = {name: sliced(n, [rows[k] for rows in executions]) for k, name in enumerate(names)}
        known = {f"#{k}": slot for k, slot in enumerate(slots)}
        domain = SlicedDomain(n, len(executions), known, chosen)
        found = self._prepared.values(domain)
        forbidden = 0
        for check in self._constraints.values():
            forbidden |= domain.every ^ _where(domain, check, found[check.term])
        flags = [(number, _where(domain, check, found[check.term])) for number, check in self._flags.items()]
        return [
            (
                not forbidden >> k & 1,
                raised | sum(1 << number for number, where in flags if where >> k & 1),
            )
            for k in range(len(executions))
        ]


def form(value: Value, n: int) -> str:
    """What a static value is: "empty", "univ", "id", "diagonal" or "other"."""
    if isinstance(value, int):
        return "empty" if not value else "univ" if value == explicit.full(n) else "other"
    if not any(value):
        return "empty"
    mask = explicit.diagonal(value)
    if mask is None:
        return "other"
    return "id" if mask == explicit.full(n) else "diagonal"


def _where(domain: SlicedDomain, check: Check, value: Sliced) -> int:
    """The executions in which a check holds (negation counted)."""
    if check.test == "acyclic":
        fails = domain.cyclic(value)
    elif check.test == "irreflexive":
        fails = domain.reflexive(value)
    else:
        fails = domain.inhabited(value)
    return fails if check.negated else domain.every ^ fails
