"""What the pages of a customer's vehicles show, read at a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from apps.audit.queries import history_of
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.gallery import photo_lines
from apps.repairs.glass import glass_words
from apps.repairs.models import Repair, RepairPhoto, Unit
from apps.repairs.queries import photos_visible_to, repair_list
from apps.repairs.quotes import quotes_for_new
from apps.repairs.wording import timeline
from core.models import CustomerUser

MOST_REPAIRS = 50
# The drawing of the windshield is twice as wide as it is high.
DRAWN = Decimal(2)


@dataclass(frozen=True)
class Listed:
    """A unit of the list, with how much was done and is under way."""

    unit: Unit
    done: int
    under_way: int


@dataclass(frozen=True)
class Break:
    """A past repair on the map of the glass: its number there, where, and its first picture.

    ``x`` and ``y`` are in the units of the drawing; without a position there is no number.
    """

    repair: Repair
    photo: dict[str, Any] | None
    number: int = 0
    where: str = ""
    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)


def with_counts(units: Sequence[Unit]) -> list[Listed]:
    """The units of a page, with their repairs counted in one statement."""
    counted = (
        Repair.objects.filter(unit__in=units)
        .order_by()
        .values("unit")
        .annotate(
            done=Count("pk", filter=Q(queue_status=QueueStatus.COMPLETED, voided_at=None)),
            under_way=Count("pk", filter=Q(queue_status__in=OPEN_STATUSES)),
        )
    )
    counts = {row["unit"]: (row["done"], row["under_way"]) for row in counted}
    return [Listed(unit, *counts.get(unit.pk, (0, 0))) for unit in units]


def unit_page(member: CustomerUser, unit: Unit) -> dict[str, Any]:
    """One vehicle: what the next repair costs, what was done and where on its glass.

    Args:
        member: Who looks.
        unit: Read with its ``sticker``.
    """
    breaks = _breaks(member, unit)
    (next_quote,) = quotes_for_new(member.customer, [unit.number])
    return {
        "unit": unit,
        "next_quote": next_quote,
        "breaks": breaks,
        "marks": [each for each in breaks if each.number],
        "sticker": getattr(unit, "sticker", None),
        "timeline": timeline(history_of(unit, public_only=True), reader="customer"),
        "may_request": member.has_right("can_request"),
    }


def _breaks(member: CustomerUser, unit: Unit) -> list[Break]:
    repairs = list(repair_list(member.user).filter(unit=unit)[:MOST_REPAIRS])
    photos = _first_photos(member, repairs)
    breaks, number = [], 0
    for repair in repairs:
        photo = photos.get(repair.pk)
        x, y = repair.damage_x, repair.damage_y
        if x is None or y is None:
            breaks.append(Break(repair, photo))
            continue
        number += 1
        breaks.append(Break(repair, photo, number, glass_words(x, y), x * DRAWN, y))
    return breaks


def _first_photos(member: CustomerUser, repairs: Sequence[Repair]) -> dict[int, dict[str, Any]]:
    photos: dict[int, RepairPhoto] = {}
    for photo in photos_visible_to(member.user).filter(repair__in=repairs).order_by("pk"):
        photos.setdefault(photo.repair_id, photo)
    lines = photo_lines(photos.values(), url_name="customer_photo")
    return {line["repair_id"]: line for line in lines}
