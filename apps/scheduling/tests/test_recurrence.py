"""Series in local wall time, through summer time in four zones."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.scheduling.enums import Repeat
from apps.scheduling.recurrence import days_of, local_instant

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Phoenix")
NINE = dt.time(9)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_weekly_visit_stays_at_nine_for_a_year(zone: str) -> None:
    days = days_of(Repeat.WEEKLY, 1, dt.date(2027, 1, 4), number=53)
    local = [local_instant(day, NINE, zone).astimezone(ZoneInfo(zone)) for day in days]
    assert [each.time() for each in local] == [NINE] * 53
    assert [each.date() for each in local] == days
    assert {each.weekday() for each in local} == {0}


def test_offset_changes_twice_a_year_where_clocks_do() -> None:
    days = days_of(Repeat.WEEKLY, 1, dt.date(2027, 1, 4), number=53)
    hours = {zone: {local_instant(day, NINE, zone).hour for day in days} for zone in ZONES}
    assert hours == {
        "America/New_York": {13, 14},
        "Europe/Berlin": {7, 8},
        "Australia/Sydney": {22, 23},
        "America/Phoenix": {16},
    }


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        # Skipped in spring: as much later as the clock skips.
        ("2027-03-14", "02:30", "America/New_York", "2027-03-14T07:30"),
        ("2027-03-28", "02:30", "Europe/Berlin", "2027-03-28T01:30"),
        ("2027-10-03", "02:30", "Australia/Sydney", "2027-10-02T16:30"),
        ("2027-03-14", "02:30", "America/Phoenix", "2027-03-14T09:30"),
        # Shown twice in autumn: the first.
        ("2027-11-07", "01:30", "America/New_York", "2027-11-07T05:30"),
        ("2027-10-31", "02:30", "Europe/Berlin", "2027-10-31T00:30"),
        ("2027-04-04", "02:30", "Australia/Sydney", "2027-04-03T15:30"),
    ],
)
def test_times_that_are_skipped_or_shown_twice(day: str, at: str, zone: str, instant: str) -> None:
    found = local_instant(dt.date.fromisoformat(day), dt.time.fromisoformat(at), zone)
    assert found == utc(instant)


def test_every_second_week_and_month() -> None:
    first = dt.date(2027, 1, 31)
    weeks = days_of(Repeat.WEEKLY, 2, first, number=3)
    months = days_of(Repeat.MONTHLY, 1, first, number=4)
    assert weeks == [dt.date(2027, 1, 31), dt.date(2027, 2, 14), dt.date(2027, 2, 28)]
    assert months == [first, dt.date(2027, 2, 28), dt.date(2027, 3, 31), dt.date(2027, 4, 30)]


@given(
    day=st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    at=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_an_instant_shows_its_time_or_is_in_the_gap(day: dt.date, at: dt.time, zone: str) -> None:
    found = local_instant(day, at, zone).astimezone(ZoneInfo(zone))
    wanted = dt.datetime.combine(day, at)
    assert found.replace(tzinfo=None, fold=0) - wanted in (dt.timedelta(), dt.timedelta(hours=1))
    assert found.fold == 0
