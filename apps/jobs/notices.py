"""Who is told what about a job: each message is written in the transaction of what it tells."""

from collections.abc import Iterable

from apps.jobs.models import Job
from apps.notifications.services import notify
from core.models import User


def tell_assigned(job: Job, actor: User, former: User | None = None) -> None:
    """Tell who has it now, and who had it before; nobody is told of what they did themselves."""
    if job.assigned_to is not None and job.assigned_to != actor:
        _tell("job_assigned", job, [job.assigned_to])
    tell_former(job, actor, former)


def tell_former(job: Job, actor: User, former: User | None) -> None:
    """Tell who had it that somebody else has it now."""
    if job.assigned_to is not None and former is not None and former != actor:
        _tell("job_reassigned", job, [former])


def tell_completed(job: Job, actor: User) -> None:
    """Tell who made the job that it is done."""
    if job.created_by != actor:
        _tell("job_completed", job, [job.created_by])


def tell_overdue(job: Job) -> None:
    """Tell who has it and who made it."""
    _tell("job_overdue", job, [job.created_by, *([job.assigned_to] if job.assigned_to else [])])


def _tell(kind: str, job: Job, recipients: Iterable[User]) -> None:
    fields = {
        "job_id": job.pk,
        "title": job.title,
        "customer": job.customer.name,
        "priority": job.get_priority_display(),
        "scheduled": str(job.scheduled_date or ""),
        "technician": str(job.assigned_to or ""),
    }
    key = f"{kind}:{job.pk}:{job.version}"
    notify(kind=kind, recipients=recipients, target=job, fields=fields, key=key)
