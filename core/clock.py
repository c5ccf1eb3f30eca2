"""Time: instants in UTC, days in a named zone (DOMAIN, section 9)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone

_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended_instant", default=None)


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return _pretended.get() or timezone.now()


@contextmanager
def pretending(at: dt.datetime) -> Iterator[None]:
    """Let it be another instant: for a demonstration that tells of months that never were."""
    token = _pretended.set(at)
    try:
        yield
    finally:
        _pretended.reset(token)


def local_date(zone: str, at: dt.datetime | None = None) -> dt.date:
    """The calendar day in ``zone`` (an IANA name) at an instant, by default now."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def day_bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The first instant of a local day and the first one after it; 23 to 25 hours apart."""
    local = ZoneInfo(zone)
    start = dt.datetime.combine(day, dt.time(), tzinfo=local)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=local)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def month_bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The first instant of the local calendar month of ``day`` and the first one after it."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return day_bounds(first, zone)[0], day_bounds(following, zone)[0]


def validate_zone(name: str) -> None:
    """Refuse what is no IANA time zone.

    Raises:
        ValidationError: The name is not in the tz database.
    """
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is no time zone; write one like America/New_York.")
