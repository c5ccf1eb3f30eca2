"""What always holds of jobs, one query each."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask
from apps.repairs.enums import QueueStatus
from core.invariants import invariant

_TASKS = JobTask.objects.filter(job=OuterRef("pk"))


@invariant("A completed job has a task and no open one")
def _completed() -> Iterable[object]:
    done = Job.objects.filter(status=JobStatus.COMPLETED)
    return done.filter(Exists(_TASKS.open()) | ~Exists(_TASKS))


@invariant("The tasks of a job are numbered from 1 without a gap")
def _numbered() -> Iterable[object]:
    # Numbers are unique and begin at 1 by constraint.
    counted = Job.objects.annotate(number=Count("tasks"), highest=Max("tasks__order"))
    return counted.filter(number__gt=0).exclude(number=F("highest"))


@invariant("A job that was not begun has no begun task")
def _pending() -> Iterable[object]:
    begun = _TASKS.filter(status__in=[TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED])
    return Job.objects.filter(Exists(begun), status=JobStatus.PENDING)


@invariant("A job's place and repair are its customer's")
def _same_customer() -> Iterable[object]:
    other_place = Q(site__isnull=False) & ~Q(site__customer=F("customer"))
    other_repair = Q(repair__isnull=False) & ~Q(repair__customer=F("customer"))
    return Job.objects.filter(other_place | other_repair)


@invariant("Open jobs are nobody's or an active technician's")
def _active() -> Iterable[object]:
    given = Job.objects.open().filter(assigned_to__isnull=False)
    return given.exclude(assigned_to__is_active=True, assigned_to__technician__is_active=True)


@invariant("A completed repair has no open job")
def _repair_after_job() -> Iterable[object]:
    return Job.objects.open().filter(repair__queue_status=QueueStatus.COMPLETED)


@invariant("The open checklist of a repair is with whom the repair is with")
def _checklist() -> Iterable[object]:
    nobodys, free = Q(assigned_to=None), Q(repair__technician=None)
    one_of_both = nobodys & ~free | ~nobodys & free
    others = ~nobodys & ~free & ~Q(assigned_to=F("repair__technician__user"))
    return Job.objects.open().filter(one_of_both | others, follows_repair=True)


@invariant("A denied repair has no checklist that follows it")
def _ended() -> Iterable[object]:
    return Job.objects.filter(follows_repair=True, repair__queue_status=QueueStatus.DENIED)
