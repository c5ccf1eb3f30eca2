"""What may be said of a job and its tasks when they are made, and how it is checked."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from apps.jobs.enums import Priority
from apps.jobs.models import Equipment, JobTask, JobTemplateItem
from apps.jobs.services.steps import no_such_equipment, usable_equipment
from apps.people.editing import CORRECT, apply
from core.errors import Invalid, NotFound

T = TypeVar("T", JobTask, JobTemplateItem)
MOST_TASKS = 100
MOST_EQUIPMENT = 50
WORDS = ("title", "description", "priority")


@dataclass(frozen=True)
class TaskDetails:
    """What may be said of a task, or of an item of a checklist, when it is made."""

    title: str
    description: str = ""
    equipment: Sequence[int] = ()

    def columns(self) -> dict[str, str]:
        """The values that are columns of a task."""
        return {"title": self.title, "description": self.description}


@dataclass(frozen=True)
class JobDetails:
    """What may be said of a job when it is made.

    With a template, its checklist are the tasks, and its words stand where nothing is said.
    """

    title: str = ""
    description: str = ""
    priority: str = ""
    assigned_to_id: int | None = None
    scheduled_date: dt.date | None = None
    repair_id: int | None = None
    site_id: int | None = None
    template_id: int | None = None
    tasks: Sequence[TaskDetails] = field(default_factory=tuple)

    def words(self) -> dict[str, str]:
        """What it is, as columns of a job."""
        words = {name: getattr(self, name) for name in WORDS}
        return words | {"priority": self.priority or Priority.MEDIUM}


def checked(instance: T, details: TaskDetails, path: str = "") -> T:
    """The task or item with its words; ``path`` names it in what is refused.

    Raises:
        Invalid.
    """
    if len(details.equipment) > MOST_EQUIPMENT:
        message = f"A task needs at most {MOST_EQUIPMENT} items."
        raise Invalid(CORRECT, errors={f"{path}equipment": [message]})
    try:
        apply(instance, details.columns())
    except Invalid as fault:
        errors = {f"{path}{name}": texts for name, texts in fault.errors.items()}
        raise Invalid(fault.detail, errors=errors) from fault
    return instance


def equipment_of(
    rows: Sequence[TaskDetails], name: str, *, kept: Iterable[int] = ()
) -> list[list[Equipment]]:
    """What each of the rows needs, locked; ``name`` is what the rows are called.

    Args:
        rows: Tasks, or items of a checklist.
        name: Their field in what is refused, as ``tasks.2.equipment``.
        kept: Retired equipment that is there already and stays.

    Raises:
        Invalid: ``too_many_tasks``, ``equipment_unknown``.
    """
    if len(rows) > MOST_TASKS:
        message = f"A job has at most {MOST_TASKS} tasks."
        raise Invalid(message, code="too_many_tasks", errors={name: [message]})
    try:
        items = usable_equipment({pk for row in rows for pk in row.equipment}, kept=kept)
    except NotFound as fault:
        missing = fault.extra["equipment"]
        place = next(place for place, row in enumerate(rows) if missing in row.equipment)
        raise no_such_equipment(fault, f"{name}.{place}.equipment") from fault
    return [[items[pk] for pk in dict.fromkeys(row.equipment)] for row in rows]


def names_of(items: Iterable[Equipment]) -> str:
    """Equipment as the trail tells it."""
    return ", ".join(sorted(map(str, items)))
