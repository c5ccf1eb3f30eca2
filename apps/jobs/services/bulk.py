"""Many jobs given to one technician at once."""

from collections.abc import Sequence

from apps.audit.use_case import use_case
from apps.jobs.models import Job
from apps.jobs.services.jobs import edit_job
from apps.jobs.services.steps import assignee
from core.errors import NotFound
from core.models import User
from core.together import ANY_VERSION, Versions, check_number, each_or_none

NOUN = "job"


@use_case
def assign_jobs(
    *,
    actor: User,
    job_ids: Sequence[int],
    assigned_to_id: int | None,
    versions: Versions = ANY_VERSION,
) -> list[Job]:
    """Give open jobs to a technician, or to nobody yet; all of them or none.

    1. lock the technician; 2. edit each job, in the order of their ids, as if it were alone.

    Args:
        actor: Whoever plans each of them.
        job_ids: 1 to 100 jobs.
        assigned_to_id: The technician's user; ``None`` takes them back.
        versions: Which version of each job was read, where it matters.

    Raises:
        Invalid: No row or too many; ``technician_unknown``.
        NotFound: A row that this person may not see.
        Forbidden: A row that they do not plan.
        Conflict: ``rows_refused`` with the refusal of each row in ``rows`` (by id as text).
    """
    check_number(job_ids, noun=NOUN)
    seen = Job.objects.visible_to(actor).filter(pk__in=job_ids)
    if set(seen.values_list("pk", flat=True)) != set(job_ids):
        raise NotFound
    assignee(assigned_to_id)
    values = {"assigned_to_id": assigned_to_id}
    return each_or_none(
        job_ids,
        lambda pk: edit_job(actor=actor, job_id=pk, version=versions.get(pk), values=values),
        noun=NOUN,
    )
