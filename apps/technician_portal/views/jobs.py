"""My day, and a job as a checklist: each task started and finished in one tap."""

from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from apps.jobs import services
from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.models import JobTask
from apps.portal_pages.task_pictures import (
    TaskPicturesForm,
    add_pictures,
    seen_attachment,
    task_picture,
)
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.forms import TaskNotesForm
from apps.technician_portal.job_data import day_page, job_page, jobs_to_show
from core.pages import attempt, person, press, see_other, sent_once, version_from

F = TypeVar("F", TaskNotesForm, TaskPicturesForm)
TOLD = {
    TaskStatus.IN_PROGRESS: "Started: {title}.",
    TaskStatus.COMPLETED: "Done: {title}.",
    TaskStatus.PENDING: "Put back: {title}.",
}


@technician_required
def technician_day(request: HttpRequest) -> HttpResponse:
    """What is overdue, today's, the next days', and what has no day."""
    return render(request, "technician_portal/day.html", day_page(person(request)))


@technician_required
def technician_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job."""
    return _show(request, job_id)


@technician_required
@sent_once
def technician_job_finish(request: HttpRequest, job_id: int) -> HttpResponse:
    """Finish a job whose tasks are done."""
    job = get_object_or_404(jobs_to_show(person(request)), pk=job_id)
    return press(
        request,
        lambda: services.move_job(
            actor=person(request),
            job_id=job_id,
            target=JobStatus.COMPLETED,
            version=version_from(request),
        ),
        success=f"Finished: {job.title}.",
        back="technician_job",
        job_id=job_id,
    )


@technician_required
@sent_once
def technician_task_move(request: HttpRequest, task_id: int) -> HttpResponse:
    """Start a task, finish it, or put it back."""
    task = find_task(request, task_id)
    target = request.POST.get("status", "")
    if target not in TOLD:
        raise Http404
    return press(
        request,
        lambda: services.edit_task(
            actor=person(request),
            task_id=task_id,
            status=target,
            version=version_from(request),
        ),
        success=TOLD[TaskStatus(target)].format(title=task.title),
        back="technician_job",
        job_id=task.job_id,
    )


@technician_required
@sent_once
def technician_task_notes(request: HttpRequest, task_id: int) -> HttpResponse:
    """Change the notes of a task."""
    task = find_task(request, task_id)
    form = TaskNotesForm(request.POST, task=task)
    if form.is_valid():
        saved = attempt(
            form,
            lambda: services.edit_task(
                actor=person(request), task_id=task_id, values=form.cleaned_data
            ),
        )
        if saved is not None:
            messages.success(request, "The note is saved.")
            return see_other("technician_job", job_id=task.job_id)
    return _show(request, task.job_id, notes=form)


@technician_required
def technician_task_pictures(request: HttpRequest, task_id: int) -> HttpResponse:
    """Attach pictures to a task."""
    task = find_task(request, task_id)
    form = TaskPicturesForm(request.POST, request.FILES, task=task)
    if not form.is_valid():
        return _show(request, task.job_id, pictures=form)
    return add_pictures(request, form, back="technician_job", job_id=task.job_id)


@technician_required
@sent_once
def technician_task_picture_remove(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Take a picture of a task away."""
    attachment = seen_attachment(person(request), attachment_id)
    return press(
        request,
        lambda: services.remove_attachment(actor=person(request), attachment_id=attachment_id),
        success="The picture is taken away.",
        back="technician_job",
        job_id=attachment.task.job_id,
    )


@technician_required
def technician_task_picture(
    request: HttpRequest, attachment_id: int, variant: str
) -> HttpResponseBase:
    """The bytes of a picture of a task."""
    return task_picture(request, attachment_id, variant)


def find_task(request: HttpRequest, task_id: int) -> JobTask:
    """The task, if this person may see it; 404 otherwise."""
    return get_object_or_404(JobTask.objects.visible_to(person(request)), pk=task_id)


def _show(
    request: HttpRequest,
    job_id: int,
    *,
    notes: TaskNotesForm | None = None,
    pictures: TaskPicturesForm | None = None,
) -> HttpResponse:
    user = person(request)
    context = job_page(user, get_object_or_404(jobs_to_show(user), pk=job_id))
    context["forms"] = [
        (
            line,
            _form(TaskNotesForm, line.task, notes),
            _form(TaskPicturesForm, line.task, pictures),
        )
        for line in context["lines"]
    ]
    context["refused"] = notes or pictures
    return render(request, "technician_portal/job.html", context)


def _form(make: type[F], task: JobTask, tried: F | None) -> F:
    """The form of this task, the refused one as it was filled in."""
    return tried if tried is not None and tried.task == task else make(task=task)
