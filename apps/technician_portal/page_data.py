"""What the portal's pages show, read at a constant number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from apps.repairs.queries import (
    photos_visible_to,
    quote_now,
    repair_history,
    repair_list,
    unit_summary,
)
from apps.repairs.rules import allowed_moves, may_edit
from apps.repairs.wording import photo_lines, price_label, timeline
from apps.technicians.models import Technician
from apps.technicians.rules import technician_of
from core.models import Customer, User
from core.shop import shop_settings

MOST_OWN = 60
MOST_REQUESTED = 30
WORKING = (QueueStatus.IN_PROGRESS, QueueStatus.APPROVED, QueueStatus.PENDING)
PLAIN_MOVES = {QueueStatus.IN_PROGRESS, QueueStatus.COMPLETED}
NEXT_STEP = {
    QueueStatus.REQUESTED: (QueueStatus.APPROVED, "Take", "check"),
    QueueStatus.APPROVED: (QueueStatus.IN_PROGRESS, "Start", "play"),
}


@dataclass(frozen=True)
class Card:
    """A repair in a list, with its one next step, if it has one that is a single tap."""

    repair: Repair
    target: str = ""
    label: str = ""
    icon: str = ""
    is_of_other: bool = False


def dashboard_of(user: User) -> dict[str, Any]:
    """Own work first, then what anybody may take, then what is new."""
    technician = technician_of(user)
    own = own_work(user, technician)
    given, queue = requests_for(user, technician)
    return {
        "technician": technician,
        "current": own[0] if own and own[0].label else None,
        "groups": grouped(own[1:] if own and own[0].label else own),
        "given": [card_of(user, repair) for repair in given],
        "queue": [card_of(user, repair) for repair in queue[:MOST_REQUESTED]],
        "has_more_requests": len(queue) > MOST_REQUESTED,
        "notices": notice_lines(notifications_of(user).filter(read_at=None)[:5], user),
    }


def own_work(user: User, technician: Technician | None) -> list[Card]:
    """What they work on: in progress, then approved, then waiting for the customer."""
    if technician is None:
        return []
    repairs = repair_list(user).filter(technician=technician, queue_status__in=WORKING)
    order = {status: place for place, status in enumerate(WORKING)}
    rows = sorted(repairs[:MOST_OWN], key=lambda repair: order[QueueStatus(repair.queue_status)])
    return [card_of(user, repair) for repair in rows]


def requests_for(user: User, technician: Technician | None) -> tuple[list[Repair], list[Repair]]:
    """Requests given to this technician, and everybody else's."""
    requests = repair_list(user).filter(queue_status=QueueStatus.REQUESTED)
    if technician is None:
        return [], list(requests[: MOST_REQUESTED + 1])
    others = requests.exclude(technician=technician)[: MOST_REQUESTED + 1]
    return list(requests.filter(technician=technician)[:MOST_OWN]), list(others)


def card_of(user: User, repair: Repair) -> Card:
    """The repair with its next step."""
    own = technician_of(user)
    is_of_other = repair.technician is not None and repair.technician != own
    if repair.queue_status == QueueStatus.IN_PROGRESS:
        return Card(repair, label="Finish", icon="check2-all", is_of_other=is_of_other)
    target, label, icon = NEXT_STEP.get(QueueStatus(repair.queue_status), ("", "", ""))
    if target not in allowed_moves(user, repair):
        return Card(repair, is_of_other=is_of_other)
    return Card(repair, target, label, icon, is_of_other)


def grouped(cards: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    """Own work under its headings, empty ones left out."""
    headings = (
        ("In progress", QueueStatus.IN_PROGRESS),
        ("Approved, ready to start", QueueStatus.APPROVED),
        ("Waiting for the customer", QueueStatus.PENDING),
    )
    rows = list(cards)
    groups = [
        (heading, [card for card in rows if card.repair.queue_status == status])
        for heading, status in headings
    ]
    return [group for group in groups if group[1]]


def repair_page(user: User, repair: Repair) -> dict[str, Any]:
    """One repair: the next step, the price explained, pictures, its history and the unit's."""
    photos = list(photos_visible_to(user).filter(repair=repair))
    has_after = any(photo.kind == PhotoKind.AFTER for photo in photos)
    is_own = may_edit(user, repair)
    moves = allowed_moves(user, repair)
    is_requested = repair.queue_status == QueueStatus.REQUESTED
    plain = PLAIN_MOVES | ({QueueStatus.APPROVED} if is_requested else set())
    return {
        "repair": repair,
        "quote": None if repair.queue_status == QueueStatus.DENIED else quote_now(repair),
        "price_label": price_label(repair),
        "photos": photo_lines(photos, url_name="technician_photo"),
        "needs_after_photo": shop_settings().require_after_photo and not has_after,
        "timeline": timeline(repair_history(user, repair)),
        "unit_history": unit_summary(repair.unit_id).exclude(pk=repair.pk)[:10],
        "moves": moves,
        "next_is_take": is_requested and QueueStatus.APPROVED in moves,
        "has_other_moves": bool(set(moves) - plain),
        "may_edit": is_own and repair.voided_at is None,
        "sees_contact": is_own,
    }


def recent_customers(user: User) -> QuerySet[Customer]:
    """Whom this technician worked for, the last one first."""
    return (
        Customer.objects.filter(repairs__technician__user=user, is_active=True, merged_into=None)
        .annotate(last=Max("repairs__repair_date"))
        .order_by("-last")[:8]
    )
