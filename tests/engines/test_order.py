"""The order that is derived from a cat file."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from ordercheck import cat
from ordercheck.engines.order import Kind, Order, Pair, Question, table
from ordercheck.engines.probes import derive
from ordercheck.errors import Deadline, GaveOut
from ordercheck.shipped import models_folder
from tests.engines.inductive.orders import FENCES, MFENCE, ORDERS, SFENCE

KINDS: tuple[Kind, ...] = ("R", "W", "NT", "X")


def shipped(name: str) -> Order:
    return derive(cat.load(models_folder() / "memory" / f"{name}.cat"))


def written(tmp_path: Path, text: str) -> Order:
    file = tmp_path / "mine.cat"
    file.write_text(text, encoding="utf-8")
    return derive(cat.load(file))


@pytest.mark.parametrize("name", ORDERS)
def test_shipped_models_keep_the_order_of_the_table(name: str) -> None:
    derived, by_hand = shipped(name), ORDERS[name]()
    for earlier, later, overlap, fence in product(KINDS, KINDS, (False, True), FENCES):
        expected = by_hand.kept(earlier, later, overlap, fence)
        assert derived.kept(earlier, later, overlap, fence) == expected, (earlier, later, overlap, fence)


@pytest.mark.parametrize("name", ORDERS)
def test_shipped_models_have_the_hazards_of_the_table(name: str) -> None:
    derived, by_hand = shipped(name), ORDERS[name]()
    for earlier, later, overlap, fence in product(KINDS, KINDS, (False, True), FENCES):
        expected = by_hand.hazard(earlier, later, overlap, fence)
        assert derived.hazard(earlier, later, overlap, fence) == expected, (earlier, later, overlap, fence)


def test_only_what_is_asked_is_found_out() -> None:
    order = shipped("x86-nt")
    assert not order.answers
    order.kept("NT", "W", False, None)
    first = len(order.answers)
    order.kept("NT", "W", False, None)
    assert len(order.answers) == first < 10


def test_a_fence_that_the_model_does_not_know_orders_nothing() -> None:
    order = shipped("x86-nt")
    assert not order.kept("NT", "W", False, frozenset({"WC_DRAIN"}))
    assert order.kept("NT", "W", False, frozenset({"WC_DRAIN", "SFENCE"}))


def test_a_model_without_nt_has_no_hazard() -> None:
    order = shipped("x86-tso")
    assert not order.hazard("NT", "W", False, None)
    assert not order.answers


PSO_NT = """"NT is ordered by SFENCE alone, and not where an unrelated load is between"
include "cos.cat"
let A = R | W
let ppo = [R]; po; [A] | [W \\ NT]; po; [W \\ NT] | po-loc
let nt = [NT]; po; [W]
let split = [NT]; po; [R]; po; [W]
let fence = [W]; po; [SFENCE]; po; [W] | [A]; po; [MFENCE]; po; [A]
acyclic po-loc | rf | co | fr as coherence
acyclic ppo | fence | (nt \\ split) | rfe | fre | coe as order
"""


def test_an_order_that_depends_on_what_is_around_is_not_relied_on(tmp_path: Path) -> None:
    order = written(tmp_path, PSO_NT)
    assert not order.kept("NT", "W", False, None)
    assert order.kept("NT", "W", False, SFENCE)
    assert order.hazard("NT", "W", False, None)


NOTHING = """"no order at all, but coherence"
include "cos.cat"
acyclic po-loc | rf | co | fr as coherence
"""


def test_a_model_in_which_no_observer_can_tell_is_given_up(tmp_path: Path) -> None:
    order = written(tmp_path, NOTHING)
    with pytest.raises(GaveOut, match="for no observer"):
        order.kept("W", "W", False, None)


def test_time_out() -> None:
    order = derive(cat.load(models_folder() / "memory" / "x86-nt.cat"), Deadline(0.0))
    with pytest.raises(GaveOut, match="time-out"):
        order.kept("NT", "W", False, MFENCE)


def test_hazards_compare_the_same_surroundings() -> None:
    """In the second surroundings even ordinary stores are out of order: that is no hazard."""
    seen = {(("W", "W", False), 1), (("NT", "W", False), 1)}

    def ask(question: Question) -> bool:
        return (tuple(question.pair), question.probe) in seen

    order = Order(ask, probes=2)
    assert not order.kept("NT", "W", False, None)
    assert not order.hazard("NT", "W", False, None)
    seen.add((("NT", "W", False), 0))
    assert Order(ask, probes=2).hazard("NT", "W", False, None)


def test_table_lists_fences() -> None:
    order = table(lambda pair: pair.overlap, {SFENCE: lambda pair: pair.later != "R"})
    assert order.kept("NT", "W", True, None)
    assert order.kept("NT", "W", False, SFENCE)
    assert not order.kept("NT", "W", False, MFENCE)
    assert str(Pair("NT", "W", False)) == "NT before W elsewhere"
