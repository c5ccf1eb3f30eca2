"""Days and months of a zone, across the changes of its clocks."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.clock import day_bounds, local_date, month_bounds, now, validate_zone

NEW_YORK = "America/New_York"
ZONES = [NEW_YORK, "America/Phoenix", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type,misc] # year, month, day, ...


def test_now_is_aware_and_in_utc() -> None:
    assert now().utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (dt.date(2026, 3, 8), 23),
        (dt.date(2026, 3, 9), 24),
        (dt.date(2026, 11, 1), 25),
        (dt.date(2026, 7, 4), 24),
    ],
)
def test_day_has_23_to_25_hours(day: dt.date, hours: int) -> None:
    start, end = day_bounds(day, NEW_YORK)
    assert end - start == dt.timedelta(hours=hours)


def test_day_starts_at_local_midnight_in_utc() -> None:
    assert day_bounds(dt.date(2026, 3, 8), NEW_YORK) == (utc(2026, 3, 8, 5), utc(2026, 3, 9, 4))


def test_month_bounds_cross_the_change_of_clocks() -> None:
    expected = (utc(2026, 3, 1, 5), utc(2026, 4, 1, 4))
    assert month_bounds(dt.date(2026, 3, 31), NEW_YORK) == expected


def test_month_bounds_of_december_end_in_january() -> None:
    assert month_bounds(dt.date(2026, 12, 5), "UTC") == (utc(2026, 12, 1), utc(2027, 1, 1))


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (utc(2026, 3, 1, 4, 59), NEW_YORK, dt.date(2026, 2, 28)),
        (utc(2026, 3, 1, 5), NEW_YORK, dt.date(2026, 3, 1)),
        (utc(2026, 3, 1, 4, 59), "Asia/Tokyo", dt.date(2026, 3, 1)),
    ],
)
def test_local_date(at: dt.datetime, zone: str, day: dt.date) -> None:
    assert local_date(zone, at) == day


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_one_another_without_gap(day: dt.date, zone: str) -> None:
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + dt.timedelta(days=1), zone)[0]
    assert dt.timedelta(hours=23) <= end - start <= dt.timedelta(hours=25)
    assert local_date(zone, start) == day == local_date(zone, end - dt.timedelta(seconds=1))


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.sampled_from(ZONES))
def test_every_day_is_inside_its_month(day: dt.date, zone: str) -> None:
    first, following = month_bounds(day, zone)
    start, end = day_bounds(day, zone)
    assert first <= start < end <= following


@pytest.mark.parametrize("name", ["EST5", "Mars/Base", "", "america/new_york", "../etc/passwd"])
def test_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="is no time zone"):
        validate_zone(name)


def test_known_zone_passes() -> None:
    validate_zone(NEW_YORK)
