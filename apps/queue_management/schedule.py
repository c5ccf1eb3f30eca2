"""What is asked, told and looked after at its hour."""

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.notifications.services import notify
from apps.queue_management import notices
from apps.queue_management.use_cases import expire_points
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.clock import day_bounds, local_date, now
from core.enums import CustomerKind
from core.invariants import Violation, invariant_violations, registered
from core.models import Customer, CustomerUser, OutboxMessage, User
from core.money import ZERO, cents
from core.outbox import enqueue, handler
from core.schedule import Daily, Hourly, scheduled
from core.shop import shop_zone

REMINDED_AFTER = dt.timedelta(hours=24)
OFFICE_TOLD_AFTER = dt.timedelta(days=3)
# Who has not answered for so long is asked by the office, not by a machine.
GIVEN_UP_AFTER = dt.timedelta(days=30)
REMIND = "approval.remind"
TELL_OFFICE = "approval.tell_office"


@scheduled("approvals.remind", title="Remind of approvals", when=Hourly(15))
def remind(_due_at: dt.datetime) -> str:
    """Promise a reminder a day after the customer was asked, and word to the office after three.

    Each is promised once for each time the customer was asked, whatever is repeated here.
    """
    reminded = _promise(REMIND, after=REMINDED_AFTER)
    told = _promise(TELL_OFFICE, after=OFFICE_TOLD_AFTER)
    return f"{reminded} wait longer than a day, {told} longer than three."


@scheduled("points.expire", title="Let old points expire", when=Daily(dt.time(0, 30)))
def expire(_due_at: dt.datetime) -> str:
    """Let points expire where the shop's terms say so."""
    return f"{expire_points()} points expired."


def _promise(kind: str, *, after: dt.timedelta) -> int:
    asked = Repair.objects.annotate(asked=Coalesce("asked_at", "created_at"))
    waiting = asked.filter(asked__lte=now() - after, asked__gt=now() - GIVEN_UP_AFTER)
    rows = (
        waiting.filter(queue_status=QueueStatus.PENDING)
        .order_by("id")
        .values_list("id", "repair_batch", "asked")
    )
    # One message for a batch: its first row that waits stands for all.
    first = {(batch or f"one {pk}"): (pk, at) for pk, batch, at in reversed(rows)}
    for pk, at in first.values():
        payload = {"repair": pk, "asked": at.isoformat()}
        enqueue(kind=kind, key=f"{kind}:{pk}:{at:%Y%m%d%H%M%S%f}", payload=payload)
    return len(first)


@handler(REMIND)
def remind_approvers(message: OutboxMessage) -> None:
    """Ask again whoever may approve, unless it was answered meanwhile."""
    repairs = _still_waiting(message)
    if repairs:
        notices.tell_reminder(repairs, made_by=User.objects.system())


@handler(TELL_OFFICE)
def tell_office(message: OutboxMessage) -> None:
    """Tell the office that nobody answers, unless somebody has meanwhile."""
    repairs = _still_waiting(message)
    if repairs:
        notices.tell_approval_late(repairs)


def _still_waiting(message: OutboxMessage) -> list[Repair]:
    """The repair, or the rows of its batch, that wait since they were asked for then."""
    row = Repair.objects.annotate(asked=Coalesce("asked_at", "created_at"))
    asked = dt.datetime.fromisoformat(message.payload["asked"])
    first = row.filter(pk=message.payload["repair"], asked=asked).first()
    if first is None or first.queue_status != QueueStatus.PENDING:
        return []
    together = Q(pk=first.pk)
    if first.repair_batch_id is not None:
        together |= Q(repair_batch=first.repair_batch_id)
    found = Repair.objects.filter(together, queue_status=QueueStatus.PENDING)
    found = found.select_related("customer", "technician__user", "repair_batch", "unit")
    return list(found.select_for_update(of=("self",)).order_by("id"))


@scheduled("fleets.summary", title="Fleets' summary", when=Daily(dt.time(17)), makes_up=True)
def summarise(due_at: dt.datetime) -> str:
    """Tell the primary contact of each fleet that wants it what the day has brought."""
    zone = shop_zone()
    day = local_date(zone, due_at)
    start, end = day_bounds(day, zone)
    fleets = Customer.objects.filter(
        is_active=True, kind=CustomerKind.COMPANY, customer_preference__daily_summary=True
    )
    figures = _figures(fleets.values_list("pk", flat=True), start, end)
    contacts = CustomerUser.objects.filter(
        customer__in=fleets, is_primary_contact=True, user__is_active=True
    )
    told = 0
    for contact in contacts.select_related("user", "customer").order_by("id"):
        found = figures.get(contact.customer_id)
        if found:
            _tell_summary(contact, found, day)
            told += 1
    return f"{told} fleets told."


def _figures(
    fleets: "QuerySet[Customer, int]", start: dt.datetime, end: dt.datetime
) -> dict[int, dict[str, Any]]:
    today = {"__gte": start, "__lt": end}
    requested = Q(**{f"requested_at{name}": value for name, value in today.items()})
    completed = Q(**{f"completed_at{name}": value for name, value in today.items()})
    completed &= Q(queue_status=QueueStatus.COMPLETED, voided_at=None)
    is_open = Q(pk__in=Repair.objects.open().values("pk"))
    rows = Repair.objects.filter(customer__in=fleets).filter(requested | completed | is_open)
    counted = (
        rows.order_by()
        .values("customer")
        .annotate(
            requested=Count("pk", filter=requested),
            completed=Count("pk", filter=completed),
            charged=Coalesce(Sum(F("cost") - F("discount"), filter=completed), ZERO),
            waiting=Count("pk", filter=Q(queue_status=QueueStatus.PENDING)),
            open=Count("pk", filter=is_open),
        )
    )
    return {row["customer"]: dict(row) for row in counted}


def _tell_summary(contact: CustomerUser, found: dict[str, Any], day: dt.date) -> None:
    with transaction.atomic():
        notify(
            kind="fleet_summary",
            recipients=[contact.user],
            target=contact.customer,
            fields={
                **found,
                "customer": contact.customer.name,
                "day": f"{day:%A, %B} {day.day}, {day.year}",
                "charged": str(cents(found["charged"])),
            },
            key=f"fleet_summary:{contact.customer_id}:{day}",
        )


@scheduled("invariants", title="Check what always holds", when=Hourly(45))
def check(due_at: dt.datetime) -> str:
    """Alarm the admins of what does not hold, once a day for each finding."""
    found = invariant_violations()
    if not found:
        return f"All {len(registered())} hold."
    _alarm(found, local_date(shop_zone(), due_at))
    return f"{len(found)} do not hold: {', '.join(violation.name for violation in found)}"


def _alarm(found: list[Violation], day: dt.date) -> None:
    lines = [f"{violation.name}: {', '.join(violation.examples)}"[:300] for violation in found]
    names = "\n".join(violation.name for violation in found)
    digest = hashlib.sha256(names.encode()).hexdigest()[:16]
    with transaction.atomic():
        notify(
            kind="invariant_alarm",
            recipients=notices.office(),
            target=User.objects.system(),
            fields={"first": found[0].name, "lines": lines},
            key=f"invariant_alarm:{day}:{digest}",
        )
