"""What ``components/photo_gallery.html`` shows: pictures, before beside after, all as a file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.photo_storage.enums import Variant
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairPhoto
from apps.repairs.queries import photos_visible_to
from core.models import User

Line = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """How the glass looked before the work, and after it."""

    before: Line
    after: Line


class Gallery(list[Line]):
    """The pictures, oldest first.

    Attributes:
        pairs: One for each repair that has a picture from before and one from after.
        archive_url: Where all of them are one file; empty where they are not.
    """

    def __init__(self, lines: Iterable[Line], *, archive_url: str = "") -> None:
        super().__init__(lines)
        self.archive_url = archive_url

    @property
    def pairs(self) -> list[Pair]:
        """The last picture of each side: the best one, since somebody took it again."""
        by_repair: dict[int, dict[str, Line]] = {}
        for line in self:
            by_repair.setdefault(line["repair_id"], {})[line["kind"]] = line
        return [
            Pair(before, kinds[PhotoKind.AFTER])
            for kinds in by_repair.values()
            if (before := kinds.get(PhotoKind.BEFORE) or kinds.get(PhotoKind.CUSTOMER))
            and PhotoKind.AFTER in kinds
        ]

    @property
    def others(self) -> list[Line]:
        """The pictures that are in no pair."""
        paired = [line for pair in self.pairs for line in (pair.before, pair.after)]
        return [line for line in self if line not in paired]


def photo_lines(
    photos: Iterable[RepairPhoto],
    *,
    url_name: str,
    before: Sequence[object] = (),
    archive_url: str = "",
    of: Mapping[int, str] | None = None,
) -> Gallery:
    """The gallery of some pictures.

    Args:
        photos: Those that the reader may see, with what is stored of them.
        url_name: Name of the portal's address of a picture; it takes the id and the variant.
        before: What else the address begins with.
        archive_url: Where the reader gets all of them as one file.
        of: What each repair is called, by its id, where there are several.
    """
    seen: Counter[str] = Counter()
    lines = []
    for photo in photos:
        label = f"{of[photo.repair_id]}: {_label(photo)}" if of else _label(photo)
        seen[label] += 1
        number = f" {seen[label]}" if seen[label] > 1 else ""
        lines.append(_line(photo, f"{label}{number}", url_name, before))
    return Gallery(lines, archive_url=archive_url)


def batch_gallery(
    user: User, repairs: Sequence[Repair], *, url_name: str, archive_url: str
) -> Gallery:
    """The pictures of repairs that belong together, as far as this person may see them."""
    photos = photos_visible_to(user).filter(repair__in=repairs).order_by("repair_id", "pk")
    of = {row.pk: f"{row.unit_number}, {row.break_number} of {len(repairs)}" for row in repairs}
    return photo_lines(photos, url_name=url_name, archive_url=archive_url, of=of)


def _line(photo: RepairPhoto, label: str, url_name: str, before: Sequence[object]) -> Line:
    def address(variant: Variant) -> str:
        return reverse(url_name, args=[*before, photo.pk, variant.value])

    return {
        "repair_id": photo.repair_id,
        "kind": photo.kind,
        "url": address(Variant.FULL),
        "screen_url": address(Variant.SCREEN),
        "thumb_url": address(Variant.THUMB),
        "label": label,
        "at": photo.added_at,
        "width": photo.stored.width,
        "height": photo.stored.height,
    }


def _label(photo: RepairPhoto) -> str:
    label = photo.get_kind_display()
    return f"{label}, for the shop only" if photo.is_internal else label
