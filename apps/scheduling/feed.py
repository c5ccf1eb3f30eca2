"""A calendar as calendar programs read it (RFC 5545).

Instants are in UTC, which needs no VTIMEZONE; a program shows them on its own clock. A visit keeps
its UID whatever becomes of it; one that is off is told as cancelled, so that programs take it away.
"""

import datetime as dt
import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment, CalendarFeed
from apps.scheduling.queries import Row, told_visit, visit_rows
from apps.scheduling.rules import has_calendar
from apps.scheduling.services.feeds import token_hash
from apps.technicians.rules import technician_of
from core.clock import now
from core.models import User
from core.shop import shop_zone

PAST = dt.timedelta(days=31)
MOST_VISITS = 1000
ON = (VisitStatus.BOOKED, VisitStatus.DONE)


def feed_of(token: str) -> CalendarFeed | None:
    """The calendar with this address, while it holds and its owner has visits to see."""
    feed = (
        CalendarFeed.objects.filter(token_hash=token_hash(token), revoked_at=None)
        .select_related("owner")
        .first()
    )
    return feed if feed is not None and has_calendar(feed.owner) else None


def calendar_of(owner: User) -> bytes:
    """Their visits of the last month and all to come, as a file; a constant number of statements.

    Of an admin with a technician's record it is their own visits, not the shop's.
    """
    technician = technician_of(owner)
    visits = Appointment.objects.visible_to(owner).filter(ends_at__gt=now() - PAST)
    if technician is not None:
        visits = visits.filter(technician=technician)
    rows = visit_rows(visits.order_by("starts_at", "id"))[:MOST_VISITS]
    zone = shop_zone()
    calendar = Calendar()
    calendar.add("prodid", "-//RS Systems//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Visits")
    for row in rows:
        calendar.add_component(_event(told_visit(row, zone), is_shop=technician is not None))
    return bytes(calendar.to_ical())


def _event(row: Row, *, is_shop: bool) -> Event:
    event = Event()
    is_on = row["status"] in ON
    event.add("uid", f"visit-{row['id']}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}")
    event.add("dtstamp", row["updated_at"])
    event.add("last-modified", row["updated_at"])
    event.add("created", row["created_at"])
    event.add("sequence", row["version"])
    event.add("dtstart", row["starts_at"])
    event.add("dtend", row["ends_at"])
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("summary", _summary(row, is_shop=is_shop))
    place = ", ".join(filter(None, (row["site_name"], row["site_address"], row["site_city"])))
    if place:
        event.add("location", place)
    if told := _description(row, is_shop=is_shop):
        event.add("description", told)
    return event


def _summary(row: Row, *, is_shop: bool) -> str:
    words = f"{row['title']}, {row['customer_name']}" if is_shop else f"Windshields: {row['title']}"
    return words if row["status"] in ON else f"{row['status_label']}: {words}"


def _description(row: Row, *, is_shop: bool) -> str:
    if is_shop:
        return "\n".join(filter(None, (row["access_note"], row["notes"])))
    return f"{row['technician_name']} comes." if row["technician_name"] else ""


def etag_of(content: bytes) -> str:
    """A strong ETag: the same bytes have the same."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
