"""The visits of a job follow it, whichever door changes it."""

from apps.audit.recorder import Snapshot
from apps.jobs.enums import JobStatus
from apps.jobs.followers import follows_jobs
from apps.jobs.models import Job
from apps.scheduling.models import Appointment, AppointmentQuerySet
from apps.scheduling.services.following import close_visits, follow_visits, release_visits
from apps.scheduling.services.steps import lock_calendars
from apps.technicians.models import Technician
from core.models import User


@follows_jobs
def follow_job(actor: User, job: Job, before: Snapshot) -> None:
    """Its end ends its visits; to whom it is given, they go, if they are free then.

    The calendar is locked behind the job here, and in no other place: whoever holds it and wants
    a job has locked the person first, and so has who gave this job away.

    Raises:
        Conflict: ``slot_taken``, ``technician_away``: the new technician is not free.
    """
    if not job.is_open:
        if job.status != before["status"]:
            is_done = job.status == JobStatus.COMPLETED
            close_visits(actor=actor, visits=_open_visits(job), is_done=is_done)
    elif job.assigned_to_id != before["assigned_to"]:
        _hand_over(actor, job)


def _hand_over(actor: User, job: Job) -> None:
    booked = Appointment.objects.booked().filter(job=job)
    if job.assigned_to_id is None:
        release_visits(actor=actor, visits=booked, reason="Nobody has the job now")
        return
    technician = Technician.objects.select_related("user").get(user=job.assigned_to_id)
    lock_calendars([technician.pk])
    follow_visits(actor=actor, visits=booked, technician=technician)


def _open_visits(job: Job) -> AppointmentQuerySet:
    return Appointment.objects.open().filter(job=job)
