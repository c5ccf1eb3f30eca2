import datetime as dt

import pytest

from apps.notifications.quiet import quiet_until

NEW_YORK = "America/New_York"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "begins", "ends", "until"),
    [
        # Over midnight, standard time.
        ("2026-12-01T20:59-05:00", 21, 7, None),
        ("2026-12-01T21:00-05:00", 21, 7, "2026-12-02T07:00-05:00"),
        ("2026-12-02T06:59-05:00", 21, 7, "2026-12-02T07:00-05:00"),
        ("2026-12-02T07:00-05:00", 21, 7, None),
        # Within a day.
        ("2026-12-01T12:30-05:00", 12, 13, "2026-12-01T13:00-05:00"),
        ("2026-12-01T13:00-05:00", 12, 13, None),
        ("2026-12-01T11:59-05:00", 12, 13, None),
        # The nights of the changes: seven is seven on the new clock.
        ("2026-03-07T23:00-05:00", 21, 7, "2026-03-08T07:00-04:00"),
        ("2026-10-31T23:00-04:00", 21, 7, "2026-11-01T07:00-05:00"),
        # An end that spring leaves out comes with the hour behind it.
        ("2026-03-08T01:30-05:00", 21, 2, "2026-03-08T03:00-04:00"),
        # The hour that autumn has twice, both times.
        ("2026-11-01T00:30-04:00", 21, 1, "2026-11-01T01:00-04:00"),
        ("2026-11-01T01:10-04:00", 1, 2, "2026-11-01T02:00-05:00"),
        ("2026-11-01T01:10-05:00", 1, 2, "2026-11-01T02:00-05:00"),
    ],
)
def test_quiet_hours_end_on_the_local_clock(
    now: str, begins: int, ends: int, until: str | None
) -> None:
    found = quiet_until(at(now), begins=dt.time(begins), ends=dt.time(ends), zone=NEW_YORK)
    assert found == (at(until) if until else None)


def test_the_second_half_past_one_ends_in_the_second() -> None:
    found = quiet_until(
        at("2026-11-01T01:10-05:00"), begins=dt.time(21), ends=dt.time(1, 30), zone=NEW_YORK
    )
    assert found == at("2026-11-01T01:30-05:00")


def test_without_hours_it_is_never_quiet() -> None:
    assert quiet_until(at("2026-12-01T23:00Z"), begins=None, ends=None, zone="UTC") is None
