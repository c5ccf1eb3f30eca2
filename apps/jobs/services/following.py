"""What becomes of jobs when people go and customers merge; use cases above call this."""

from apps.audit.recorder import snapshot
from apps.jobs import notices
from apps.jobs.models import Job
from apps.jobs.services.steps import save_job
from core.models import Customer, User


def lock_jobs_of(user: User) -> list[Job]:
    """The open jobs of a person, locked in the order of their ids: behind repairs."""
    rows = Job.objects.open().filter(assigned_to=user)
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def lock_jobs_of_repair(repair_id: int) -> list[Job]:
    """The open jobs that a repair waits for, locked in the order of their ids."""
    rows = Job.objects.open().filter(repair=repair_id)
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def give_job(*, actor: User, job: Job, user: User) -> None:
    """Give a locked job to a locked technician for whom a visit was booked; who had it is told."""
    if job.assigned_to == user:
        return
    before, former = snapshot(job), job.assigned_to
    job.assigned_to = user
    save_job(actor, job, before, "job.edited")
    notices.tell_former(job, actor, former)


def unassign_jobs(*, actor: User, user: User, reason: str) -> list[Job]:
    """Take a person's open jobs from them; they wait in the office, begun ones as begun.

    Part of a running use case that has locked the person, so that nobody gives them another one.

    Returns:
        The jobs that nobody has now.
    """
    jobs = lock_jobs_of(user)
    for job in jobs:
        before = snapshot(job)
        job.assigned_to = None
        save_job(actor, job, before, "job.unassigned", note=reason)
    return jobs


def move_jobs(*, actor: User, customer: Customer, into: Customer) -> None:
    """Let the jobs of a merged customer be the other one's; part of the merge.

    Both customers are locked, their repairs and places moved already.
    """
    rows = Job.objects.filter(customer=customer).order_by("pk")
    for job in rows.select_for_update(no_key=True):
        before = snapshot(job)
        job.customer = into
        save_job(actor, job, before, "job.customer_merged")
