"""Quiet hours: they delay a message, they never drop one."""

import datetime as dt
from zoneinfo import ZoneInfo


def quiet_until(
    at: dt.datetime, *, begins: dt.time | None, ends: dt.time | None, zone: str
) -> dt.datetime | None:
    """When the quiet hours that hold at ``at`` end; nothing when none do.

    Args:
        at: An instant.
        begins: Local time from which it is quiet; may be later than ``ends``: over midnight.
        ends: Local time at which it is quiet no more.
        zone: The clock that the person lives by, an IANA name.
    """
    if begins is None or ends is None:
        return None
    local = at.astimezone(ZoneInfo(zone))
    time, over_midnight = local.time(), begins > ends
    after_begin, before_end = time >= begins, time < ends
    if not (after_begin or before_end if over_midnight else after_begin and before_end):
        return None
    day = local.date() + dt.timedelta(days=1 if over_midnight and after_begin else 0)
    end = dt.datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if end <= at:
        # The hour that autumn repeats: it is the second time round.
        end = dt.datetime.combine(day, ends.replace(fold=1), tzinfo=ZoneInfo(zone))
    return end.astimezone(dt.UTC)
