"""The page of one job and that of one task, with the forms that stand on them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.jobs.enums import JobStatus
from apps.jobs.models import Job, JobTask
from apps.jobs.queries import shown_jobs
from apps.office_portal.forms.jobs import JobMoveForm, NewTaskForm, equipment_choices
from apps.office_portal.job_data import job_page
from core.models import User
from core.pages import REFUSED, person
from core.shop import today_here

EXPLAINED_MOVES = (JobStatus.CANCELLED, JobStatus.PENDING)
# A closed job is opened again by this wish; where it goes then follows from its tasks.
REOPEN = JobStatus.PENDING


def seen_job(user: User, job_id: int) -> Job:
    """The job, if this person may see it, else 404."""
    rows = shown_jobs(user, today_here())
    rows = rows.select_related("created_by", "repair", "assigned_to__technician")
    return get_object_or_404(rows, pk=job_id)


def seen_task(user: User, task_id: int) -> JobTask:
    """The task with its job, if this person may see it, else 404."""
    rows = JobTask.objects.visible_to(user).select_related("job__customer")
    return get_object_or_404(rows, pk=task_id)


def show_job(
    request: HttpRequest, job_id: int, *, refused: forms.Form | None = None
) -> HttpResponse:
    """Answer with the page; a refused form stands on it as it was sent."""
    user = person(request)
    job = seen_job(user, job_id)
    context = job_page(user, job) | {"refused": refused}
    context |= _forms(refused, may_add=context["is_planner"] and job.is_open)
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/job.html", context, status=status)


def _forms(refused: forms.Form | None, *, may_add: bool) -> dict[str, Any]:
    moves = {status.value: JobMoveForm(status=status) for status in EXPLAINED_MOVES}
    if isinstance(refused, JobMoveForm):
        moves[refused["status"].value()] = refused
    for status in EXPLAINED_MOVES:
        # Only marked so: which move has to be explained, the use case knows.
        moves[status].fields["reason"].required = True
    new_task: forms.Form | None = refused if isinstance(refused, NewTaskForm) else None
    if may_add and new_task is None:
        new_task = NewTaskForm(equipment=equipment_choices())
    return {"cancel_form": moves[JobStatus.CANCELLED], "reopen_form": moves[REOPEN]} | {
        "new_task": new_task
    }
