"""What is pending on the witness byte: stores that something later may overtake.

For each kind of store and each set of fences that cures a pair, one flag: such a store
covers the witness byte, and no curing fence came since.
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.engines.inductive.arith import both, either, negation
from ordercheck.engines.inductive.profile import Cure, Profile
from ordercheck.engines.order import Kind
from ordercheck.program.expr import Expr, const

State = dict[str, Expr]
TRUE, FALSE = const(True), const(False)
_NAMES: dict[Kind, str] = {"NT": "pending", "W": "pending_store"}


class Pending:
    """The flags of one profile, kept in a State under names that `name` makes unique."""

    def __init__(self, profile: Profile, name: Callable[[str], str]) -> None:
        self._profile = profile
        self._flags: dict[tuple[Kind, Cure], str] = {
            (earlier, cure): name(stem) for earlier, stem in _NAMES.items() for cure in profile.flags(earlier)
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the flags."""
        return tuple(self._flags.values())

    def risk(self, state: State, later: Kind, overlap: bool, *earlier: Kind) -> Expr:
        """Whether a pending store (of one of the kinds given, or any) may be overtaken by such an access."""
        result = FALSE
        for kind in earlier or tuple(_NAMES):
            cure = self._profile.cure(kind, later, overlap)
            if cure is not None:
                result = either(result, state[self._flags[kind, cure]])
        return result

    def store(self, state: State, kind: Kind, covered: Expr, late: bool) -> None:
        """A store covers the witness where `covered` holds.

        What is ordered before it is superseded: later accesses are ordered after that by
        way of this store. late: what it overtook stays pending.
        """
        risks: dict[Kind, Expr] = {
            earlier: self.risk(state, kind, True, earlier) if late else FALSE for earlier in _NAMES
        }
        for (earlier, _), flag in self._flags.items():
            own = earlier == ("NT" if kind == "NT" else "W")
            if own:
                state[flag] = either(state[flag], covered)
            else:
                state[flag] = both(state[flag], either(negation(covered), risks[earlier]))

    def fence(self, state: State, tags: frozenset[str]) -> None:
        """A fence with these tags."""
        for (_, cure), flag in self._flags.items():
            if tags in cure:
                state[flag] = FALSE
