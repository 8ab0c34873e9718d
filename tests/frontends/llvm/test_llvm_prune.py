"""Slicing leaves out nothing that matters: the machine reaches the same final memory."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm.prune import pruned
from ordercheck.program import Program
from ordercheck.program.ir import Thread
from tests.frontends.llvm.llvm_pass_helper import outcomes, programs


def sliced(program: Program) -> tuple[Program, Thread]:
    """The program with its thread sliced."""
    thread, _ = pruned(program.threads[0], {}, {})
    return replace(program, threads=(thread,)), thread


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_the_same_memory_is_reached(program: Program) -> None:
    shorter, thread = sliced(program)
    assert len(thread.blocks) <= len(program.threads[0].blocks)
    try:
        expected = outcomes(program)
    except GaveOut:
        assume(False)
    assert outcomes(shorter) == expected
