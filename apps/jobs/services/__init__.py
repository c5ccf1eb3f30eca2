"""Writes of jobs, each called by every door.

A use case takes the acting user first, finds the job by what that user may see, locks its row
(behind the person it is given to, the customer, the repair; before equipment), checks, writes,
audits and queues messages in one transaction. The row of the job guards its tasks too.
"""

from apps.jobs.services.attachments import attach_to_task, remove_attachment
from apps.jobs.services.bulk import assign_jobs
from apps.jobs.services.checklists import (
    end_checklist,
    give_checklist,
    lock_checklists,
    make_checklist,
)
from apps.jobs.services.details import JobDetails, TaskDetails
from apps.jobs.services.equipment import create_equipment, delete_equipment, edit_equipment
from apps.jobs.services.first import create_first_job
from apps.jobs.services.following import (
    give_job,
    lock_jobs_of,
    lock_jobs_of_repair,
    move_jobs,
    unassign_jobs,
)
from apps.jobs.services.jobs import (
    change_job,
    create_job,
    delete_job,
    edit_job,
)
from apps.jobs.services.moves import (
    cancel_job,
    complete_job,
    move_job,
    reopen_job,
    start_job,
)
from apps.jobs.services.order import remove_task, reorder_tasks
from apps.jobs.services.overdue import flag_overdue_jobs
from apps.jobs.services.tasks import add_task, edit_task, finish_job
from apps.jobs.services.templates import create_template, edit_template, reorder_items

__all__ = [
    "JobDetails",
    "TaskDetails",
    "add_task",
    "assign_jobs",
    "attach_to_task",
    "cancel_job",
    "change_job",
    "complete_job",
    "create_equipment",
    "create_first_job",
    "create_job",
    "create_template",
    "delete_equipment",
    "delete_job",
    "edit_equipment",
    "edit_job",
    "edit_task",
    "edit_template",
    "end_checklist",
    "finish_job",
    "flag_overdue_jobs",
    "give_checklist",
    "give_job",
    "lock_checklists",
    "lock_jobs_of",
    "lock_jobs_of_repair",
    "make_checklist",
    "move_job",
    "move_jobs",
    "remove_attachment",
    "remove_task",
    "reopen_job",
    "reorder_items",
    "reorder_tasks",
    "start_job",
    "unassign_jobs",
]
