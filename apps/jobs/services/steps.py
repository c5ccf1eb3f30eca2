"""The steps that the writes of a job share."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.audit.recorder import Change, Snapshot, record, snapshot
from apps.jobs.followers import tell_followers
from apps.jobs.models import Equipment, Job, JobTask, JobTemplate
from apps.jobs.rules import may_plan
from apps.people.editing import CORRECT, found, locked
from apps.technicians.rules import technician_of
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.keys import is_printable
from core.models import Site, User
from core.shop import shop_today

LONGEST_REASON = 500


def seen_job(actor: User, job_id: int) -> Job:
    """The job, if this person may see it; not locked.

    Raises:
        NotFound.
    """
    return found(Job.objects.visible_to(actor), job_id)


def locked_job(actor: User, job_id: int) -> Job:
    """The job, locked, if this person may see it before and after waiting for the lock.

    Raises:
        NotFound.
    """
    return locked(Job.objects.visible_to(actor), job_id)


def locked_task(actor: User, task_id: int) -> tuple[Job, JobTask]:
    """A task, read behind the lock of its job, which guards all of them.

    Raises:
        NotFound: There is none that they may see, or it was removed meanwhile.
    """
    seen = found(JobTask.objects.visible_to(actor), task_id)
    job = locked_job(actor, seen.job_id)
    task = found(JobTask.objects.filter(job=job), task_id)
    task.job = job
    return job, task


def check_planner(actor: User, job: Job) -> None:
    """Refuse who only works on the job.

    Raises:
        Forbidden.
    """
    if not may_plan(actor, job.created_by_id):
        raise Forbidden("Only the office and who made the job change this.")


def check_version(instance: Job | JobTask | Equipment | JobTemplate, version: int | None) -> None:
    """Refuse a write that is based on an older version.

    Raises:
        PreconditionFailed.
    """
    if version is not None and version != instance.version:
        raise PreconditionFailed(extra={"version": instance.version})


def check_open(job: Job) -> None:
    """Refuse work on a closed job.

    Raises:
        Conflict: ``job_closed``.
    """
    if not job.is_open:
        detail = f"This job is {job.get_status_display().lower()}; reopen it first."
        raise Conflict(detail, code="job_closed", extra={"job": job.pk})


def checked_reason(reason: str) -> str:
    """The reason given.

    Raises:
        Invalid: There is none, or it is too long or not printable.
    """
    told = reason.strip()
    if not 1 <= len(told) <= LONGEST_REASON or not is_printable(" ".join(told.split())):
        message = f"Say why, in at most {LONGEST_REASON} printable characters."
        raise Invalid(message, errors={"reason": [message]})
    return told


def able_technician(user_id: int) -> User | None:
    """The person, locked, if work may be given to them; the first lock of all."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=user_id)
    user = rows.first()
    return user if user is not None and technician_of(user) is not None else None


def assignee(user_id: int | None) -> User | None:
    """Whom a job is given to, locked; nobody yet without an id.

    Raises:
        Invalid: ``technician_unknown``.
    """
    if user_id is None:
        return None
    user = able_technician(user_id)
    if user is None:
        message = "There is no such active technician."
        raise Invalid(message, code="technician_unknown", errors={"assigned_to": [message]})
    return user


def check_site(customer_id: int, site_id: int | None) -> None:
    """Refuse a place that is not one of the customer's in use.

    Raises:
        Invalid: ``site_unknown``.
    """
    sites = Site.objects.filter(customer_id=customer_id, is_active=True)
    if site_id is not None and not sites.filter(pk=site_id).exists():
        message = "This is no site of the customer."
        raise Invalid(message, code="site_unknown", errors={"site": [message]})


def check_date(day: dt.date | None) -> None:
    """Refuse a date that has passed, where the shop is.

    Raises:
        Invalid: ``date_passed``.
    """
    if day is not None and day < shop_today():
        message = "This date has passed."
        raise Invalid(message, code="date_passed", errors={"scheduled_date": [message]})


def usable_equipment(ids: Iterable[int], *, kept: Iterable[int] = ()) -> dict[int, Equipment]:
    """The items by id, locked in the order of their ids, so that none is deleted meanwhile.

    Args:
        ids: What is asked for.
        kept: What the task has already; of these, retired ones stay.

    Raises:
        NotFound: One is not there, or retired and new; ``extra`` tells the id.
    """
    wanted, kept = set(ids), set(kept)
    rows = Equipment.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    items = {item.pk: item for item in rows}
    for pk in sorted(wanted):
        if pk not in items or not (items[pk].is_active or pk in kept):
            raise NotFound(extra={"equipment": pk})
    return items


def no_such_equipment(fault: NotFound, field: str) -> Invalid:
    """The refusal of an item by the name of its field."""
    message = f"There is no equipment {fault.extra['equipment']} in use."
    return Invalid(CORRECT, code="equipment_unknown", errors={field: [message]})


def save_job(
    actor: User,
    job: Job,
    before: Snapshot,
    verb: str,
    *,
    note: str = "",
    changes: Sequence[Change] = (),
) -> None:
    """Save the next version and record the difference; without one, nothing is written."""
    if changes or snapshot(job) != before:
        job.version += 1
        job.save_moved()
        record(actor=actor, verb=verb, target=job, before=before, note=note, changes=[*changes])
        tell_followers(actor, job, before)


def touch(job: Job) -> None:
    """Let who keeps a copy of the job know that it is further."""
    job.save(update_fields=["updated_at"])


def told_tasks(tasks: Iterable[JobTask]) -> list[Mapping[str, Any]]:
    """Tasks as a refusal names them."""
    return [
        {"id": task.pk, "order": task.order, "title": task.title, "status": task.status}
        for task in tasks
    ]


def in_words(tasks: Iterable[JobTask]) -> str:
    """Tasks in a sentence."""
    return ", ".join(map(str, tasks))
