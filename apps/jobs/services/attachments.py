"""Pictures are attached to tasks, and taken away again."""

from collections.abc import Sequence

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.models import JobTask, TaskAttachment
from apps.jobs.rules import may_remove_attachment
from apps.jobs.services.steps import locked_task, touch
from apps.people.editing import found
from apps.photo_storage.services import PreparedPhoto, forget_photo, keep_photo
from core.errors import Conflict, Forbidden
from core.models import User

MOST_ATTACHMENTS = 50


@use_case
def attach_to_task(
    *, actor: User, task_id: int, photos: Sequence[PreparedPhoto]
) -> list[TaskAttachment]:
    """Attach pictures, decoded and staged before, all of them or none.

    Whoever sees the job may: its technician, who made it, the office; also when it is over. It
    makes no new version. A picture that is there already stays the one it is.

    Raises:
        NotFound.
        Conflict: ``too_many_attachments``.
    """
    job, task = locked_task(actor, task_id)
    attached = [_attach(actor, task, photo) for photo in photos]
    if task.attachments.count() > MOST_ATTACHMENTS:
        detail = f"A task has at most {MOST_ATTACHMENTS} pictures."
        raise Conflict(detail, code="too_many_attachments")
    touch(job)
    return attached


def _attach(actor: User, task: JobTask, photo: PreparedPhoto) -> TaskAttachment:
    known = task.attachments.filter(sha256=photo.sha256).select_related("stored").first()
    if known is not None:
        return known
    stored = keep_photo(prepared=photo, uploaded_by=actor)
    attachment = TaskAttachment.objects.create(
        task=task, stored=stored, sha256=photo.sha256, added_by=actor
    )
    told = [change("attachment", None, str(stored))]
    before = snapshot(task)
    record(actor=actor, verb="task.picture_added", target=task, before=before, changes=told)
    return attachment


@use_case
def remove_attachment(*, actor: User, attachment_id: int) -> None:
    """Take a picture of a task away, its files too.

    Raises:
        NotFound.
        Forbidden: Neither who attached it nor the office.
    """
    seen = found(TaskAttachment.objects.visible_to(actor), attachment_id)
    job, task = locked_task(actor, seen.task_id)
    attachment = found(task.attachments.select_related("stored"), attachment_id)
    if not may_remove_attachment(actor, attachment.added_by_id):
        raise Forbidden("Only the office and who attached a picture take it away.")
    told = [change("attachment", str(attachment.stored), None)]
    before = snapshot(task)
    record(actor=actor, verb="task.picture_removed", target=task, before=before, changes=told)
    attachment.delete()
    forget_photo(attachment.stored)
    touch(job)


def forget_pictures(tasks: Sequence[JobTask]) -> None:
    """Let the pictures of tasks that are about to be deleted go with them."""
    for attachment in TaskAttachment.objects.filter(task__in=tasks).select_related("stored"):
        attachment.delete()
        forget_photo(attachment.stored)
