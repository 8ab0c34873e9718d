"""Free choices in traces: with what was chosen, and only where it matters."""

from __future__ import annotations

from ordercheck.engines.operational.replay import refute, replay
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder
from ordercheck.verdict import TRANSPARENCY, Trace
from tests.engines.operational.test_replay import NT


def sampled() -> Program:
    """A key is asked about the copy and again about the drain; two other choices do not matter."""
    p = ProgramBuilder("sampled")
    page, other = p.object("page"), p.object("other")
    with p.thread() as t:
        with t.if_(t.havoc("way", sort="bool")):
            t.store(other + 0, 8, 2)
        with t.if_(t.havoc("jump", sort="bool")):
            t.nt_store(page + 0, 8, 1)
        with t.else_():
            t.store(page + 0, 8, 1)
        t.store(other + 8 * t.havoc("index", 0, 5), 8, 3)
        with t.if_(t.havoc("jump.2", sort="bool")):
            t.sfence("drain")
        with t.if_(t.havoc("count", 3, 9) == 3):
            t.publish("return")
    return p.build()


def chosen(trace: Trace) -> list[str]:
    return [step.text for step in trace.steps if "chosen" in step.text]


def test_choices_are_shown_with_what_was_chosen_where_they_matter() -> None:
    shown = refute(sampled(), NT, TRANSPARENCY, Deadline())
    assert shown is not None
    assert chosen(shown.trace) == [
        "jump is chosen freely: taken",
        "jump.2 is chosen freely: not taken",
        "count is chosen freely: 3",
    ]
    assert replay(sampled(), NT, shown.trace.token).steps == shown.trace.steps


def test_of_many_choices_all_are_shown() -> None:
    p = ProgramBuilder("many")
    page = p.object("page")
    with p.thread() as t:
        for number in range(26):
            with t.if_(t.havoc(f"on{number}", sort="bool")):
                t.store(page + 64, 8, 1)
        t.nt_store(page + 0, 8, 1)
        t.publish("return")
    shown = refute(p.build(), NT, TRANSPARENCY, Deadline())
    assert shown is not None
    assert len(chosen(shown.trace)) == 26
