"""Equipment is entered, changed, retired, deleted; two who need it on one day are told."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Equipment, Job
from apps.jobs.queries import clashes_on
from apps.jobs.services import (
    cancel_job,
    create_equipment,
    delete_equipment,
    edit_equipment,
    edit_task,
)
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.models import User
from core.shop import shop_today
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
STAFF = {"admin", "owner", "technician", "other_technician", "sales_agent", "other_sales_agent"}


def make(actor: User, **values: Any) -> Equipment:
    return create_equipment(actor=actor, values={"name": "Lamp"} | values)


def test_an_item_is_entered(cast: Cast) -> None:
    lamp = make(cast.admin, type="machine", serial_number=" ab-1 ")
    assert (str(lamp), lamp.serial_number_key, lamp.type) == ("Lamp (ab-1)", "ab-1", "machine")
    assert AuditEntry.objects.latest("position").verb == "equipment.created"


@pytest.mark.parametrize("serial", ["AB-1", " ab-1", "a b - 1", "\uff21\uff22-1"])
def test_a_serial_number_is_one_whatever_its_case_and_blanks(cast: Cast, serial: str) -> None:
    first = make(cast.admin, serial_number="AB-1")
    with refused(Conflict, "serial_taken") as caught:
        make(cast.admin, serial_number=serial)
    assert caught.value.extra == {"equipment": first.pk}
    other = make(cast.admin)
    with refused(Conflict, "serial_taken"):
        edit_equipment(
            actor=cast.admin, equipment_id=other.pk, version=1, values={"serial_number": serial}
        )


def test_many_have_no_number(cast: Cast) -> None:
    assert {make(cast.admin).serial_number_key, make(cast.admin).serial_number_key} == {None}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"type": "toy"}, "type"),
        ({"serial_number": "x" * 61}, "serial_number"),
        ({"serial_number": "\ufdfa" * 60}, "serial_number"),
        ({"version": 7}, "version"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, values: dict[str, Any], field: str) -> None:
    with refused(Invalid) as caught:
        make(cast.admin, **values)
    assert list(caught.value.errors) == [field]


def test_an_item_needs_a_name(cast: Cast) -> None:
    with refused(Invalid):
        create_equipment(actor=cast.admin, values={})


@pytest.mark.parametrize("part", PARTS)
def test_who_reads_and_who_keeps_equipment(cast: Cast, part: str) -> None:
    lamp, actor = make(cast.admin), cast.member(part)
    assert Equipment.objects.visible_to(actor).exists() is (part in STAFF)
    if part in {"admin", "owner"}:
        return
    error: type[DomainError] = Forbidden if part in STAFF else NotFound
    with refused(Forbidden):
        make(actor)
    with refused(error):
        edit_equipment(actor=actor, equipment_id=lamp.pk, version=1, values={"name": "Mine"})
    with refused(error):
        delete_equipment(actor=actor, equipment_id=lamp.pk)


def test_an_item_is_changed_and_retired(cast: Cast) -> None:
    lamp = make(cast.admin)
    changed = edit_equipment(
        actor=cast.admin, equipment_id=lamp.pk, version=1, values={"is_active": False}
    )
    assert (changed.is_active, changed.version) == (False, 2)
    with nothing_written():
        edit_equipment(
            actor=cast.admin, equipment_id=lamp.pk, version=2, values={"is_active": False}
        )
    with refused(PreconditionFailed, "stale"):
        edit_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1, values={"name": "A"})


def test_what_is_in_use_is_not_deleted_and_the_tasks_are_named(cast: Cast) -> None:
    lamp = make(cast.admin)
    job = factories.completed_job("Dry", equipment=[lamp], title="Frame")
    task = job.tasks.get()
    with refused(Conflict, "equipment_in_use") as caught:
        delete_equipment(actor=cast.admin, equipment_id=lamp.pk)
    assert caught.value.detail == "It is needed by “Dry” of “Frame”. Retire it instead."
    assert caught.value.extra == {
        "tasks": [{"id": task.pk, "title": "Dry", "job": job.pk, "job_title": "Frame"}]
    }


def test_what_nothing_needs_is_deleted(cast: Cast) -> None:
    lamp = make(cast.admin)
    delete_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1)
    assert not Equipment.objects.exists()
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.target_label) == ("equipment.deleted", "Lamp")


# --- Clashes --------------------------------------------------------------------------------


@pytest.fixture
def lamp(cast: Cast) -> Equipment:
    return make(cast.admin, serial_number="AB-1")


@pytest.fixture
def clashing(cast: Cast, lamp: Equipment) -> tuple[Job, Job]:
    """Two technicians need the lamp today; the agent made the first one's job."""
    common: dict[str, Any] = {"equipment": [lamp], "scheduled_date": shop_today()}
    mine = factories.make_job(
        "Dry",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        **common,
    )
    return mine, factories.make_job("Heat", technician=cast.other_technician_record, **common)


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("admin", ["Dry", "Heat"]),
        ("technician", ["Dry"]),
        ("other_technician", ["Heat"]),
        ("sales_agent", ["Dry"]),
    ],
)
def test_an_item_for_two_technicians_on_one_day_is_a_clash(
    cast: Cast, lamp: Equipment, clashing: tuple[Job, Job], part: str, seen: list[str]
) -> None:
    (clash,) = clashes_on(shop_today(), cast.member(part))
    assert (clash["equipment"], clash["name"], clash["serial_number"]) == (lamp.pk, "Lamp", "AB-1")
    assert clash["technicians"] == [
        {"user": cast.technician.pk, "name": "Tom Becker"},
        {"user": cast.other_technician.pk, "name": "Uma Other"},
    ]
    assert [task["title"] for task in clash["tasks"]] == seen


def test_other_days_one_technician_and_cancelled_work_are_no_clash(
    cast: Cast, lamp: Equipment, clashing: tuple[Job, Job]
) -> None:
    mine, other = clashing
    assert clashes_on(shop_today() + dt.timedelta(days=1), cast.admin) == []
    assert clashes_on(shop_today(), cast.admin, of_job=factories.make_job("A").pk) == []
    assert clashes_on(shop_today(), cast.admin, of_job=mine.pk) != []
    task = other.tasks.get()
    edit_task(actor=cast.admin, task_id=task.pk, status="cancelled")
    assert clashes_on(shop_today(), cast.admin) == []
    edit_task(actor=cast.admin, task_id=task.pk, status="pending")
    assert clashes_on(shop_today(), cast.admin) != []
    cancel_job(actor=cast.admin, job_id=other.pk, reason="No")
    again: dict[str, Any] = {"equipment": [lamp], "scheduled_date": shop_today()}
    factories.make_job("B", technician=cast.technician_record, **again)
    factories.make_job("C", **again)
    assert clashes_on(shop_today(), cast.admin) == []
