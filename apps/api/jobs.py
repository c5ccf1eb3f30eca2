"""Jobs: made, found, edited, moved, put in order."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.job_bodies import (
    JobEditBody,
    NewJobBody,
    OrderBody,
    TaskRow,
    WhyBody,
    job_details,
)
from apps.api.job_rows import job_rows, task_rows, tell_jobs, tell_tasks, tell_whole
from apps.api.job_shapes import JobListed, JobShape, TaskShape
from apps.api.lists import whole_list, whole_list_of
from apps.api.repair_rows import who_reads
from apps.api.repairs import HISTORY, told_entry
from apps.api.serializers import StrictSerializer
from apps.jobs import services
from apps.jobs.enums import JobStatus, Priority
from apps.jobs.models import Job, JobTask
from apps.jobs.queries import Row, job_history
from apps.jobs.rules import may_plan
from apps.jobs.services import TaskDetails
from apps.security.enums import KeyScope
from core.compiled import compiled_rows
from core.errors import Forbidden
from core.keys import name_key
from core.models import Customer
from core.paging import Page, Pager
from core.shop import shop_today

TASKS = whole_list_of(TaskShape)
DESIGN = {"title": "Yard check", "customer": 1, "priority": "high", "scheduled_date": "2027-03-01"}
NEW_JOB = DESIGN | {"tasks": [{"title": "Measure"}, {"title": "Cut", "equipment": [1]}]}


def _person(text: str) -> int | None:
    return None if text == "none" else filters.whole(text)


def _given_to(pk: int | None) -> Q:
    return Q(assigned_to=pk) if pk else Q(assigned_to=None)


def _is_overdue(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    late = Q(pk__in=Job.objects.overdue(shop_today()).values("pk"))
    return late if wanted else ~late


def on_day(name: str, column: str, lookup: str, description: str) -> filters.Parameter:
    """Rows by a calendar day of theirs."""

    def wanted(day: dt.date) -> Q:
        return Q(**{f"{column}{lookup}": day})

    return filters.Parameter(name, filters.day, wanted, filters.DAY, description)


def _begins_with(text: str) -> Q:
    customers = Customer.objects.filter(name_key__startswith=name_key(text))
    return Q(customer__in=customers.values("pk"))


class JobView(ApiView):
    """One job and what is done with it."""

    def visible(self, pk: int) -> Job:
        """The job of this URL, if the caller may see it."""
        return self.find(Job.objects.visible_to(self.actor), pk=pk)

    def planned(self, pk: int) -> Job:
        """The job, if the caller plans it: first whether they see it.

        Raises:
            NotFound, Forbidden.
        """
        job = self.visible(pk)
        if not may_plan(self.actor, job.created_by_id):
            raise Forbidden("Only the office and who made the job change this.")
        return job

    def told(self, pk: int, *, status: int = 200) -> Response:
        """The job as it stands now, with its version as ETag."""
        row = tell_whole(self.actor, pk)
        headers = {"ETag": f'"{row["version"]}"'}
        if status == 201:  # noqa: PLR2004 - Created
            headers["Location"] = reverse("api:job-detail", args=[pk])
        return Response(row, status=status, headers=headers)

    def told_tasks(self, pk: int) -> Response:
        """The tasks of the job in their order."""
        rows = task_rows(JobTask.objects.filter(job=pk).order_by("order"))
        return whole_list(tell_tasks(self.actor, rows))


class JobList(ListView, JobView):
    """The jobs that one sees: technicians those given to them, sales agents those they made."""

    parameters = (
        filters.ordering(
            *("-id", "id", "-priority", "priority", "scheduled_date", "-scheduled_date"),
            *("-updated_at", "updated_at"),
        ),
        filters.by_choice("status", "status", JobStatus, "Where it stands; may come often."),
        filters.by_choice("priority", "priority", Priority, "How much it presses."),
        filters.Parameter(
            "assigned_to",
            _person,
            _given_to,
            {"type": "string", "pattern": "^(none|[1-9][0-9]{0,17})$"},
            "Whose work it is: a user's id, or “none” for nobody's.",
        ),
        filters.by_id("customer", "customer", "Of this customer."),
        filters.by_id("created_by", "created_by", "Made by this user."),
        filters.by_id("repair", "repair", "That this repair waits for."),
        on_day("scheduled_date", "scheduled_date", "", "On this day."),
        on_day("scheduled_from", "scheduled_date", "__gte", "On this day or later."),
        on_day("scheduled_to", "scheduled_date", "__lte", "On this day or earlier."),
        filters.by_flag("overdue", _is_overdue, "Whether open past its date."),
        filters.search(_begins_with, "Customer's name begins so."),
        filters.updated_since(),
    )
    columns = {"priority": "priority_rank", "scheduled_date": "sort_date"}
    read_serializer = JobListed
    key_scopes = {"POST": KeyScope.REQUEST}

    def rows(self) -> "QuerySet[Job, Row]":
        """What this person may see, as rows."""
        return job_rows(Job.objects.visible_to(self.actor), *self._columns())

    def page(self, **asked: Any) -> Page[Row]:
        """The page; its statement is kept, but not one that begins behind a calendar day."""
        pager = Pager(Job, **asked)
        if any(type(each) is dt.date for each in pager.position):
            return super().page(**asked)
        today = shop_today() if "overdue" in self.given else None
        key = ("jobs", *who_reads(self.actor), today, asked["binding"], *pager.shape)

        def cut(*position: Any) -> "QuerySet[Job, Row]":
            return pager.cut(self.filtered(), position)

        return pager.page(compiled_rows(key, cut, pager.position))

    def tell(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with what follows from them."""
        return tell_jobs(self.actor, rows)

    @extend_schema(
        operation_id="jobs_create",
        request=NewJobBody,
        responses={201: JobShape},
        examples=[OpenApiExample("Two tasks in order", value=NEW_JOB, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Make a job with all its tasks; what is wrong with one is named `tasks.1.equipment`."""
        body = self.body(NewJobBody)
        job = services.create_job(
            actor=self.actor, customer_id=body["customer"], details=job_details(body)
        )
        return self.told(job.pk, status=201)


class JobDetail(JobView):
    """One job."""

    @extend_schema(operation_id="jobs_retrieve", responses=JobShape)
    def get(self, request: Request, pk: int) -> Response:
        """The job with its tasks, with its version as ETag."""
        return self.told(self.visible(pk).pk)

    @extend_schema(operation_id="jobs_update", request=JobEditBody, responses=JobShape)
    def put(self, request: Request, pk: int) -> Response:
        """Replace all that may be changed; a status that differs is a move.

        409 `open_tasks` names the tasks that hold up completion.
        """
        return self._change(pk, partial=False)

    @extend_schema(
        operation_id="jobs_edit",
        request=JobEditBody,
        responses=JobShape,
        examples=[
            OpenApiExample("Another day", value={"scheduled_date": "2027-03-02"}, request_only=True)
        ],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change some fields; the status alone, as technicians send it, wants no If-Match.

        409 `open_tasks` names the tasks that hold up completion.
        """
        return self._change(pk, partial=True)

    def _change(self, pk: int, *, partial: bool) -> Response:
        job = self.visible(pk)
        values = self.body(JobEditBody, partial=partial)
        status, reason = values.pop("status", ""), values.pop("reason", "")
        if values and not may_plan(self.actor, job.created_by_id):
            raise Forbidden("Only the office and who made the job change this.")
        services.change_job(
            actor=self.actor,
            job_id=pk,
            version=self.expected_version(required=bool(values)),
            values=values,
            status=status,
            reason=reason,
        )
        return self.told(pk)

    @extend_schema(operation_id="jobs_delete", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a job that nobody has begun; its history stays. Else 409 `job_begun`."""
        self.planned(pk)
        self.body(StrictSerializer)
        version = self.expected_version(required=False)
        services.delete_job(actor=self.actor, job_id=pk, version=version)
        return Response(status=204)


class JobComplete(JobView):
    """A job ends."""

    @extend_schema(operation_id="jobs_complete", request=None, responses=JobShape)
    def post(self, request: Request, pk: int) -> Response:
        """Finish it. 409 `open_tasks` with `open_tasks`; 409 `no_tasks` where it has none."""
        self.visible(pk)
        self.body(StrictSerializer)
        version = self.expected_version(required=False)
        services.complete_job(actor=self.actor, job_id=pk, version=version)
        return self.told(pk)


class JobCancel(JobView):
    """A job is called off."""

    @extend_schema(operation_id="jobs_cancel", request=WhyBody, responses=JobShape)
    def post(self, request: Request, pk: int) -> Response:
        """Call it off; its tasks stay as they are."""
        self.planned(pk)
        reason, version = self.body(WhyBody)["reason"], self.expected_version(required=False)
        services.cancel_job(actor=self.actor, job_id=pk, reason=reason, version=version)
        return self.told(pk)


class JobReopen(JobView):
    """A closed job opens again."""

    @extend_schema(operation_id="jobs_reopen", request=WhyBody, responses=JobShape)
    def post(self, request: Request, pk: int) -> Response:
        """Open it again; 409 `repair_completed` where the repair that waited is finished."""
        self.planned(pk)
        reason, version = self.body(WhyBody)["reason"], self.expected_version(required=False)
        services.reopen_job(actor=self.actor, job_id=pk, reason=reason, version=version)
        return self.told(pk)


class JobTasks(JobView):
    """The tasks of a job."""

    @extend_schema(operation_id="jobs_tasks_list", responses=TASKS)
    def get(self, request: Request, pk: int) -> Response:
        """In their order."""
        return self.told_tasks(self.visible(pk).pk)

    @extend_schema(
        operation_id="jobs_tasks_create",
        request=TaskRow,
        responses={201: TaskShape},
        examples=[OpenApiExample("A task", value={"title": "Sweep up"}, request_only=True)],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Put one behind the others of an open job."""
        self.planned(pk)
        details = TaskDetails(**self.body(TaskRow))
        version = self.expected_version(required=False)
        task = services.add_task(actor=self.actor, job_id=pk, details=details, version=version)
        (told,) = tell_tasks(self.actor, task_rows(JobTask.objects.filter(pk=task.pk)))
        headers = {
            "ETag": f'"{task.version}"',
            "Location": reverse("api:task-detail", args=[task.pk]),
        }
        return Response(told, status=201, headers=headers)


class JobTaskOrder(JobView):
    """The order of a job's tasks."""

    @extend_schema(operation_id="jobs_tasks_order", request=OrderBody, responses=TASKS)
    def put(self, request: Request, pk: int) -> Response:
        """Name each task of the job exactly once; all or nothing. If-Match is optional."""
        self.planned(pk)
        ids = self.body(OrderBody)["tasks"]
        version = self.expected_version(required=False)
        services.reorder_tasks(actor=self.actor, job_id=pk, task_ids=ids, version=version)
        return self.told_tasks(pk)


class JobHistory(JobView):
    """What happened to a job."""

    @extend_schema(operation_id="jobs_history", responses=HISTORY)
    def get(self, request: Request, pk: int) -> Response:
        """Entries of the job and its tasks, removed ones too, oldest first."""
        entries = job_history(self.visible(pk))
        return whole_list([told_entry(entry, is_internal=True) for entry in entries])
