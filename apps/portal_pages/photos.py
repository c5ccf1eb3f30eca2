"""Adding pictures to a repair."""

from django import forms
from django.http import HttpRequest, HttpResponse

from apps.photo_storage.services import staged
from apps.queue_management.use_cases import attach_photos
from apps.repairs.enums import PhotoKind
from core.pages import once, person, press


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
    with staged(*photos):
        return once(
            request,
            lambda: press(request, attach, success=told, back=back, repair_id=repair_id),
        )
