"""A test as herd7 7.58 prints it, for the scripts that read its logs (`mcompare7`, the Linux kernel's).

Left out is the `Hash=` line. A test that is not decided prints nothing, as in herd7: its
reason goes where errors go.
"""

from __future__ import annotations

from ordercheck.report.litmus_result import OK, LitmusResult, Printer


class Herd(Printer):
    """One block of lines for each test, each followed by an empty line."""

    def one(self, tested: LitmusResult) -> str:
        """The block; with counts and final states where they were asked for."""
        return block(tested) if tested.decided else ""


def block(tested: LitmusResult) -> str:
    """The lines of a test that is decided."""
    name, states = tested.name, tested.states
    answer = ("Loop " if tested.cut else "") + ("Ok" if tested.verdict == OK else "No")
    flags = "".join(f"Flag {flag}\n" for flag in sorted(tested.flags))
    ends = f"Condition {tested.condition}\nObservation {name} {tested.observation}"
    if states is None:
        return f"Test {name} {tested.kind}\n{answer}\n{flags}{ends}\n\n"
    lines = "".join(f"{state}\n" for state in states)
    positive, negative = tested.witnesses
    return (
        f"Test {name} {tested.kind}\nStates {len(states)}\n{lines}{answer}\n"
        f"Witnesses\nPositive: {positive} Negative: {negative}\n{flags}{ends} {tested.holds} {tested.fails}\n"
        f"Time {name} {tested.seconds:.2f}\n\n"
    )
