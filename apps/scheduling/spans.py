"""Spans of time, half open: the end belongs to what follows. Pure: no database."""

import datetime as dt
from collections.abc import Iterable, Iterator

Span = tuple[dt.datetime, dt.datetime]
GRID = dt.timedelta(minutes=15)
_BEGIN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, with what touches or overlaps made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of merged spans when the taken time is cut out."""
    left = list(spans)
    for begin, stop in taken:
        cut = []
        for start, end in left:
            cut += [(start, min(end, begin)), (max(start, stop), end)]
        left = [(start, end) for start, end in cut if start < end]
    return left


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether it shares time with one of the others."""
    start, end = span
    return any(start < stop and begin < end for begin, stop in others)


def inside(span: Span, spans: Iterable[Span]) -> bool:
    """Whether it lies whole in one of these merged spans."""
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def starts_in(span: Span, *, before: dt.timedelta, length: dt.timedelta) -> Iterator[dt.datetime]:
    """Where a visit of that length may begin in free time, each quarter of an hour.

    Every zone's clock differs from UTC by whole quarters, so these are quarters everywhere.

    Args:
        span: The free time.
        before: What must be free ahead of it.
        length: How long it is.
    """
    earliest = span[0] + before
    at = _BEGIN + -(-(earliest - _BEGIN) // GRID) * GRID
    while at + length <= span[1]:
        yield at
        at += GRID
