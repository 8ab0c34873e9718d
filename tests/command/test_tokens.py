"""Tokens: one line that a shell takes as it stands, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.command import tokens
from ordercheck.errors import InputError

TEXTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
REPLAYS = st.builds(tokens.Replay, st.text(), st.text(), st.text(), st.text(), options=TEXTS, params=TEXTS)
SEED = tokens.encode(tokens.Replay("zone_device", "seed", "x86-nt", "delay:0:0:transparency"))


@settings(derandomize=True, max_examples=100)
@given(REPLAYS)
def test_what_is_encoded_comes_back(replay: tokens.Replay) -> None:
    token = tokens.encode(replay)
    assert re.fullmatch(r"oc1:[A-Za-z0-9_-]+", token)
    assert tokens.decode(token) == replay


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=40), st.integers(0, len(SEED)))
def test_what_is_damaged_is_refused(noise: str, place: int) -> None:
    for token in (noise, "oc1:" + noise, SEED[:place], SEED[:place] + noise + SEED[place + 1 :]):
        if token.strip() != SEED:
            try:
                decoded = tokens.decode(token)
            except InputError as error:
                assert "malformed token" in str(error)
            else:
                assert isinstance(decoded, tokens.Replay)


def test_a_token_that_would_unpack_to_megabytes_is_refused() -> None:
    bomb = tokens.encode(tokens.Replay("x" * (2 << 20), "", "", ""))
    with pytest.raises(InputError, match="too long"):
        tokens.decode(bomb)
