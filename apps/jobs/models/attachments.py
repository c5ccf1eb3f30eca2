"""Pictures of a task."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from apps.jobs.models.jobs import JobTask, seen_by
from apps.photo_storage.models import StoredPhoto
from core.clock import now
from core.models import User


class TaskAttachmentQuerySet(models.QuerySet["TaskAttachment"]):
    """Pictures of tasks by who sees them."""

    def visible_to(self, user: User) -> Self:
        """Those of the jobs that this person may see."""
        return self.filter(seen_by(user, "task__job__"))


class TaskAttachment(models.Model):
    """A stored picture of a task; the same picture is attached once."""

    task = models.ForeignKey(JobTask, on_delete=models.CASCADE, related_name="attachments")
    stored = models.OneToOneField(StoredPhoto, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=now, editable=False)

    objects = TaskAttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "sha256"], name="task_attachment_once"),
        ]

    def __str__(self) -> str:
        return f"Picture of {self.task}"
