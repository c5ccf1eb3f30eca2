"""What the pages of a technician's day and of a job show."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from apps.jobs.enums import OPEN_TASKS, JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask, TaskAttachment
from apps.jobs.queries import Row, equipment_by_task, job_history
from apps.jobs.rules import may_plan, may_remove_attachment, may_skip_order
from apps.jobs.wording import job_timeline
from apps.jobs.workflow import job_moves, task_moves
from apps.portal_pages.task_pictures import gallery_of
from apps.repairs.gallery import Gallery
from apps.repairs.models import Repair
from apps.scheduling.day import plan_of
from apps.technicians.rules import technician_of
from core.models import User
from core.shop import shop_today

DAYS = 7
ON_A_BUTTON = 22
PUT_BACK = (TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED)
KINDS = ("appointments", "repairs", "tasks")


class Look(NamedTuple):
    """How the status of a job or a task shows itself."""

    words: str
    icon: str
    slug: str


# Jobs and tasks stand at the same places.
LOOKS = {
    TaskStatus.PENDING: Look("To do", "inbox", "requested"),
    TaskStatus.IN_PROGRESS: Look("In progress", "circle-half", "in-progress"),
    TaskStatus.COMPLETED: Look("Done", "check2-all", "completed"),
    TaskStatus.CANCELLED: Look("Called off", "x", "denied"),
}


@dataclass(frozen=True)
class Part:
    """What is to be done on one day, the tasks by their jobs.

    Attributes:
        heading: What the day is called; empty where its date says it.
        date: The day, if it is one.
        jobs: The tasks of each job, the most pressing job first.
    """

    heading: str
    date: dt.date | None
    appointments: list[Row]
    repairs: list[Row]
    jobs: list[list[Row]]

    def __bool__(self) -> bool:
        return bool(self.appointments or self.repairs or self.jobs)


def day_page(user: User) -> dict[str, Any]:
    """What is overdue, today's, the next days', and what has no date: one's own, admins all."""
    plan = plan_of(technician_of(user), days=DAYS)
    today, *later = plan["days"]
    parts = [
        part_of(plan["overdue"], "Overdue"),
        part_of(today, "Today", today["date"]),
        *(part_of(day, "", day["date"]) for day in later),
        part_of(plan["unscheduled"], "No day yet"),
    ]
    return {
        "parts": [part for part in parts if part],
        "is_complete": plan["is_complete"],
        "is_own": technician_of(user) is not None,
    }


def part_of(told: Row, heading: str, date: dt.date | None = None) -> Part:
    """One part of the plan."""
    # Appointments are told once there is a schedule.
    appointments, repairs, tasks = (told.get(kind, []) for kind in KINDS)
    jobs = [_with_looks(rows) for _, rows in groupby(tasks, itemgetter("job"))]
    return Part(heading, date, appointments, repairs, jobs)


def _with_looks(rows: Iterable[Row]) -> list[Row]:
    return [row | {"look": LOOKS[TaskStatus(row["status"])]} for row in rows]


@dataclass(frozen=True)
class TaskLine:
    """A task of a job's checklist, with what may be done with it in one tap."""

    task: JobTask
    look: Look
    equipment: list[Row]
    pictures: Gallery
    removable: list[TaskAttachment]
    may_start: bool
    may_finish: bool
    may_put_back: bool

    @property
    def start_label(self) -> str:
        """The button of the bottom bar, which says what it starts."""
        return f"Start: {shortened(self.task.title)}"

    @property
    def finish_label(self) -> str:
        """The button of the bottom bar, which says what it finishes."""
        return f"Finish: {shortened(self.task.title)}"


def shortened(title: str) -> str:
    """A title as a button holds it."""
    return title if len(title) <= ON_A_BUTTON else f"{title[: ON_A_BUTTON - 1].rstrip()}…"


class Checklist:
    """The tasks of a job as one person sees and works on them; three statements."""

    def __init__(self, user: User, job: Job) -> None:
        self.user, self.job = user, job
        self.tasks = list(job.tasks.order_by("order"))
        self.first = next((task for task in self.tasks if task.status in OPEN_TASKS), None)
        self._equipment = equipment_by_task(task.pk for task in self.tasks)
        self._pictures: dict[int, list[TaskAttachment]] = {}
        attachments = TaskAttachment.objects.filter(task__in=self.tasks).select_related("stored")
        for attachment in attachments.order_by("pk"):
            self._pictures.setdefault(attachment.task_id, []).append(attachment)
        self._is_planner = may_plan(user, job.created_by_id)

    def lines(self) -> list[TaskLine]:
        """Each task with what may be done with it."""
        return [self._line(task) for task in self.tasks]

    def may_complete(self) -> bool:
        """Whether the job may be finished: its tasks are."""
        moves = job_moves(self.job.status, is_planner=self._is_planner)
        return self.first is None and bool(self.tasks) and JobStatus.COMPLETED in moves

    def _line(self, task: JobTask) -> TaskLine:
        moves = task_moves(task.status, self.job.status, is_planner=self._is_planner)
        is_begun = task.status == TaskStatus.IN_PROGRESS
        is_due = task == self.first or is_begun or may_skip_order(self.user)
        pictures = self._pictures.get(task.pk, [])
        return TaskLine(
            task,
            LOOKS[TaskStatus(task.status)],
            self._equipment.get(task.pk, []),
            gallery_of(task, pictures, url_name="technician_task_picture"),
            [each for each in pictures if may_remove_attachment(self.user, each.added_by_id)],
            may_start=is_due and task.status == TaskStatus.PENDING and bool(moves),
            may_finish=is_due and TaskStatus.COMPLETED in moves,
            may_put_back=task.status in PUT_BACK and TaskStatus.PENDING in moves,
        )


def job_page(user: User, job: Job) -> dict[str, Any]:
    """One job as a checklist: its tasks, what they need, their pictures, what happened."""
    checklist = Checklist(user, job)
    lines = checklist.lines()
    counted = [task for task in checklist.tasks if task.status != TaskStatus.CANCELLED]
    return {
        "job": job,
        "look": LOOKS[TaskStatus(job.status)],
        "lines": lines,
        "next": next((line for line in lines if line.may_start or line.may_finish), None),
        "may_finish": checklist.may_complete(),
        "number_done": sum(task.status == TaskStatus.COMPLETED for task in counted),
        "number": len(counted),
        "is_overdue": _is_overdue(job),
        "sees_repair": _sees_repair(user, job),
        "timeline": job_timeline(job_history(job)),
    }


def _sees_repair(user: User, job: Job) -> bool:
    seen = Repair.objects.visible_to(user)
    return job.repair_id is not None and seen.filter(pk=job.repair_id).exists()


def _is_overdue(job: Job) -> bool:
    day = job.scheduled_date
    return job.is_open and day is not None and day < shop_today()


def jobs_to_show(user: User) -> QuerySet[Job]:
    """The jobs that this person sees, with what a page says of them."""
    rows = Job.objects.visible_to(user)
    return rows.select_related("customer", "site", "repair", "assigned_to", "created_by")
