"""The past breaks of a unit on a drawing of its glass, for the pages of every portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.repairs.gallery import photo_lines
from apps.repairs.glass import glass_words
from apps.repairs.models import Repair, RepairPhoto
from apps.repairs.queries import photos_visible_to
from core.models import User

# The drawing of the windshield is twice as wide as it is high.
DRAWN = Decimal(2)


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


def glass_map(user: User, repairs: Sequence[Repair], *, photo_page: str) -> dict[str, list[Break]]:
    """What ``components/unit_breaks.html`` shows: every repair, and the dots on the glass.

    Args:
        user: Who looks; whose pictures they may see is their own matter.
        repairs: Of one unit, the newest first.
        photo_page: Name of the portal's address of a picture.
    """
    breaks = _breaks(repairs, _first_photos(user, repairs, photo_page))
    return {"breaks": breaks, "marks": [each for each in breaks if each.number]}


def _breaks(repairs: Sequence[Repair], photos: dict[int, dict[str, Any]]) -> list[Break]:
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


def _first_photos(
    user: User, repairs: Sequence[Repair], photo_page: str
) -> dict[int, dict[str, Any]]:
    photos: dict[int, RepairPhoto] = {}
    for photo in photos_visible_to(user).filter(repair__in=repairs).order_by("pk"):
        photos.setdefault(photo.repair_id, photo)
    lines = photo_lines(photos.values(), url_name=photo_page)
    return {line["repair_id"]: line for line in lines}
