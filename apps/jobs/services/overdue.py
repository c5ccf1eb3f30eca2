"""The daily flag of what is overdue: the alert, beside what every reader derives."""

import datetime as dt

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.jobs import notices
from apps.jobs.models import Job
from apps.jobs.services.steps import save_job
from core.clock import now
from core.models import User
from core.shop import shop_today


def flag_overdue_jobs() -> tuple[int, int]:
    """Flag what is overdue today, where the shop is, and tell its people; once for each date.

    Each job is a transaction of its own, so that a run that broke off goes on where it was. Run
    twice or nights late it does the same: what it does follows from the day alone.

    Returns:
        How many were flagged, and how many had their flag taken away, their date not being past
        any more because the shop moved to another zone.
    """
    today = shop_today()
    late = Job.objects.overdue(today).filter(overdue_flagged_at=None)
    early = Job.objects.filter(overdue_flagged_at__isnull=False, scheduled_date__gte=today)
    flagged = [_set_flag(pk, today) for pk in late.order_by("pk").values_list("pk", flat=True)]
    cleared = [_set_flag(pk, today) for pk in early.order_by("pk").values_list("pk", flat=True)]
    return sum(flagged), sum(cleared)


@use_case
def _set_flag(job_id: int, today: dt.date) -> bool:
    """Whether the flag had to change; somebody may have been quicker."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        return False
    is_late = job.is_open and job.scheduled_date is not None and job.scheduled_date < today
    if is_late == (job.overdue_flagged_at is not None):
        return False
    before = snapshot(job)
    job.overdue_flagged_at = now() if is_late else None
    verb = "job.overdue" if is_late else "job.overdue_cleared"
    save_job(User.objects.system(), job, before, verb)
    if is_late:
        notices.tell_overdue(job)
    return True
