"""Jobs, their tasks, and the equipment that these need (DOMAIN, section 6)."""

from apps.jobs.models.equipment import Equipment
from apps.jobs.models.guarded import StatusWrittenError
from apps.jobs.models.jobs import NO_DATE, Job, JobQuerySet, JobTask, seen_by

__all__ = [
    "NO_DATE",
    "Equipment",
    "Job",
    "JobQuerySet",
    "JobTask",
    "StatusWrittenError",
    "seen_by",
]
