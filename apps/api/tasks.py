"""Tasks: the work itself, step by step."""

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.job_bodies import TaskEditBody
from apps.api.job_rows import task_rows, tell_tasks
from apps.api.job_shapes import TaskShape
from apps.api.jobs import on_day
from apps.api.serializers import StrictSerializer
from apps.jobs import services
from apps.jobs.enums import TaskStatus
from apps.jobs.models import JobTask
from apps.jobs.queries import Row
from apps.jobs.rules import may_plan
from core.errors import Forbidden

FILTERS: tuple[filters.Parameter, ...] = (
    filters.ordering("-id", "id", "-updated_at", "updated_at"),
    filters.by_choice("status", "status", TaskStatus, "Where it stands; may come often."),
    filters.by_id("job", "job", "Of this job."),
    filters.by_id("assigned_to", "job__assigned_to", "Of this user's jobs."),
    on_day("scheduled_date", "job__scheduled_date", "", "Of jobs of this day."),
    filters.updated_since(),
)


class TaskLists(ListView):
    """What every list of tasks shares."""

    parameters: ClassVar[Sequence[filters.Parameter]] = FILTERS
    read_serializer = TaskShape

    def rows(self) -> "QuerySet[JobTask, Row]":
        """Those of the jobs that this person sees."""
        return task_rows(JobTask.objects.visible_to(self.actor))

    def tell(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with what they need."""
        return tell_tasks(self.actor, rows)


class TaskList(TaskLists):
    """The tasks of the jobs that one sees."""

    parameters = (*FILTERS, filters.by_id("equipment", "equipment", "That need this item."))


class TaskDetail(ApiView):
    """One task."""

    def visible(self, pk: int) -> JobTask:
        """The task of this URL, if the caller may see it."""
        return self.find(JobTask.objects.visible_to(self.actor).select_related("job"), pk=pk)

    def check_planner(self, task: JobTask) -> None:
        """Refuse who only works on its job.

        Raises:
            Forbidden.
        """
        if not may_plan(self.actor, task.job.created_by_id):
            raise Forbidden("Only the office and who made the job change what is to be done.")

    def told(self, pk: int) -> Response:
        """The task as it stands now, with its version as ETag."""
        (row,) = tell_tasks(self.actor, task_rows(JobTask.objects.filter(pk=pk)))
        return Response(row, headers={"ETag": f'"{row["version"]}"'})

    @extend_schema(operation_id="tasks_retrieve", responses=TaskShape)
    def get(self, request: Request, pk: int) -> Response:
        """The task, with its version as ETag."""
        return self.told(self.visible(pk).pk)

    @extend_schema(
        operation_id="tasks_edit",
        request=TaskEditBody,
        responses=TaskShape,
        examples=[
            OpenApiExample("Done", value={"status": "completed"}, request_only=True),
            OpenApiExample("A note", value={"notes": "Gate 4 was shut"}, request_only=True),
        ],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Record progress and notes (If-Match optional); its planners also change what it is.

        409 `tasks_before_open` names what must be done first, 409 `job_closed` a job that is over.
        """
        task = self.visible(pk)
        values = self.body(TaskEditBody, partial=True)
        status = values.pop("status", "")
        is_planning = bool(values.keys() - {"notes"})
        if is_planning:
            self.check_planner(task)
        version = self.expected_version(required=is_planning)
        services.edit_task(
            actor=self.actor, task_id=pk, version=version, values=values, status=status
        )
        return self.told(pk)

    @extend_schema(operation_id="tasks_delete", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take out a task that nobody has begun; those behind it move up. Else 409 `task_begun`."""
        self.check_planner(self.visible(pk))
        self.body(StrictSerializer)
        version = self.expected_version(required=False)
        services.remove_task(actor=self.actor, task_id=pk, version=version)
        return Response(status=204)
