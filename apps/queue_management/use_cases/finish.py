"""A repair is finished, alone or together with what is open of its jobs."""

import datetime as dt
from collections.abc import Sequence

from apps.audit.recorder import change, snapshot
from apps.audit.use_case import use_case
from apps.jobs.models import Job
from apps.jobs.queries import open_jobs_of_repair
from apps.jobs.services import finish_job, lock_jobs_of_repair
from apps.queue_management import notices, reward_notices, workload
from apps.queue_management.use_cases.steps import check, is_repeated, locked
from apps.repairs import services
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import NO_REASON, transition
from apps.rewards_referrals.services import earn_and_apply
from apps.scheduling.services import close_visits_of_repair, lock_visits_of_repair
from core.clock import now
from core.errors import Conflict
from core.models import User
from core.shop import shop_settings

CLOCK_TOLERANCE = dt.timedelta(minutes=5)


@use_case
def complete_repair(
    *,
    actor: User,
    repair_id: int,
    version: int | None = None,
    done_at: dt.datetime | None = None,
) -> Repair:
    """Finish a repair: its price is fixed here, once.

    1. lock customer, unit, repair; 2. check the move, its jobs and the photo rule; 3. lock its
    visits, take the place in the unit's count and the price of that place, at most what was
    approved; 4. take off the reward that waits, write what it earns; 5. store; 6. its visit is
    done, one work less for the technician; 7. tell the customer.

    Args:
        done_at: When the work was done by the technician's device; held between the start and now.

    Raises:
        Conflict: ``after_photo_required``, ``illegal_move``; ``jobs_open`` names the jobs that
            must be finished first.
    """
    repair = locked(actor, repair_id, with_customer=True, with_unit=True)
    if is_repeated(actor, repair, QueueStatus.COMPLETED):
        return repair
    check(actor, repair, QueueStatus.COMPLETED, NO_REASON, version)
    _check_jobs(repair)
    _check_after_photo(repair)
    visits = lock_visits_of_repair(repair)
    at, before = now(), snapshot(repair)
    services.fix_price(repair=repair, customer=repair.customer, at=at)
    outcome = earn_and_apply(actor=actor, repair=repair)
    repair.done_at = _bounded(done_at, repair.started_at, at)
    told = [change("price", None, line["text"]) for line in repair.price_lines]
    transition(
        actor=actor, repair=repair, target=QueueStatus.COMPLETED, before=before, changes=told
    )
    close_visits_of_repair(actor=actor, repair=repair, visits=visits)
    workload.add(repair.technician_id, -1)
    people = notices.tell_completed(repair)
    reward_notices.tell_earned(outcome, people, repair.pk)
    return repair


@use_case
def finish_repair(
    *,
    actor: User,
    repair_id: int,
    version: int | None = None,
    done_at: dt.datetime | None = None,
) -> Repair:
    """Finish a repair and all that is open of its jobs: "Finish 4 tasks and the repair".

    1. lock customer, unit, repair, then its open jobs in the order of their ids; 2. check the move;
    3. complete the open tasks of each job in their order, then the job; 4. ``complete_repair``. All
    of it or nothing.

    Args:
        actor: Who completes the repair, and sees its jobs.
        repair_id: Which one.
        version: The version of the repair that the caller has read.
        done_at: As for ``complete_repair``.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Conflict: As ``complete_repair``; ``jobs_open`` names jobs that are somebody else's;
            ``no_tasks`` names one that has none.
    """
    repair = locked(actor, repair_id, with_customer=True, with_unit=True)
    if is_repeated(actor, repair, QueueStatus.COMPLETED):
        return repair
    check(actor, repair, QueueStatus.COMPLETED, NO_REASON, version)
    jobs = lock_jobs_of_repair(repair.pk)
    _check_seen(actor, jobs)
    for job in jobs:
        finish_job(actor=actor, job_id=job.pk)
    return complete_repair(actor=actor, repair_id=repair_id, version=version, done_at=done_at)


def _check_seen(actor: User, jobs: list[Job]) -> None:
    """Nobody finishes what is somebody else's."""
    seen = set(Job.objects.visible_to(actor).filter(pk__in=[job.pk for job in jobs]))
    if others := [job for job in jobs if job not in seen]:
        raise _jobs_open(others)


def _check_jobs(repair: Repair) -> None:
    # Who makes or opens a job of this repair locks the repair first, and so waits for us.
    if jobs := open_jobs_of_repair(repair.pk):
        raise _jobs_open(jobs)


def _jobs_open(jobs: Sequence[Job]) -> Conflict:
    """The refusal of a repair before its jobs."""
    named = ", ".join(f"“{job.title}”" for job in jobs)
    told = [{"id": job.pk, "title": job.title} for job in jobs]
    return Conflict(f"Finish first: {named}.", code="jobs_open", extra={"jobs": told})


def _check_after_photo(repair: Repair) -> None:
    if not shop_settings().require_after_photo:
        return
    if not repair.photos.filter(kind=PhotoKind.AFTER).exists():
        raise Conflict("Add an after-photo first.", code="after_photo_required")


def _bounded(
    done_at: dt.datetime | None, started_at: dt.datetime | None, at: dt.datetime
) -> dt.datetime:
    if done_at is None:
        return at
    return min(max(done_at, (started_at or at) - CLOCK_TOLERANCE), at)
