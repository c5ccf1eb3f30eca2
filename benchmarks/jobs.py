"""A thousand jobs with six thousand links to equipment, beside the repairs of the million."""

import datetime as dt
import itertools

from django.db.models import QuerySet

from apps.jobs.enums import RANKS, JobStatus, TaskStatus
from apps.jobs.models import NO_DATE, Equipment, Job, JobTask
from core.clock import now
from core.models import Customer, User
from core.shop import shop_today

JOBS, TASKS, ITEMS, LINKS = 1000, 3, 200, 2
TECHNICIANS = 20
STATUSES = (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.COMPLETED)
LATE, SPAN, UNDATED = 3, 14, 7


def fill(admin: User) -> None:
    """Make them, once; a third is done, a third begun, from three days ago to ten ahead."""
    if Job.objects.exists():
        return
    items = Equipment.objects.bulk_create(
        Equipment(name=f"Item {n}", serial_number=f"S-{n}", serial_number_key=f"s-{n}")
        for n in range(ITEMS)
    )
    jobs = Job.objects.bulk_create(_jobs(admin))
    tasks = JobTask.objects.bulk_create(_task(job, order) for job in jobs for order in _orders())
    links = JobTask.equipment.through
    round_robin = itertools.cycle(items)
    links.objects.bulk_create(
        links(jobtask_id=task.pk, equipment_id=next(round_robin).pk)
        for task in tasks
        for _ in range(LINKS)
    )
    # Completed with their tasks, as the trigger wants it; past the guard of direct writes.
    done = [job.pk for job in jobs if _status(job) == JobStatus.COMPLETED]
    QuerySet(Job).filter(pk__in=done).update(status=JobStatus.COMPLETED, completed_at=now())


def _jobs(admin: User) -> list[Job]:
    customers = itertools.cycle(Customer.objects.order_by("pk")[:50])
    technicians = itertools.cycle(
        User.objects.filter(technician__isnull=False).order_by("pk")[:TECHNICIANS]
    )
    priorities, first = itertools.cycle(RANKS), shop_today() - dt.timedelta(days=LATE)
    return [
        _job(
            number,
            customer=next(customers),
            created_by=admin,
            assigned_to=next(technicians),
            priority=next(priorities),
            scheduled_date=first + dt.timedelta(days=number % SPAN) if number % UNDATED else None,
        )
        for number in range(JOBS)
    ]


def _job(number: int, **about: object) -> Job:
    job = Job(title=f"Job {number}", description="As agreed on the phone.", **about)
    job.priority_rank = RANKS[job.priority]
    job.sort_date = job.scheduled_date or NO_DATE
    # Told apart by the title: every technician has some of each.
    if _status(job) != JobStatus.PENDING:
        job.status, job.started_at = JobStatus.IN_PROGRESS, now()
    return job


def _status(job: Job) -> str:
    return STATUSES[int(job.title.split()[1]) // TECHNICIANS % len(STATUSES)]


def _orders() -> range:
    return range(1, TASKS + 1)


def _task(job: Job, order: int) -> JobTask:
    task = JobTask(job=job, order=order, title=f"Step {order}", notes="Mind the gate.")
    status = _status(job)
    if status == JobStatus.COMPLETED or (status == JobStatus.IN_PROGRESS and order == 1):
        task.status, task.started_at, task.completed_at = TaskStatus.COMPLETED, now(), now()
    return task
