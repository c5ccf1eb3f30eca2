"""What jobs and tasks have in common: they move, and only services move them."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models

from core.clock import now

M = TypeVar("M", bound=models.Model)


class StatusWrittenError(TypeError):
    """Somebody wrote a status directly."""

    def __init__(self) -> None:
        super().__init__(
            "The status of a job or task is changed only by the use cases of apps.jobs.services "
            "(complete_job, reopen_job, edit_task, ...)."
        )


class Guarded(models.Model):
    """What moves: when, by whom, in which version.

    Refuses a direct write of ``status``; ``save_moved`` is the way around for services.
    """

    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored_status = self.__dict__.get("status")

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """Read again; what was read is no direct write."""
        super().refresh_from_db(using, fields, from_queryset)
        if fields is None or "status" in fields:
            self._stored_status = self.__dict__["status"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, unless its status was written directly."""
        if self._state.adding:
            self._stored_status = self.__dict__["status"]
        elif self.__dict__.get("status") != self._stored_status:
            raise StatusWrittenError
        super().save(*args, **kwargs)

    def save_moved(self) -> None:
        """Store the row with its new status; only ``apps.jobs.services`` calls this."""
        self._stored_status = self.__dict__["status"]
        self.save()


class GuardedQuerySet(models.QuerySet[M]):
    """Refuses bulk writes of ``status``."""

    def update(self, **kwargs: Any) -> int:
        """Refuse to write a status around the services."""
        if "status" in kwargs:
            raise StatusWrittenError
        return super().update(**kwargs)
