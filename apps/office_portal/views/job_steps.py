"""What the office does with one job and its tasks; a refusal shows the form again as it was."""

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.jobs import services
from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask
from apps.office_portal.forms.jobs import (
    JobEditForm,
    JobMoveForm,
    NewTaskForm,
    TaskEditForm,
    TaskMoveForm,
    equipment_choices,
)
from apps.office_portal.job_data import task_page
from apps.office_portal.views.job_page import REOPEN, seen_job, seen_task, show_job
from apps.portal_pages.task_pictures import TaskPicturesForm, add_pictures
from core.models import User
from core.pages import (
    REFUSED,
    attempt,
    button_form,
    person,
    press,
    see_other,
    sent_once,
    version_from,
    whole_number,
)

TOLD = {
    JobStatus.IN_PROGRESS: "The job is started.",
    JobStatus.COMPLETED: "The job is completed.",
    JobStatus.CANCELLED: "The job is cancelled.",
    REOPEN: "The job is open again.",
}


def office_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job."""
    return show_job(request, job_id)


@sent_once
def office_job_move(request: HttpRequest, job_id: int) -> HttpResponse:
    """Start it, complete it, call it off, open it again."""
    user, form = person(request), JobMoveForm(request.POST, status=request.POST.get("status", ""))
    if not form.is_valid():
        return show_job(request, job_id, refused=form)
    target, version = JobStatus(form.cleaned_data["status"]), version_from(request)
    return _step(
        request, job_id, form, lambda: _move(user, job_id, form, version), success=TOLD[target]
    )


def _move(user: User, job_id: int, form: forms.Form, version: int | None) -> Job:
    target, reason = form.cleaned_data["status"], form.cleaned_data["reason"]
    if target == REOPEN:
        return services.reopen_job(actor=user, job_id=job_id, reason=reason, version=version)
    return services.move_job(
        actor=user, job_id=job_id, target=target, reason=reason, version=version
    )


@sent_once
def office_job_edit(request: HttpRequest, job_id: int) -> HttpResponse:
    """Change what it is, and when it is done by whom."""
    user = person(request)
    job = seen_job(user, job_id)
    form = JobEditForm(request.POST if request.method == "POST" else None, job=job)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: services.edit_job(
                actor=user, job_id=job_id, version=version_from(request), values=form.values()
            ),
        )
        if saved is not None:
            messages.success(request, f"“{saved.title}” is saved.")
            return see_other("office_job", job_id=job_id)
    status = REFUSED if form.errors else 200
    context = {"form": form, "job": job}
    return render(request, "office_portal/job_edit.html", context, status=status)


@sent_once
def office_job_delete(request: HttpRequest, job_id: int) -> HttpResponse:
    """Delete it while nobody has begun."""
    user, form = person(request), button_form(request)
    job = seen_job(user, job_id)

    def delete() -> bool:
        services.delete_job(actor=user, job_id=job_id, version=version_from(request))
        return True

    if attempt(form, delete) is None:
        return show_job(request, job_id, refused=form)
    messages.success(request, f"“{job.title}” is deleted; its history stays.")
    return see_other("office_jobs")


@sent_once
def office_job_task_new(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put a task behind the others."""
    user, form = person(request), NewTaskForm(request.POST, equipment=equipment_choices())
    if not form.is_valid():
        return show_job(request, job_id, refused=form)
    return _step(
        request,
        job_id,
        form,
        lambda: services.add_task(
            actor=user, job_id=job_id, details=form.details(), version=version_from(request)
        ),
        success=f"“{form.cleaned_data['title']}” is added.",
    )


@sent_once
def office_job_order(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put the tasks into the order that is sent, or one of them a place up or down."""
    user, form = person(request), button_form(request)
    ids = _order(request)
    return _step(
        request,
        job_id,
        form,
        lambda: services.reorder_tasks(
            actor=user, job_id=job_id, task_ids=ids, version=version_from(request)
        ),
        success="The order is saved.",
    )


def _order(request: HttpRequest) -> Sequence[int]:
    """Each task by its number; what is no number is none of the job's."""
    ids = [whole_number(text) or 0 for text in request.POST.getlist("task")]
    for button, distance in (("up", -1), ("down", 1)):
        pressed = whole_number(request.POST.get(button, ""))
        if pressed in ids:
            place = ids.index(pressed)
            ids.insert(min(max(place + distance, 0), len(ids)), ids.pop(place))
    return ids


@sent_once
def office_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: what it is, what it needs, the notes."""
    user = person(request)
    task = seen_task(user, task_id)
    form = TaskEditForm(request.POST if request.method == "POST" else None, task=task)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: services.edit_task(
                actor=user,
                task_id=task_id,
                version=version_from(request),
                values=form.cleaned_data,
            ),
        )
        if saved is not None:
            messages.success(request, f"“{saved.title}” is saved.")
            return see_other("office_job", job_id=task.job_id)
    status = REFUSED if form.errors else 200
    return _show_task(request, task, status, form=form)


def office_task_pictures(request: HttpRequest, task_id: int) -> HttpResponse:
    """Attach pictures to a task."""
    task = seen_task(person(request), task_id)
    form = TaskPicturesForm(request.POST, request.FILES, task=task)
    if form.is_valid():
        return add_pictures(request, form, back="office_task", task_id=task_id)
    return _show_task(request, task, REFUSED, pictures=form)


def _show_task(
    request: HttpRequest,
    task: JobTask,
    status: int,
    *,
    form: TaskEditForm | None = None,
    pictures: TaskPicturesForm | None = None,
) -> HttpResponse:
    context = task_page(person(request), task.job, task)
    context["form"] = form or TaskEditForm(task=task)
    context["picture_form"] = pictures or TaskPicturesForm(task=task)
    return render(request, "office_portal/task.html", context, status=status)


@sent_once
def office_task_move(request: HttpRequest, task_id: int) -> HttpResponse:
    """Start it, complete it, put it back, cancel it."""
    user, form = person(request), TaskMoveForm(request.POST)
    task = seen_task(user, task_id)
    if not form.is_valid():
        return show_job(request, task.job_id, refused=form)
    status = TaskStatus(form.cleaned_data["status"])
    return _step(
        request,
        task.job_id,
        form,
        lambda: services.edit_task(
            actor=user, task_id=task_id, version=version_from(request), status=status
        ),
        success=f"“{task.title}”: {status.label.lower()}.",
    )


@sent_once
def office_task_remove(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take it out of the job while nobody has begun it."""
    user = person(request)
    task = seen_task(user, task_id)
    return press(
        request,
        lambda: services.remove_task(actor=user, task_id=task_id, version=version_from(request)),
        success=f"“{task.title}” is taken out.",
        back="office_job",
        job_id=task.job_id,
    )


def _step(
    request: HttpRequest,
    job_id: int,
    form: forms.Form,
    action: Callable[[], object],
    *,
    success: str,
) -> HttpResponse:
    """Run a valid form's use case, then back to the job; refused, the form is shown again."""
    if attempt(form, action) is None:
        return show_job(request, job_id, refused=form)
    messages.success(request, success)
    return see_other("office_job", job_id=job_id)
