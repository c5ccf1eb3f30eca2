"""A job and its tasks (DOMAIN, section 6)."""

import datetime as dt
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models

from apps.jobs.enums import OPEN_JOBS, OPEN_TASKS, RANKS, JobStatus, Priority, TaskStatus
from apps.jobs.models.equipment import Equipment
from apps.jobs.models.guarded import Guarded, GuardedQuerySet
from apps.jobs.models.templates import JobTemplate
from apps.jobs.triggers import no_open_task_trigger, whole_job_trigger
from apps.repairs.models import Repair
from core.enums import Role
from core.models import Customer, Site, User

# Where jobs without a date stand among those with one: pages go by a column that is never null.
NO_DATE = dt.date.max


def seen_by(user: User, job: str = "") -> models.Q:
    """What a job must be for this person to see it (DOMAIN, "Who sees what").

    Args:
        user: Who looks.
        job: The path to the job, as ``job__`` from a task.
    """
    if not user.is_active and not user.is_system:
        return models.Q(pk__in=[])
    if user.role == Role.ADMIN:
        return models.Q()
    if user.role == Role.TECHNICIAN:
        return models.Q(**{f"{job}assigned_to": user})
    if user.role == Role.SALES_AGENT:
        return models.Q(**{f"{job}created_by": user})
    return models.Q(pk__in=[])


class JobQuerySet(GuardedQuerySet["Job"]):
    """Jobs by who sees them and how they stand."""

    def visible_to(self, user: User) -> Self:
        """The jobs that this person may see."""
        return self.filter(seen_by(user))

    def open(self) -> Self:
        """Jobs that are neither completed nor cancelled."""
        return self.filter(status__in=OPEN_JOBS)

    def overdue(self, today: dt.date) -> Self:
        """Open jobs whose date has passed; ``today`` is the shop's."""
        return self.open().filter(scheduled_date__lt=today)


class Job(Guarded):
    """Work of any kind for a customer: tasks in their order, done by one technician.

    Customer and repair stay what they were when it was made; only a merge of customers moves it.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "moved_by",
        "priority_rank",
        "sort_date",
    }

    title = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="jobs")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    repair = models.ForeignKey(
        Repair, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    template = models.ForeignKey(
        JobTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    # A repair's checklist, made as it was approved: it goes where the repair goes, ends with it.
    follows_repair = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="created_jobs"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_jobs",
    )
    status = models.CharField(max_length=11, choices=JobStatus, default=JobStatus.PENDING)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.MEDIUM)
    priority_rank = models.PositiveSmallIntegerField(editable=False)
    scheduled_date = models.DateField(null=True, blank=True)
    sort_date = models.DateField(editable=False)
    overdue_flagged_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "id"], name="job_status_idx"),
            models.Index(fields=["scheduled_date", "status"], name="job_scheduled_idx"),
            models.Index(fields=["assigned_to", "status", "scheduled_date"], name="job_day_idx"),
            models.Index(fields=["created_by", "id"], name="job_creator_idx"),
            models.Index(fields=["customer", "id"], name="job_customer_idx"),
            models.Index(fields=["priority_rank", "id"], name="job_priority_idx"),
            models.Index(fields=["sort_date", "id"], name="job_date_idx"),
            models.Index(fields=["updated_at", "id"], name="job_updated_idx"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="job_has_title"),
            models.CheckConstraint(
                condition=models.Q(status__in=JobStatus.values), name="job_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=JobStatus.COMPLETED, completed_at__isnull=False)
                | ~models.Q(status=JobStatus.COMPLETED) & models.Q(completed_at=None),
                name="job_completed_at_agrees",
            ),
            models.CheckConstraint(
                condition=models.Q(overdue_flagged_at=None)
                | models.Q(status__in=OPEN_JOBS, scheduled_date__isnull=False),
                name="job_flagged_is_open",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    *(models.Q(priority=name, priority_rank=rank) for name, rank in RANKS.items()),
                    _connector=models.Q.OR,
                ),
                name="job_rank_of_priority",
            ),
            models.CheckConstraint(
                condition=models.Q(follows_repair=False) | models.Q(repair__isnull=False),
                name="job_follows_a_repair",
            ),
            models.UniqueConstraint(
                fields=["repair"],
                condition=models.Q(follows_repair=True),
                name="job_one_follows_repair",
            ),
            models.CheckConstraint(
                condition=models.Q(scheduled_date=None, sort_date=NO_DATE)
                | models.Q(scheduled_date=models.F("sort_date")),
                name="job_sort_date_agrees",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [whole_job_trigger()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what lists sort by beside what it comes from."""
        self.priority_rank = RANKS[self.priority]
        self.sort_date = self.scheduled_date or NO_DATE
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether work on it goes on."""
        return self.status in OPEN_JOBS


class JobTaskQuerySet(GuardedQuerySet["JobTask"]):
    """Tasks by who sees them and how they stand."""

    def visible_to(self, user: User) -> Self:
        """The tasks of the jobs that this person may see."""
        return self.filter(seen_by(user, "job__"))

    def open(self) -> Self:
        """Tasks that are neither completed nor cancelled."""
        return self.filter(status__in=OPEN_TASKS)


class JobTask(Guarded):
    """One step of a job."""

    AUDIT_IGNORED_FIELDS: ClassVar = {
        "job",
        "version",
        "created_at",
        "updated_at",
        "moved_by",
    }

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="tasks")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    notes = models.TextField(max_length=2000, blank=True)
    status = models.CharField(max_length=11, choices=TaskStatus, default=TaskStatus.PENDING)
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="tasks")

    objects = JobTaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["job", "order"]
        indexes: ClassVar = [
            models.Index(fields=["job", "status"], name="task_status_idx"),
            models.Index(fields=["updated_at", "id"], name="task_updated_idx"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "order"], name="task_order_once"),
            models.CheckConstraint(condition=models.Q(order__gte=1), name="task_order_from_one"),
            models.CheckConstraint(condition=~models.Q(title=""), name="task_has_title"),
            models.CheckConstraint(
                condition=models.Q(
                    status=TaskStatus.COMPLETED,
                    started_at__isnull=False,
                    completed_at__isnull=False,
                )
                | models.Q(
                    status=TaskStatus.IN_PROGRESS, started_at__isnull=False, completed_at=None
                )
                | models.Q(status=TaskStatus.PENDING, started_at=None, completed_at=None)
                | models.Q(status=TaskStatus.CANCELLED, completed_at=None),
                name="task_stamps_agree",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [no_open_task_trigger()]

    def __str__(self) -> str:
        return f"{self.order} {self.title}"
