"""Pictures of tasks; their bytes are behind the same signed addresses as those of repairs."""

from dataclasses import dataclass

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.job_bodies import AttachmentBody
from apps.api.job_shapes import AttachmentShape
from apps.api.lists import whole_list, whole_list_of
from apps.api.photos import WithPicture, address_of
from apps.api.serializers import StrictSerializer
from apps.jobs.models import JobTask, TaskAttachment
from apps.jobs.queries import Row
from apps.jobs.rules import may_remove_attachment
from apps.jobs.services import attach_to_task, remove_attachment
from apps.photo_storage.enums import Variant
from apps.photo_storage.services import PreparedPhoto, prepare_photo
from core.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as it was sent, decoded."""

    photo: PreparedPhoto


class TaskAttachments(WithPicture):
    """The pictures of a task."""

    def seen_task(self, pk: int) -> JobTask:
        """The task of this URL, if the caller may see it."""
        return self.find(JobTask.objects.visible_to(self.actor), pk=pk)

    @extend_schema(operation_id="tasks_attachments", responses=whole_list_of(AttachmentShape))
    def get(self, request: Request, pk: int) -> Response:
        """Its pictures, oldest first."""
        attachments = self.seen_task(pk).attachments.select_related("stored", "added_by")
        return whole_list([self._told(each) for each in attachments.order_by("pk")])

    @extend_schema(
        operation_id="tasks_attachments_create",
        request={"multipart/form-data": AttachmentBody},
        responses={201: AttachmentShape},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Attach a picture; it is turned upright and freed of all metadata; no other files.

        Whoever sees the job may. The same picture again is the same attachment.
        """
        return self.decoded(pk)

    def read(self, pk: int) -> Sent:
        """The picture."""
        self.seen_task(pk)
        return Sent(prepare_photo(upload=self.body(AttachmentBody)["image"]))

    def carry_out(self, pk: int, sent: Sent) -> Response:
        """Attach it."""
        (made,) = attach_to_task(actor=self.actor, task_id=pk, photos=[sent.photo])
        return Response(self._told(made), status=201)

    def _told(self, attachment: TaskAttachment) -> Row:
        stored = attachment.stored
        return {
            "id": attachment.pk,
            "task": attachment.task_id,
            "sha256": attachment.sha256,
            "width": stored.width,
            "height": stored.height,
            "added_by": attachment.added_by_id,
            "added_by_name": str(attachment.added_by or ""),
            "added_at": attachment.added_at,
            "url": address_of(self, stored.pk, Variant.FULL),
            "screen_url": address_of(self, stored.pk, Variant.SCREEN),
            "thumb_url": address_of(self, stored.pk, Variant.THUMB),
        }


class AttachmentDetail(ApiView):
    """One picture of a task."""

    @extend_schema(operation_id="attachments_delete", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take it away: who attached it, and the office."""
        attachment = self.find(TaskAttachment.objects.visible_to(self.actor), pk=pk)
        if not may_remove_attachment(self.actor, attachment.added_by_id):
            raise Forbidden("Only the office and who attached a picture take it away.")
        self.body(StrictSerializer)
        remove_attachment(actor=self.actor, attachment_id=pk)
        return Response(status=204)
