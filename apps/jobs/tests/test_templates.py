"""Checklists are entered, changed, put in order, retired; jobs are made from them."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import JobTemplate
from apps.jobs.services import (
    JobDetails,
    TaskDetails,
    create_job,
    create_template,
    delete_equipment,
    edit_equipment,
    edit_template,
    reorder_items,
)
from apps.jobs.services.details import MOST_EQUIPMENT, MOST_TASKS
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
STAFF = {"admin", "owner", "technician", "other_technician", "sales_agent", "other_sales_agent"}
ITEMS = [TaskDetails("Clean"), TaskDetails("Cure", "Two minutes")]


def make(actor: User, *, items: Any = ITEMS, **values: Any) -> JobTemplate:
    return create_template(actor=actor, values={"name": "Chip"} | values, items=items)


def edit(actor: User, template: JobTemplate, **values: Any) -> JobTemplate:
    items = values.pop("items", None)
    return edit_template(
        actor=actor,
        template_id=template.pk,
        version=values.pop("version", None),
        values=values,
        items=items,
    )


def titles(template: JobTemplate) -> list[str]:
    return [str(item) for item in template.items.order_by("order")]


def test_a_checklist_is_entered(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    items = [*ITEMS, TaskDetails("Check", equipment=[lamp.pk, lamp.pk])]
    template = make(cast.admin, damage_type="Chip", priority="high", items=items)
    assert (str(template), template.name_key, template.version) == ("Chip", "chip", 1)
    assert titles(template) == ["1 Clean", "2 Cure", "3 Check"]
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.changes[-1]["new"]) == (
        "job_template.created",
        "1 Clean\n2 Cure: Two minutes\n3 Check (Lamp)",
    )


@pytest.mark.parametrize(
    ("values", "items", "told"),
    [
        ({"name": " "}, ITEMS, ("", "name")),
        ({"damage_type": "Dust"}, ITEMS, ("", "damage_type")),
        ({"priority": "soon"}, ITEMS, ("", "priority")),
        ({"version": 3}, ITEMS, ("", "version")),
        ({}, [], ("", "items")),
        ({}, [TaskDetails("A"), TaskDetails("")], ("", "items.1.title")),
        ({}, [TaskDetails("A", equipment=[4711])], ("equipment_unknown", "items.0.equipment")),
        ({}, [TaskDetails("A", equipment=range(MOST_EQUIPMENT + 1))], ("", "items.0.equipment")),
        ({}, [TaskDetails("A")] * (MOST_TASKS + 1), ("too_many_tasks", "items")),
    ],
)
def test_what_is_wrong_is_named(
    cast: Cast, values: dict[str, Any], items: list[TaskDetails], told: tuple[str, str]
) -> None:
    code, field = told
    with refused(Invalid, code) as caught:
        make(cast.admin, items=items, **values)
    assert list(caught.value.errors) == [field]


def test_a_name_is_one_whatever_its_case_and_blanks(cast: Cast) -> None:
    first, other = make(cast.admin), make(cast.admin, name="Other")
    with refused(Conflict, "name_taken") as caught:
        make(cast.admin, name=" c h IP")
    assert caught.value.extra == {"template": first.pk}
    with refused(Conflict, "name_taken"):
        edit(cast.admin, other, name="CHIP")


def test_one_checklist_is_in_use_for_a_damage(cast: Cast) -> None:
    first = make(cast.admin, damage_type="Chip")
    with refused(Conflict, "damage_type_taken") as caught:
        make(cast.admin, name="Second", damage_type="Chip")
    assert caught.value.extra == {"template": first.pk}
    edit(cast.admin, first, is_active=False)
    make(cast.admin, name="Second", damage_type="Chip")
    with refused(Conflict, "damage_type_taken"):
        edit(cast.admin, first, is_active=True)
    make(cast.admin, name="Third")
    make(cast.admin, name="Fourth")


@pytest.mark.parametrize("part", PARTS)
def test_who_reads_and_who_keeps_checklists(cast: Cast, part: str) -> None:
    template, actor = make(cast.admin), cast.member(part)
    assert JobTemplate.objects.visible_to(actor).exists() is (part in STAFF)
    if part in {"admin", "owner"}:
        assert edit(actor, template, name="Mine").name == "Mine"
        return
    unseen = Forbidden if part in STAFF else NotFound
    with refused(Forbidden):
        make(actor, name="Mine")
    with refused(unseen):
        edit(actor, template, name="Mine")
    with refused(unseen):
        reorder_items(actor=actor, template_id=template.pk, item_ids=[])


def test_an_edit_wants_the_version_that_was_read(cast: Cast) -> None:
    template = make(cast.admin)
    assert edit(cast.admin, template, version=1, description="How").version == 2
    with refused(PreconditionFailed):
        edit(cast.admin, template, version=1, name="Old")
    with refused(Invalid):
        edit(cast.admin, template, version=2, name_key="x")
    with nothing_written():
        edit(cast.admin, template, version=2, name="Chip", items=ITEMS)


def test_the_tasks_are_changed_as_a_whole(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    template = make(cast.admin, items=[TaskDetails("Clean", equipment=[lamp.pk])])
    edit_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1, values={"is_active": False})
    changed = [TaskDetails("Wash", equipment=[lamp.pk]), TaskDetails("Dry")]
    assert edit(cast.admin, template, items=changed).version == 2
    assert titles(template) == ["1 Wash", "2 Dry"]
    (told,) = AuditEntry.objects.latest("position").changes
    assert (told["field"], told["old"], told["new"]) == (
        "items",
        "1 Clean (Lamp)",
        "1 Wash (Lamp)\n2 Dry",
    )
    edit(cast.admin, template, items=ITEMS)
    with refused(Invalid, "equipment_unknown"):
        edit(cast.admin, template, items=changed)


def test_the_tasks_are_put_in_order(cast: Cast) -> None:
    template = make(cast.admin, items=[TaskDetails(title) for title in "ABC"])
    first, second, third = template.items.order_by("order").values_list("pk", flat=True)
    order = [third, first, second]
    moved = reorder_items(actor=cast.admin, template_id=template.pk, item_ids=order, version=1)
    assert (titles(template), moved.version) == (["1 C", "2 A", "3 B"], 2)
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.changes[0]["new"]) == ("job_template.reordered", "1 C\n2 A\n3 B")
    with nothing_written():
        reorder_items(actor=cast.admin, template_id=template.pk, item_ids=order)
    for wrong in ([first, second], [first, first, second], [first, second, third, 4711]):
        with refused(Invalid, "items_not_exact"):
            reorder_items(actor=cast.admin, template_id=template.pk, item_ids=wrong)
    with refused(PreconditionFailed):
        reorder_items(
            actor=cast.admin, template_id=template.pk, item_ids=[first, second, third], version=1
        )


def test_what_a_checklist_lists_is_not_deleted(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    make(cast.admin, items=[TaskDetails("Cure", equipment=[lamp.pk])])
    with refused(Conflict, "equipment_in_use") as caught:
        delete_equipment(actor=cast.admin, equipment_id=lamp.pk)
    assert caught.value.detail == "It is on the checklist “Chip”. Retire it instead."


# --- Jobs made from one ------------------------------------------------------------------------


def test_a_job_is_made_of_a_checklist(cast: Cast) -> None:
    lamp, old = factories.make_equipment("Lamp"), factories.make_equipment("Old lamp")
    items = [TaskDetails("Clean", equipment=[lamp.pk, old.pk]), TaskDetails("Cure", "Slowly")]
    template = make(cast.admin, description="How", priority="high", items=items)
    edit_equipment(actor=cast.admin, equipment_id=old.pk, version=1, values={"is_active": False})
    job = create_job(
        actor=cast.sales_agent,
        customer_id=cast.fleet.pk,
        details=JobDetails(template_id=template.pk),
    )
    assert (job.title, job.description, job.priority) == ("Chip", "How", "high")
    assert (job.template, job.follows_repair) == (template, False)
    first, second = job.tasks.order_by("order")
    assert (str(first), list(first.equipment.all())) == ("1 Clean", [lamp])
    assert (str(second), second.description) == ("2 Cure", "Slowly")


def test_own_words_come_before_those_of_the_checklist(cast: Cast) -> None:
    template = make(cast.admin, description="How", priority="high")
    details = JobDetails("Mine", "My way", "low", template_id=template.pk)
    job = create_job(actor=cast.admin, customer_id=cast.fleet.pk, details=details)
    assert (job.title, job.description, job.priority) == ("Mine", "My way", "low")


def test_a_checklist_that_is_not_in_use_makes_no_job(cast: Cast) -> None:
    template = make(cast.admin)
    beside = JobDetails(template_id=template.pk, tasks=ITEMS)
    with refused(Invalid) as caught:
        create_job(actor=cast.admin, customer_id=cast.fleet.pk, details=beside)
    assert list(caught.value.errors) == ["tasks"]
    edit(cast.admin, template, is_active=False)
    for wrong in (template.pk, 4711):
        with refused(Invalid, "template_unknown"):
            create_job(
                actor=cast.admin,
                customer_id=cast.fleet.pk,
                details=JobDetails(template_id=wrong),
            )
