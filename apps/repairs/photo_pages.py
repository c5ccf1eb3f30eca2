"""Pictures over HTTP, for every door: one of them, a signature, all of a repair or a batch."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from apps.photo_storage.archive import Member, archive_response
from apps.photo_storage.enums import Variant
from apps.photo_storage.serving import photo_response
from apps.repairs.models import RepairPhoto
from apps.repairs.queries import photos_visible_to, signed_approvals_visible_to
from core.errors import NotFound, Unavailable
from core.models import User
from core.pages import person
from core.problems import marked
from core.shop import shop_zone

View = Callable[..., HttpResponseBase]


def repair_archive(user: User, repair_id: int) -> StreamingHttpResponse:
    """The pictures of a repair that this person may see, as a ZIP.

    Raises:
        NotFound: There are none.
        Unavailable: The storage does not answer.
    """
    photos = photos_visible_to(user).filter(repair=repair_id)
    return _archive(photos, f"repair-{repair_id}-photos.zip")


def batch_archive(user: User, batch_id: int) -> StreamingHttpResponse:
    """The pictures of a batch's repairs that this person may see, as a ZIP.

    Raises:
        NotFound, Unavailable: As ``repair_archive``.
    """
    photos = photos_visible_to(user).filter(repair__repair_batch=batch_id)
    return _archive(photos, f"batch-{batch_id}-photos.zip")


def _archive(photos: "QuerySet[RepairPhoto]", filename: str) -> StreamingHttpResponse:
    found = list(photos.select_related("repair").order_by("repair_id", "pk"))
    if not found:
        raise NotFound
    return archive_response(members_of(found, shop_zone()), filename=filename)


def members_of(photos: Iterable[RepairPhoto], zone: str) -> Iterator[Member]:
    """Each picture under a name that says unit, break, date and kind, and is there once."""
    taken: Counter[str] = Counter()
    for photo in photos:
        at = photo.added_at.astimezone(ZoneInfo(zone))
        number = photo.repair.break_number
        words = [
            _for_a_file(photo.repair.unit_number),
            f"break-{number}" if number else "",
            f"{at:%Y-%m-%d}",
            photo.kind,
        ]
        name = "_".join(filter(None, words))
        taken[name.lower()] += 1
        repeated = f"_{count}" if (count := taken[name.lower()]) > 1 else ""
        yield Member(f"{name}{repeated}.jpg", photo.stored.name_of(Variant.FULL), at)


def _for_a_file(number: str) -> str:
    """A unit's number as every file system takes it."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", number).strip("-") or "unit"


def as_a_page(view: View) -> View:
    """Say on a page that a file is not there, or that the storage does not answer."""

    @wraps(view)
    def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        except Unavailable as away:
            return marked(render(request, "refused.html", {"refusal": away}), away)

    return run


@as_a_page
def photo(request: HttpRequest, photo_id: int, variant: str) -> HttpResponseBase:
    """The bytes of a picture that this person may see."""
    found = get_object_or_404(photos_visible_to(person(request)), pk=photo_id)
    if variant not in Variant.values:
        raise NotFound
    return photo_response(found.stored, Variant(variant))


@as_a_page
def signature(request: HttpRequest, approval_id: int) -> HttpResponseBase:
    """The drawn signature of an approval that this person may see."""
    approval = get_object_or_404(signed_approvals_visible_to(person(request)), pk=approval_id)
    assert approval.signature is not None  # noqa: S101  # the query leaves others out
    return photo_response(approval.signature, Variant.FULL)


@as_a_page
def repair_photos(request: HttpRequest, repair_id: int) -> HttpResponseBase:
    """All pictures of a repair to keep."""
    return repair_archive(person(request), repair_id)


@as_a_page
def batch_photos(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """All pictures of a batch to keep."""
    return batch_archive(person(request), batch_id)
