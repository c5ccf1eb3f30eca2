"""Equipment: the list, an item with what needs it, retired, deleted, and needed twice on a day."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.jobs.models import Equipment
from apps.jobs.services import edit_equipment
from apps.office_portal.tests.steps import nothing_done, signed_in
from core.models import User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import make_equipment, make_job

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404
PAGES = ("office_equipment", "office_equipment_csv", "office_clashes")


@pytest.fixture
def lamp(cast: Cast) -> Equipment:
    return make_equipment("UV lamp", serial_number="AB-1")


def text_of(user: User, page: str, *args: object, **query: str) -> str:
    answer = signed_in(user).get(reverse(page, args=args), query)
    assert answer.status_code == OK
    return answer.content.decode()


def post(user: User, page: str, *args: object, **sent: Any) -> HttpResponse:
    answer = signed_in(user).post(reverse(page, args=args), sent)
    assert isinstance(answer, HttpResponse)
    return answer


def test_found_by_name_number_kind_and_state(cast: Cast, lamp: Equipment) -> None:
    van = make_equipment("Van 2", type="vehicle")
    edit_equipment(actor=cast.admin, equipment_id=van.pk, version=1, values={"is_active": False})
    assert "No equipment yet" not in text_of(cast.admin, "office_equipment")
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, {"UV lamp", "Van 2"}),
        ({"text": "uv"}, {"UV lamp"}),
        ({"text": " ab-1"}, {"UV lamp"}),
        ({"type": "vehicle"}, {"Van 2"}),
        ({"active": "yes"}, {"UV lamp"}),
        ({"active": "no"}, {"Van 2"}),
        ({"type": "rocket"}, {"UV lamp", "Van 2"}),
    ]
    for query, expected in cases:
        shown = text_of(cast.admin, "office_equipment", **query)
        assert {name for name in ("UV lamp", "Van 2") if f">{name}</a>" in shown} == expected
    assert "No item fits this filter." in text_of(cast.admin, "office_equipment", text="saw")
    file = signed_in(cast.admin).get(reverse("office_equipment_csv"), {"active": "no"})
    lines = b"".join(file).decode("utf-8-sig").splitlines()
    assert lines[1:] == [f"{van.pk},Van 2,Vehicle,,no"]


def test_entered_and_a_number_that_is_taken_is_told(cast: Cast, lamp: Equipment) -> None:
    answer = post(cast.admin, "office_equipment", name="Drill", type="tool", serial_number="D-9")
    drill = Equipment.objects.get(name="Drill")
    assert answer["Location"] == reverse("office_equipment_item", args=[drill.pk])
    with nothing_done():
        sent = {"name": "Lamp", "type": "tool", "serial_number": " ab-1"}
        told = post(cast.admin, "office_equipment", **sent).content.decode()
        assert "UV lamp has this serial number already." in told
        assert 'value="Lamp"' in told
        assert "error-summary" in post(cast.admin, "office_equipment").content.decode()


def test_changed_and_an_old_version_told(cast: Cast, lamp: Equipment) -> None:
    sent = {"name": "UV lamp 2", "type": "machine", "serial_number": "AB-1"}
    with nothing_done():
        told = post(cast.admin, "office_equipment_item", lamp.pk, version=9, **sent)
        assert "changed by somebody else" in told.content.decode()
        assert 'value="UV lamp 2"' in told.content.decode()
        told = post(cast.admin, "office_equipment_item", lamp.pk, version=1, **sent | {"name": ""})
        assert "error-summary" in told.content.decode()
    post(cast.admin, "office_equipment_item", lamp.pk, version=1, **sent)
    lamp.refresh_from_db()
    assert (lamp.name, lamp.type) == ("UV lamp 2", "machine")
    assert "UV lamp 2" in text_of(cast.admin, "office_equipment_item", lamp.pk)


def test_retired_and_used_again(cast: Cast, lamp: Equipment) -> None:
    post(cast.admin, "office_equipment_active", lamp.pk, active="no", version=1)
    shown = text_of(cast.admin, "office_equipment_item", lamp.pk)
    assert "Retired: tasks that have it keep it" in shown
    post(cast.admin, "office_equipment_active", lamp.pk, active="yes", version=2)
    lamp.refresh_from_db()
    assert lamp.is_active


def test_one_in_use_is_not_deleted_and_its_tasks_are_named(cast: Cast, lamp: Equipment) -> None:
    job = make_job("Cure", customer=cast.fleet, equipment=[lamp], title="Yard check")
    shown = text_of(cast.admin, "office_equipment_item", lamp.pk)
    assert reverse("office_task", args=[job.tasks.get().pk]) in shown
    with nothing_done():
        told = post(cast.admin, "office_equipment_delete", lamp.pk).content.decode()
    assert "It is needed by “Cure” of “Yard check”. Retire it instead." in told
    other = make_equipment("Drill")
    answer = post(cast.admin, "office_equipment_delete", other.pk, version=1)
    assert answer["Location"] == reverse("office_equipment")
    assert list(Equipment.objects.all()) == [lamp]


def test_needed_twice_on_a_day(cast: Cast, lamp: Equipment) -> None:
    today = shop_today()
    assert "Nothing is needed twice" in text_of(cast.admin, "office_clashes")
    for record in (cast.technician_record, cast.other_technician_record):
        make_job("Cure", technician=record, equipment=[lamp], scheduled_date=today)
    for query in ({}, {"date": today.isoformat()}, {"date": "soon"}):
        assert "Tom Becker and Uma Other" in text_of(cast.admin, "office_clashes", **query)
    assert "Nothing is needed twice" in text_of(cast.admin, "office_clashes", date="2031-01-01")


def test_only_the_office_keeps_equipment(cast: Cast, lamp: Equipment) -> None:
    for other in (cast.sales_agent, cast.technician, cast.primary):
        client = signed_in(other)
        for page in PAGES:
            assert client.get(reverse(page)).status_code == NOT_FOUND
        item = reverse("office_equipment_item", args=[lamp.pk])
        assert client.get(item).status_code == NOT_FOUND
        with nothing_done():
            for page in ("office_equipment_active", "office_equipment_delete"):
                assert post(other, page, lamp.pk).status_code == NOT_FOUND
    assert post(cast.admin, "office_equipment_active", 999_999).status_code == NOT_FOUND
    assert post(cast.admin, "office_equipment_delete", 999_999).status_code == NOT_FOUND
