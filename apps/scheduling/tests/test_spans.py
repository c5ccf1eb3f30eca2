"""Arithmetic of spans of time."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from apps.scheduling.spans import Span, inside, merged, overlaps, starts_in, without

BEGIN = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)


def at(minutes: int) -> dt.datetime:
    return BEGIN + dt.timedelta(minutes=minutes)


def spans(*pairs: tuple[int, int]) -> list[Span]:
    return [(at(start), at(end)) for start, end in pairs]


many = st.lists(
    st.tuples(st.integers(0, 600), st.integers(1, 200)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=8,
).map(lambda pairs: spans(*pairs))


def minutes_of(found: list[Span]) -> set[int]:
    total: set[int] = set()
    for start, end in found:
        first, last = (int((each - BEGIN).total_seconds() // 60) for each in (start, end))
        total |= set(range(first, last))
    return total


def test_what_touches_is_one() -> None:
    assert merged(spans((60, 90), (0, 30), (30, 60), (100, 110))) == spans((0, 90), (100, 110))


def test_a_hole_splits() -> None:
    assert without(spans((0, 100)), spans((20, 40), (90, 120))) == spans((0, 20), (40, 90))


def test_what_touches_does_not_overlap() -> None:
    (first, second) = spans((0, 10), (10, 20))
    assert not overlaps(first, [second])
    assert overlaps(first, spans((9, 10)))


def test_inside_means_whole() -> None:
    assert inside((at(0), at(10)), spans((0, 10)))
    assert not inside((at(0), at(11)), spans((0, 10), (11, 20)))


def test_starts_are_quarters_with_room_ahead_and_after() -> None:
    (span,) = spans((5, 95))
    found = starts_in(span, before=dt.timedelta(minutes=10), length=dt.timedelta(minutes=60))
    assert list(found) == [at(15), at(30)]


@given(many, many)
def test_cutting_agrees_with_sets_of_minutes(present: list[Span], taken: list[Span]) -> None:
    left = without(merged(present), taken)
    assert minutes_of(left) == minutes_of(present) - minutes_of(taken)


@given(many, many, st.integers(1, 90), st.integers(0, 60))
def test_a_start_leaves_room_inside_and_touches_nothing_taken(
    present: list[Span], taken: list[Span], minutes: int, ahead: int
) -> None:
    before, length = dt.timedelta(minutes=ahead), dt.timedelta(minutes=minutes)
    for free in without(merged(present), taken):
        for start in starts_in(free, before=before, length=length):
            busy = (start - before, start + length)
            assert inside(busy, merged(present))
            assert not overlaps(busy, taken)
            assert start.minute % 15 == 0
