"""Checklists: entered, changed, put in order, retired, and read to make a job."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from apps.audit.recorder import Change, change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.models import Equipment, JobTemplate, JobTemplateItem
from apps.jobs.rules import may_keep_templates
from apps.jobs.services.details import (
    JobDetails,
    TaskDetails,
    checked,
    equipment_of,
    names_of,
)
from apps.jobs.services.steps import check_version
from apps.people.editing import apply, locked, refuse_others, save_or_conflict
from core.errors import Conflict, Forbidden, Invalid
from core.keys import name_key
from core.models import User

FIELDS = ("name", "damage_type", "description", "priority", "is_active")
Items = Sequence[TaskDetails]


@use_case
def create_template(*, actor: User, values: Mapping[str, Any], items: Items) -> JobTemplate:
    """Enter a checklist.

    Args:
        actor: The office.
        values: ``name``, and of ``damage_type``, ``description``, ``priority`` what there is.
        items: Its tasks in their order, 1 to 100.

    Raises:
        Forbidden, Invalid.
        Conflict: ``name_taken``, ``damage_type_taken``, by the template whose id is in ``extra``.
    """
    if not may_keep_templates(actor):
        raise Forbidden("Only the office keeps checklists.")
    refuse_others(values, FIELDS)
    template = JobTemplate()
    apply(template, {"name": ""} | dict(values))
    _refuse_double(template)
    rows, equipment = _checked_items(template, items)
    save_or_conflict(template)
    told = _store(rows, equipment, old="")
    record(actor=actor, verb="job_template.created", target=template, changes=told)
    return template


@use_case
def edit_template(
    *,
    actor: User,
    template_id: int,
    version: int | None,
    values: Mapping[str, Any],
    items: Items | None = None,
) -> JobTemplate:
    """Change a checklist; with ``is_active`` false it is retired. Jobs made of it stay as they are.

    Args:
        actor: The office.
        template_id: Which one.
        version: The version that the caller has read.
        values: As for ``create_template``, and ``is_active``.
        items: All of its tasks anew; none leaves them as they are.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``name_taken``, ``damage_type_taken``.
    """
    template = _locked(actor, template_id)
    check_version(template, version)
    refuse_others(values, FIELDS)
    before = snapshot(template)
    apply(template, values)
    _refuse_double(template)
    told = _replace(template, items) if items is not None else []
    return _save(actor, template, before, "job_template.edited", told)


@use_case
def reorder_items(
    *, actor: User, template_id: int, item_ids: Sequence[int], version: int | None = None
) -> JobTemplate:
    """Put the tasks of a checklist into another order, all or nothing.

    Args:
        actor: The office.
        template_id: Which one.
        item_ids: Each of its items exactly once.
        version: The version that the caller has read.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Invalid: ``items_not_exact``: one is missing, of another checklist, or named twice.
    """
    template = _locked(actor, template_id)
    items = {item.pk: item for item in template.items.order_by("order")}
    if sorted(item_ids) != sorted(items):
        message = "Name each item of the checklist exactly once."
        raise Invalid(message, code="items_not_exact", errors={"items": [message]})
    check_version(template, version)
    if list(item_ids) == list(items):
        return template
    before, old = snapshot(template), in_lines(template)
    aside = len(items)
    for shift in (aside, 0):  # numbers are unique at every moment
        for order, pk in enumerate(item_ids, start=1):
            items[pk].order = order + shift
            items[pk].save(update_fields=["order"])
    told = _told(old, in_lines(template))
    return _save(actor, template, before, "job_template.reordered", told)


def filled(details: JobDetails) -> JobDetails:
    """The details of a new job, with what its template says.

    Raises:
        Invalid: ``template_unknown``: there is none, or it is retired; tasks beside it.
    """
    if details.template_id is None:
        return details
    template = JobTemplate.objects.filter(pk=details.template_id, is_active=True).first()
    if template is None:
        message = "There is no such checklist in use."
        raise Invalid(message, code="template_unknown", errors={"template": [message]})
    if details.tasks:
        message = "The checklist says what the tasks are; add others afterwards."
        raise Invalid(message, errors={"tasks": [message]})
    return replace(
        details,
        title=details.title or template.name,
        description=details.description or template.description,
        priority=details.priority or template.priority,
        tasks=tasks_of(template.pk),
    )


def tasks_of(template_id: int) -> list[TaskDetails]:
    """The tasks of a checklist in their order, without what is retired since; one statement."""
    rows = JobTemplateItem.objects.filter(template=template_id).order_by("order", "equipment__id")
    links = rows.values_list("order", "title", "description", "equipment", "equipment__is_active")
    return [
        TaskDetails(title, description, [pk for *_, pk, is_active in group if is_active])
        for (_, title, description), group in groupby(links, key=itemgetter(0, 1, 2))
    ]


def in_lines(template: JobTemplate) -> str:
    """The tasks of a checklist as the trail tells them."""
    items = template.items.order_by("order").prefetch_related("equipment")
    return "\n".join(_line(item, item.equipment.all()) for item in items)


def _line(item: JobTemplateItem, equipment: Iterable[Equipment]) -> str:
    named = names_of(equipment)
    needed = f" ({named})" if named else ""
    words = f": {item.description}" if item.description else ""
    return f"{item}{needed}{words}"


def _locked(actor: User, template_id: int) -> JobTemplate:
    template = locked(JobTemplate.objects.visible_to(actor), template_id)
    if not may_keep_templates(actor):
        raise Forbidden("Only the office keeps checklists.")
    return template


def _checked_items(
    template: JobTemplate, items: Items, *, kept: Sequence[int] = ()
) -> tuple[list[JobTemplateItem], list[list[Equipment]]]:
    if not items:
        message = "Name at least one task."
        raise Invalid(message, errors={"items": [message]})
    rows = [
        checked(JobTemplateItem(template=template, order=order), each, f"items.{order - 1}.")
        for order, each in enumerate(items, start=1)
    ]
    return rows, equipment_of(items, "items", kept=kept)


def _replace(template: JobTemplate, items: Items) -> list[Change]:
    """Its tasks anew; what is retired and was there may stay."""
    links = template.items.filter(equipment__isnull=False)
    rows, equipment = _checked_items(
        template, items, kept=list(links.values_list("equipment", flat=True))
    )
    old = in_lines(template)
    if old == "\n".join(map(_line, rows, equipment)):
        return []
    template.items.all().delete()
    return _store(rows, equipment, old=old)


def _store(
    rows: Sequence[JobTemplateItem], equipment: Sequence[Sequence[Equipment]], *, old: str
) -> list[Change]:
    for row in rows:
        row.template_id = row.template.pk
    JobTemplateItem.objects.bulk_create(rows)
    links = JobTemplateItem.equipment.through
    links.objects.bulk_create(
        links(jobtemplateitem_id=row.pk, equipment_id=item.pk)
        for row, needed in zip(rows, equipment, strict=True)
        for item in needed
    )
    return _told(old, "\n".join(map(_line, rows, equipment)))


def _told(old: str, new: str) -> list[Change]:
    return [change("items", old, new)] if old != new else []


def _save(
    actor: User,
    template: JobTemplate,
    before: dict[str, Any],
    verb: str,
    told: Sequence[Change],
) -> JobTemplate:
    if told or snapshot(template) != before:
        template.version += 1
        save_or_conflict(template)
        record(actor=actor, verb=verb, target=template, before=before, changes=[*told])
    return template


def _refuse_double(template: JobTemplate) -> None:
    others = JobTemplate.objects.exclude(pk=template.pk)
    same_name = others.filter(name_key=name_key(template.name)).first()
    if same_name is not None:
        detail = "Another checklist has this name."
        errors = {"name": [detail]}
        extra = {"template": same_name.pk}
        raise Conflict(detail, code="name_taken", errors=errors, extra=extra)
    in_use = others.filter(is_active=True, damage_type=template.damage_type).first()
    if in_use is not None and template.is_active and template.damage_type:
        detail = f"“{in_use}” is in use for this damage; retire it first."
        errors = {"damage_type": [detail]}
        extra = {"template": in_use.pk}
        raise Conflict(detail, code="damage_type_taken", errors=errors, extra=extra)
