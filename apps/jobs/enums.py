"""Enumerations of jobs; stored values are JobOps'."""

from collections.abc import Mapping

from django.db import models


class JobStatus(models.TextChoices):
    """Where a job stands."""

    PENDING = "pending", "Pending"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    PENDING = "pending", "Pending"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_JOBS = (JobStatus.PENDING, JobStatus.IN_PROGRESS)
OPEN_TASKS = (TaskStatus.PENDING, TaskStatus.IN_PROGRESS)


class Priority(models.TextChoices):
    """How much a job presses; lists sort by the rank, not by the word."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    URGENT = "urgent", "Urgent"


RANKS: Mapping[str, int] = {value: rank for rank, value in enumerate(Priority.values, start=1)}


class EquipmentType(models.TextChoices):
    """What sort of thing an item of equipment is."""

    TOOL = "tool", "Tool"
    MACHINE = "machine", "Machine"
    VEHICLE = "vehicle", "Vehicle"
    ACCESSORY = "accessory", "Accessory"
