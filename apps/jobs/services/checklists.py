"""The checklist of a repair: made as it is approved, where it is, ended with it.

Parts of running use cases of ``queue_management``, which hold the repair's row; so nobody else
makes, gives or ends its checklist meanwhile.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, QuerySet

from apps.audit.recorder import snapshot
from apps.jobs.enums import JobStatus
from apps.jobs.models import Equipment, Job, JobTask, JobTemplate
from apps.jobs.services.details import TaskDetails, checked
from apps.jobs.services.jobs import store_job
from apps.jobs.services.steps import save_job
from apps.jobs.services.templates import tasks_of
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.models import User
from core.shop import shop_today


def lock_checklists(repair_ids: Iterable[int]) -> None:
    """Lock the open checklists of these repairs in the order of their ids, before counters."""
    jobs = Job.objects.open().filter(follows_repair=True, repair__in=list(repair_ids))
    list(jobs.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def make_checklist(*, actor: User, repair: Repair) -> None:
    """Make the job of an approved repair out of the template for its damage, if there is one.

    Once: a repair has one checklist from its approval to its end. The job is the shop's own, so
    that nobody of the customer is its maker, and nobody is told of it beside the repair. What
    it needs is locked here, after the counters of technicians.
    """
    template = _wanted(repair)
    if template is None:
        return
    job = Job(
        title=f"{template.name}: unit {repair.unit_number}",
        description=template.description,
        priority=template.priority,
        customer=repair.customer,
        site_id=repair.site_id,
        repair=repair,
        template=template,
        follows_repair=True,
        created_by=User.objects.system(),
        assigned_to=holder_of(repair),
        scheduled_date=_day_of(repair),
    )
    details = tasks_of(template.pk)
    tasks = [checked(JobTask(job=job), each) for each in details]
    store_job(actor, job, tasks, _equipment_in_use(details))


def _wanted(repair: Repair) -> JobTemplate | None:
    present = Job.objects.filter(repair=repair.pk, follows_repair=True)
    fitting = JobTemplate.objects.filter(~Exists(present), is_active=True)
    return fitting.filter(damage_type=repair.damage_type).first()


def _day_of(repair: Repair) -> dt.date | None:
    day = repair.preferred_date
    return day if day is not None and day >= shop_today() else None


def _equipment_in_use(details: Iterable[TaskDetails]) -> list[list[Equipment]]:
    """What the tasks need; retired or deleted a moment ago, it holds no approval up."""
    rows = [list(each.equipment) for each in details]
    wanted = {pk for row in rows for pk in row}
    if not wanted:
        return [[] for _ in rows]
    usable = Equipment.objects.select_for_update(no_key=True).filter(is_active=True)
    found = {item.pk: item for item in usable.filter(pk__in=wanted).order_by("pk")}
    return [[found[pk] for pk in row if pk in found] for row in rows]


def give_checklist(*, actor: User, repair: Repair) -> None:
    """Let the open checklist of a repair be with whom the repair is with, or nobody."""
    if repair.queue_status == QueueStatus.REQUESTED:  # never approved, so it has none
        return
    for job in _checklist(repair):
        before = snapshot(job)
        job.assigned_to = holder_of(repair)
        save_job(actor, job, before, "job.assigned" if job.assigned_to else "job.unassigned")


def end_checklist(*, actor: User, repair: Repair, note: str) -> None:
    """Call the checklist of a denied repair off; approved after all, the repair gets a new one."""
    jobs = Job.objects.filter(repair=repair.pk, follows_repair=True)
    for job in jobs.select_for_update(no_key=True):
        before, job.follows_repair = snapshot(job), False
        if job.is_open:
            job.status, job.overdue_flagged_at = JobStatus.CANCELLED, None
            job.moved_by = actor
        save_job(actor, job, before, "job.cancelled", note=note)


def holder_of(repair: Repair) -> User | None:
    """Who has the repair, and so its checklist."""
    return repair.technician.user if repair.technician is not None else None


def _checklist(repair: Repair) -> QuerySet[Job]:
    jobs = Job.objects.open().filter(repair=repair.pk, follows_repair=True)
    return jobs.select_for_update(no_key=True)
