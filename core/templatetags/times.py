"""Times as people say them: "Today 14:30", "Yesterday 09:05", "12 Mar 14:30"."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.clock import now

NEAR = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}


def zone_of(zone: str | dt.tzinfo | None) -> dt.tzinfo:
    """The zone by name or as it is; without one, the zone the request activated."""
    if not zone:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def day_words(day: dt.date, *, today: dt.date) -> str:
    """A day seen from today; the year only where it is another."""
    if words := NEAR.get((day - today).days):
        return words
    words = f"{day.day} {day:%b}"
    return words if day.year == today.year else f"{words} {day.year}"


def full_words(at: dt.datetime, zone: str) -> str:
    """An instant in full, for who reads it later: "Monday, November 30, 2026, 9:00 AM EST"."""
    local = at.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    return f"{local:%A, %B} {local.day}, {local:%Y}, {hour}:{local:%M %p %Z}"


def moment_words(at: dt.datetime, zone: str | dt.tzinfo | None = None) -> str:
    """An instant in a zone, which is named where its clock differs from the reader's."""
    here = zone_of(zone)
    local = at.astimezone(here)
    words = f"{day_words(local.date(), today=now().astimezone(here).date())} {local:%H:%M}"
    reader = at.astimezone(timezone.get_current_timezone())
    return words if reader.utcoffset() == local.utcoffset() else f"{words} {local:%Z}"
