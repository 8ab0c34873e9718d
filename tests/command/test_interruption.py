"""A signal that comes while z3's interface makes an object waits until it is made."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import z3

from ordercheck.command.interruption import killable
from ordercheck.command.litmus_test import limited
from ordercheck.errors import GaveOut


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    """What Python could not raise, as it came while an object was let go."""
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: seen.append(what.exc_type))
    return seen


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as in a terminal, whoever runs the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _struck(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> list[bool]:
    """The next object that z3 makes is half made when the signal comes; whether it came."""
    came: list[bool] = []
    context = z3.z3._get_ctx

    def struck(given: z3.Context | None) -> z3.Context:
        if not came and sys._getframe(1).f_code is z3.AstRef.__init__.__code__:
            came.append(True)
            os.kill(os.getpid(), number)
        return context(given)

    monkeypatch.setattr(z3.z3, "_get_ctx", struck)
    return came


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("ctrl_c")
def test_an_interruption_waits_for_the_object_that_z3_makes(
    monkeypatch: pytest.MonkeyPatch, dropped: list[type[BaseException]], number: signal.Signals
) -> None:
    made: list[z3.BoolRef] = []
    with pytest.raises(KeyboardInterrupt), killable():
        came = _struck(monkeypatch, number)
        made.append(z3.Bool("x"))
        time.sleep(60)
    assert came
    assert [str(each) for each in made] == ["x"]
    made.clear()
    assert dropped == []


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.usefixtures("ctrl_c")
def test_one_that_waits_when_all_is_done_changes_nothing(monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    if late:
        # it comes just while it is called off
        monkeypatch.setattr(threading.Timer, "cancel", lambda _: time.sleep(0.2))
    with killable():
        came = _struck(monkeypatch, signal.SIGINT)
        z3.Bool("x")
    assert came
    time.sleep(0.2)


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with killable():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_time_out_waits_for_it_too(
    monkeypatch: pytest.MonkeyPatch, dropped: list[type[BaseException]]
) -> None:
    made: list[z3.BoolRef] = []
    with pytest.raises(GaveOut), limited(60.0):
        came = _struck(monkeypatch, signal.SIGALRM)
        made.append(z3.Bool("x"))
        time.sleep(60)
    assert came
    assert [str(each) for each in made] == ["x"]
    made.clear()
    assert dropped == []
