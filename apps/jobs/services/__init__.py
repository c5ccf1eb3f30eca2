"""Writes of jobs, each called by every door.

A use case takes the acting user first, finds the job by what that user may see, locks its row
(behind the person it is given to, the customer, the repair; before equipment), checks, writes,
audits and queues messages in one transaction. The row of the job guards its tasks too.
"""

from apps.jobs.services.equipment import create_equipment, delete_equipment, edit_equipment
from apps.jobs.services.following import give_job, lock_jobs_of, move_jobs, unassign_jobs
from apps.jobs.services.jobs import (
    JobDetails,
    TaskDetails,
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
from apps.jobs.services.tasks import add_task, edit_task

__all__ = [
    "JobDetails",
    "TaskDetails",
    "add_task",
    "cancel_job",
    "change_job",
    "complete_job",
    "create_equipment",
    "create_job",
    "delete_equipment",
    "delete_job",
    "edit_equipment",
    "edit_job",
    "edit_task",
    "flag_overdue_jobs",
    "give_job",
    "lock_jobs_of",
    "move_job",
    "move_jobs",
    "remove_task",
    "reopen_job",
    "reorder_tasks",
    "start_job",
    "unassign_jobs",
]
