"""Adding pictures to a repair, and what forms with pictures share."""

from collections.abc import Callable, Iterable
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.photo_storage.services import PreparedPhoto, staged
from apps.queue_management.use_cases import attach_photos
from apps.repairs.enums import PhotoKind
from core.errors import Unavailable
from core.pages import once, person, press
from core.problems import marked


def once_stored(
    request: HttpRequest,
    photos: Iterable[PreparedPhoto | None],
    action: Callable[[], HttpResponse],
    *,
    refused: Callable[[Unavailable], HttpResponse],
) -> HttpResponse:
    """``once``, with the files of the form's pictures written before its transaction.

    Args:
        request: The request.
        photos: Of a valid form.
        action: What the form asks for.
        refused: Shows the form again, with what was typed, where the storage takes no files.
    """
    try:
        with staged(*photos):
            return once(request, action)
    except Unavailable as away:
        return marked(refused(away), away)


def told_alone(request: HttpRequest, refusal: Unavailable) -> HttpResponse:
    """A page of its own, where the form holds nothing but the pictures."""
    return render(request, "refused.html", {"refusal": refusal})


def add_photos(
    request: HttpRequest, form: forms.Form, *, repair_id: int, back: str
) -> HttpResponse:
    """Attach a valid form's ``images``, written before the transaction; then back to the repair.

    A form without ``kind`` is a customer's.
    """
    sent, actor = form.cleaned_data, person(request)
    photos = sent["images"]

    def attach() -> object:
        return attach_photos(
            actor=actor,
            repair_id=repair_id,
            photos=photos,
            kind=PhotoKind(sent.get("kind", PhotoKind.CUSTOMER)),
            is_internal=sent.get("internal", False),
        )

    told = "The photo is added." if len(photos) == 1 else f"{len(photos)} photos are added."
    return once_stored(
        request,
        photos,
        lambda: press(request, attach, success=told, back=back, repair_id=repair_id),
        refused=partial(told_alone, request),
    )
