"""Which resin suits which temperature of the glass. Pure: no database.

The table is written by its upper bounds alone, each the beginning of the next range, so that
there is neither a gap nor an overlap that it could tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

COLDEST, HOTTEST = Decimal(-50), Decimal(250)
MOST_RANGES = 12


@dataclass(frozen=True, slots=True)
class Range:
    """A resin for glass below a temperature in degrees Fahrenheit; ``None`` is no bound."""

    below: Decimal | None
    resin: str


# Cold glass wants resin that still flows, hot glass resin that stays where it is put.
BUILT_IN = (Range(Decimal(60), "Thin"), Range(Decimal(90), "Medium"), Range(None, "Thick"))


def resin_for(ranges: Sequence[Range], temperature: Decimal) -> str:
    """The resin of the range that the temperature lies in."""
    return next(r.resin for r in ranges if r.below is None or temperature < r.below)


def faults(ranges: Sequence[Range]) -> dict[str, list[str]]:
    """What is wrong with a table, by ``rows.<place>.<field>``; nothing for a whole one."""
    if not 1 <= len(ranges) <= MOST_RANGES:
        return {"rows": [f"Give 1 to {MOST_RANGES} ranges."]}
    found: dict[str, list[str]] = {}
    last, floor = len(ranges) - 1, COLDEST
    for place, each in enumerate(ranges):
        if told := _bound_fault(each.below, floor, is_last=place == last):
            found[f"rows.{place}.below"] = [told]
        floor = floor if each.below is None else each.below
    return found


def _bound_fault(below: Decimal | None, floor: Decimal, *, is_last: bool) -> str:
    if is_last:
        return "" if below is None else "Leave this empty: the last range has no upper bound."
    if below is None:
        return "Only the last range has no upper bound."
    if not floor < below <= HOTTEST:
        return f"This must be above {floor:f} and at most {HOTTEST:f}."
    return ""


def in_words(ranges: Sequence[Range]) -> list[tuple[str, str]]:
    """Each range and its resin, as people say it."""
    lower: Decimal | None = None
    told = []
    for each in ranges:
        told.append((_span(lower, each.below), each.resin))
        lower = each.below
    return told


def _span(lower: Decimal | None, below: Decimal | None) -> str:
    if below is None:
        return "At any temperature" if lower is None else f"From {_degrees(lower)} °F"
    if lower is None:
        return f"Below {_degrees(below)} °F"
    return f"{_degrees(lower)} to below {_degrees(below)} °F"


def _degrees(value: Decimal) -> str:
    return f"{value.normalize():f}"


def stored(ranges: Sequence[Range]) -> list[dict[str, Any]]:
    """The table as JSON can hold it, and as the pages' script reads it."""
    return [
        {"below": None if each.below is None else _degrees(each.below), "resin": each.resin}
        for each in ranges
    ]


def from_stored(rows: Sequence[Mapping[str, Any]]) -> tuple[Range, ...]:
    """The table as ``stored`` kept it."""
    return tuple(
        Range(None if row["below"] is None else Decimal(row["below"]), row["resin"]) for row in rows
    )
