"""A part of a deadline is never longer than the deadline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordercheck.errors import Deadline, GaveOut

SECONDS = st.none() | st.floats(0.0, 1e6)


@given(SECONDS, st.floats(0.0, 1.0), SECONDS)
def test_a_part_is_a_share_of_what_is_left_and_not_more_than_the_most(
    seconds: float | None, share: float, most: float | None
) -> None:
    whole = Deadline(seconds)
    part = whole.part(share, most)
    limits = [limit for limit in (None if seconds is None else share * seconds, most) if limit is not None]
    if not limits:
        assert part.left() is None
        return
    left = part.left()
    # the clock's floats round
    assert left is not None and left <= min(limits) + 1e-3
    if whole.end is not None:
        assert part.end is not None and part.end <= whole.end + 1e-3


def test_what_is_over_has_no_part_left() -> None:
    over = Deadline(0.0)
    assert over.part(1.0, 10.0).left() == 0.0
    with pytest.raises(GaveOut):
        while True:
            over.part(1.0, 10.0).check()
