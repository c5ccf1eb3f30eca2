"""Pictures of a job's tasks: added, shown, served."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.jobs.models import JobTask, TaskAttachment
from apps.jobs.services import attach_to_task
from apps.photo_storage.enums import Variant
from apps.photo_storage.forms import MOST, PhotosField
from apps.photo_storage.serving import photo_response
from apps.portal_pages.photos import once_stored, told_alone
from apps.repairs.gallery import Gallery
from apps.repairs.photo_pages import as_a_page
from core.errors import NotFound
from core.models import User
from core.pages import person, press


class TaskPicturesForm(forms.Form):
    """Pictures of a task."""

    images = PhotosField(label="Pictures", help_text=f"Up to {MOST} at once.")

    def __init__(self, data: Any = None, files: Any = None, *, task: JobTask) -> None:
        super().__init__(data, files, auto_id=f"task-{task.pk}-%s")
        self.task = task


def add_pictures(
    request: HttpRequest, form: TaskPicturesForm, *, back: str, **to: Any
) -> HttpResponse:
    """Attach a valid form's pictures, written before the transaction; then go back."""
    photos, actor = form.cleaned_data["images"], person(request)
    told = "The picture is added." if len(photos) == 1 else f"{len(photos)} pictures are added."

    def attach() -> object:
        return attach_to_task(actor=actor, task_id=form.task.pk, photos=photos)

    return once_stored(
        request,
        photos,
        lambda: press(request, attach, success=told, back=back, **to),
        refused=partial(told_alone, request),
    )


def seen_attachment(user: User, attachment_id: int) -> TaskAttachment:
    """The picture with its task, if this person may see it, else 404."""
    visible = TaskAttachment.objects.visible_to(user)
    return get_object_or_404(visible.select_related("stored", "task"), pk=attachment_id)


@as_a_page
def task_picture(request: HttpRequest, attachment_id: int, variant: str) -> HttpResponseBase:
    """The bytes of a picture of a task."""
    attachment = seen_attachment(person(request), attachment_id)
    if variant not in Variant.values:
        raise NotFound
    return photo_response(attachment.stored, Variant(variant))


def gallery_of(task: JobTask, pictures: Iterable[TaskAttachment], *, url_name: str) -> Gallery:
    """The pictures of a task, in their order, as ``components/photo_gallery.html`` takes them.

    Args:
        task: What they are of.
        pictures: Read with ``stored``.
        url_name: The page that serves one, by its id and a variant.
    """
    numbered = enumerate(pictures, start=1)
    return Gallery(_line(task, each, number, url_name) for number, each in numbered)


def _line(task: JobTask, attachment: TaskAttachment, number: int, url_name: str) -> dict[str, Any]:
    def address(variant: Variant) -> str:
        return reverse(url_name, args=[attachment.pk, variant.value])

    return {
        "repair_id": task.pk,
        "kind": "",
        "url": address(Variant.FULL),
        "screen_url": address(Variant.SCREEN),
        "thumb_url": address(Variant.THUMB),
        "label": f"{task.title}, picture {number}",
        "at": attachment.added_at,
        "width": attachment.stored.width,
        "height": attachment.stored.height,
    }
