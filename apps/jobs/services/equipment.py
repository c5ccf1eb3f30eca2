"""Equipment: entered, changed, retired, and deleted while nothing needs it."""

from collections.abc import Mapping
from typing import Any

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.models import Equipment, JobTask, JobTemplate
from apps.jobs.rules import may_keep_equipment
from apps.jobs.services.steps import check_version
from apps.people.editing import apply, locked, refuse_others, save_or_conflict
from core.errors import Conflict, Forbidden
from core.keys import serial_key
from core.models import User

FIELDS = ("name", "type", "serial_number", "is_active")
MOST_TOLD = 20


@use_case
def create_equipment(*, actor: User, values: Mapping[str, Any]) -> Equipment:
    """Enter an item.

    Args:
        actor: The office.
        values: ``name``, and of ``type``, ``serial_number`` what there is.

    Raises:
        Forbidden, Invalid.
        Conflict: ``serial_taken``, by the item whose id is in ``extra``.
    """
    if not may_keep_equipment(actor):
        raise Forbidden("Only the office keeps equipment.")
    refuse_others(values, FIELDS)
    item = Equipment()
    apply(item, {"name": ""} | dict(values))
    _refuse_double(item)
    save_or_conflict(item)
    record(actor=actor, verb="equipment.created", target=item)
    return item


@use_case
def edit_equipment(
    *, actor: User, equipment_id: int, version: int | None, values: Mapping[str, Any]
) -> Equipment:
    """Change an item; with ``is_active`` false it is retired.

    Tasks that have a retired item keep it, no other one gets it.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``serial_taken``.
    """
    item = _locked(actor, equipment_id)
    check_version(item, version)
    refuse_others(values, FIELDS)
    before = snapshot(item)
    apply(item, values)
    _refuse_double(item)
    if snapshot(item) != before:
        item.version += 1
        save_or_conflict(item)
        record(actor=actor, verb="equipment.edited", target=item, before=before)
    return item


@use_case
def delete_equipment(*, actor: User, equipment_id: int, version: int | None = None) -> None:
    """Delete an item that no task ever needed and no checklist lists.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Conflict: ``equipment_in_use``, naming the tasks or checklists: retire it instead.
    """
    item = _locked(actor, equipment_id)
    check_version(item, version)
    tasks = JobTask.objects.filter(equipment=item).select_related("job").order_by("job", "order")
    using = list(tasks[:MOST_TOLD])
    if using:
        raise _in_use(using)
    if lists := JobTemplate.objects.filter(items__equipment=item).distinct():
        named = ", ".join(f"“{template}”" for template in lists[:MOST_TOLD])
        detail = f"It is on the checklist {named}. Retire it instead."
        raise Conflict(detail, code="equipment_in_use", extra={"tasks": []})
    record(
        actor=actor,
        verb="equipment.deleted",
        target=item,
        before=snapshot(item),
        force=True,
    )
    item.delete()


def _in_use(tasks: list[JobTask]) -> Conflict:
    named = ", ".join(f"“{task.title}” of “{task.job.title}”" for task in tasks)
    told = [
        {"id": task.pk, "title": task.title, "job": task.job_id, "job_title": task.job.title}
        for task in tasks
    ]
    detail = f"It is needed by {named}. Retire it instead."
    return Conflict(detail, code="equipment_in_use", extra={"tasks": told})


def _locked(actor: User, equipment_id: int) -> Equipment:
    item = locked(Equipment.objects.visible_to(actor), equipment_id)
    if not may_keep_equipment(actor):
        raise Forbidden("Only the office keeps equipment.")
    return item


def _refuse_double(item: Equipment) -> None:
    key = serial_key(item.serial_number)
    other = Equipment.objects.exclude(pk=item.pk).filter(serial_number_key=key).first()
    if key and other is not None:
        detail = f"{other.name} has this serial number already."
        errors = {"serial_number": [detail]}
        raise Conflict(detail, code="serial_taken", errors=errors, extra={"equipment": other.pk})
