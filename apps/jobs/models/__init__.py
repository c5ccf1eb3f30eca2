"""Jobs, their tasks and equipment, and checklists to make them from (DOMAIN, section 6)."""

from apps.jobs.models.attachments import TaskAttachment
from apps.jobs.models.equipment import Equipment
from apps.jobs.models.guarded import StatusWrittenError
from apps.jobs.models.jobs import NO_DATE, Job, JobQuerySet, JobTask, seen_by
from apps.jobs.models.templates import JobTemplate, JobTemplateItem

__all__ = [
    "NO_DATE",
    "Equipment",
    "Job",
    "JobQuerySet",
    "JobTask",
    "JobTemplate",
    "JobTemplateItem",
    "StatusWrittenError",
    "TaskAttachment",
    "seen_by",
]
