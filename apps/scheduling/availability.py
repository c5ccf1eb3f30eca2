"""Free times as they are asked for: of one technician, or of all who are able."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from apps.scheduling.calendars import Length, load_calendars, told_slot
from apps.technicians.models import Technician
from core.closing import closed_days
from core.shop import shop_settings

MOST_DAYS = 31
MOST_SLOTS = 500


def able(skills: Iterable[int] = (), technician_id: int | None = None) -> QuerySet[Technician]:
    """Active technicians with every skill asked for (ids), or the one named of them."""
    found = Technician.objects.filter(is_active=True, user__is_active=True)
    for skill in skills:
        found = found.filter(expertise=skill)
    return found if technician_id is None else found.filter(pk=technician_id)


def free_times(
    technicians: QuerySet[Technician], first: dt.date, last: dt.date, length: Length
) -> dict[str, Any]:
    """When a visit of this length may begin, in days of the shop; five statements.

    Returns:
        ``slots``: in order of time, at most 500; ``is_complete``: false where there are more;
        ``without_hours``: technicians of whom no working hours are entered, so that nothing is
        known of them; ``closed``: days on which the shop is closed.
    """
    shop = shop_settings()
    calendars = load_calendars(technicians, first, last, shop=shop)
    found = [
        (start, place, calendar)
        for place, calendar in enumerate(calendars)
        for start in calendar.starts(length)
    ]
    found.sort(key=lambda each: each[:2])
    closed = closed_days(shop.holiday_region, shop.closing_days, first, last)
    return {
        "slots": [told_slot(each, start, length) for start, _, each in found[:MOST_SLOTS]],
        "is_complete": len(found) <= MOST_SLOTS,
        "without_hours": [
            {"technician": each.technician_id, "technician_name": each.name}
            for each in calendars
            if not each.has_hours
        ],
        "closed": [{"date": day, "reason": reason} for day, reason in closed],
    }
