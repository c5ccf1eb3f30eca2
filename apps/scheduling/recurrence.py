"""Visits that come round: days of a series, and local wall time as instants. Pure: no database."""

import datetime as dt
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from apps.scheduling.enums import Repeat

MOST_VISITS = 60
LONGEST = dt.timedelta(days=366)


def local_instant(day: dt.date, at: dt.time, zone: str) -> dt.datetime:
    """The instant at which a clock of the zone shows this time on this day, in UTC.

    A time that the clock skips in spring is as much later as it skips (2:30 becomes 3:30); of one
    that it shows twice in autumn, it is the first. RFC 5545 reads calendars the same way.
    """
    return dt.datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def days_of(repeat: str, every: int, first: dt.date, *, number: int) -> list[dt.date]:
    """The days of a series from its first one on.

    A month that lacks the day of the first one is visited on its last day.

    Args:
        repeat: One of ``Repeat``.
        every: Each week or month, each second one, and so on.
        first: The first day.
        number: How many.
    """
    unit = "weeks" if repeat == Repeat.WEEKLY else "months"
    # Each from the first, so that a short month does not shift those after it.
    return [first + relativedelta(**{unit: every * place}) for place in range(number)]  # type: ignore[arg-type]  # one of its units
