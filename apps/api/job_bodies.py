"""What callers send about jobs, tasks and equipment."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from apps.api.repair_bodies import optional_text, text
from apps.api.serializers import IdField, StrictSerializer
from apps.jobs.enums import EquipmentType, JobStatus, Priority, TaskStatus
from apps.jobs.services import JobDetails, TaskDetails
from apps.jobs.services.details import MOST_EQUIPMENT, MOST_TASKS
from apps.jobs.services.steps import LONGEST_REASON
from apps.repairs.enums import DamageType


def items(**more: Any) -> serializers.ListField:
    """Ids of equipment."""
    return serializers.ListField(child=IdField(), max_length=MOST_EQUIPMENT, **more)


class TaskRow(StrictSerializer):
    """A new task."""

    title = serializers.CharField(max_length=200)
    description = optional_text(2000)
    equipment = items(required=False, help_text="Ids; retired items cannot be added.")


class NewJobBody(StrictSerializer):
    """A new job with its tasks in their order, or made of a template."""

    title = serializers.CharField(
        max_length=200, required=False, help_text="Required without `template`."
    )
    description = optional_text(2000)
    customer = IdField(help_text="For sales agents, one that they own.")
    site = IdField(source="site_id", required=False, allow_null=True)
    repair = IdField(
        source="repair_id",
        required=False,
        allow_null=True,
        help_text="An open repair of the customer, which then waits for the job.",
    )
    assigned_to = IdField(
        source="assigned_to_id",
        required=False,
        allow_null=True,
        help_text="A user who is an active technician.",
    )
    priority = serializers.ChoiceField(Priority.choices, required=False)
    scheduled_date = serializers.DateField(
        required=False, allow_null=True, help_text="A day of the shop, not past."
    )
    template = IdField(
        source="template_id",
        required=False,
        allow_null=True,
        help_text="A checklist in use, instead of `tasks`; its words stand where none are sent.",
    )
    tasks: Any = serializers.ListSerializer(child=TaskRow(), required=False, max_length=MOST_TASKS)


class JobEditBody(StrictSerializer):
    """What may be changed; PUT takes all of it, PATCH some. The status alone wants no If-Match."""

    title = serializers.CharField(max_length=200)
    description = text(2000)
    site = IdField(source="site_id", allow_null=True)
    assigned_to = IdField(source="assigned_to_id", allow_null=True)
    priority = serializers.ChoiceField(Priority.choices)
    scheduled_date = serializers.DateField(
        allow_null=True, help_text="A new one must not be past; an old one may stay."
    )
    status = serializers.ChoiceField(
        JobStatus.choices, help_text="A move, as by the calls of that name; reopening has its own."
    )
    reason = optional_text(LONGEST_REASON, help_text="Required to cancel.")


class WhyBody(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class OrderBody(StrictSerializer):
    """Each task of the job exactly once."""

    always_required = ("tasks",)

    tasks = serializers.ListField(child=IdField(), max_length=MOST_TASKS)


class TaskEditBody(StrictSerializer):
    """Progress and notes; of planners also what the task is, which wants If-Match."""

    status = serializers.ChoiceField(TaskStatus.choices, required=False)
    notes = optional_text(2000)
    title = serializers.CharField(max_length=200, required=False)
    description = optional_text(2000)
    equipment = items(required=False)


class AttachmentBody(StrictSerializer):
    """A picture, as ``multipart/form-data``."""

    image = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC.")


class EquipmentBody(StrictSerializer):
    """What may be said of an item."""

    name = serializers.CharField(max_length=100)
    type = serializers.ChoiceField(EquipmentType.choices, required=False)
    serial_number = optional_text(60, help_text="Unique, whatever its case and blanks.")
    is_active = serializers.BooleanField(required=False, help_text="False: retired.")


class TemplateBody(StrictSerializer):
    """What may be said of a checklist."""

    name = serializers.CharField(max_length=100)
    damage_type = serializers.ChoiceField(
        DamageType.choices,
        required=False,
        allow_blank=True,
        help_text="The damage that it is for, one in use for each; empty: found by its name.",
    )
    description = optional_text(2000)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    is_active = serializers.BooleanField(required=False, help_text="False: retired.")
    items: Any = serializers.ListSerializer(
        child=TaskRow(), allow_empty=False, max_length=MOST_TASKS
    )


class ItemOrderBody(StrictSerializer):
    """Each item of the checklist exactly once."""

    always_required = ("items",)

    items = serializers.ListField(child=IdField(), max_length=MOST_TASKS)


def template_items(rows: Sequence[Mapping[str, Any]]) -> list[TaskDetails]:
    """The items of a validated body."""
    return [TaskDetails(**row) for row in rows]


def job_details(body: Mapping[str, Any]) -> JobDetails:
    """The details of a validated body."""
    names = JobDetails.__dataclass_fields__.keys() - {"tasks"}
    values = {name: value for name, value in body.items() if name in names}
    return JobDetails(**values, tasks=[TaskDetails(**row) for row in body.get("tasks", ())])
