"""Customers with sites and units, technicians and notices."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.repairs.models import Repair, Unit
from core.models import Customer, Site
from core.shop import shop_today
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CUSTOMERS = "/api/customers/"
SHOP_ONLY = {"owner", "do_not_service", "do_not_service_reason"}


def names(answer: Any, field: str = "name") -> list[str]:
    return [row[field] for row in answer.json()["results"]]


def patch(caller: Caller, path: str, body: object, version: int = 1) -> Any:
    return caller.call("PATCH", path, body, If_Match=f'"{version}"')


# --- Customers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("admin", ["Demo Fleet", "Other Fleet"]),
        ("technician", ["Demo Fleet"]),
        ("other_technician", []),
        ("sales_agent", ["Demo Fleet"]),
        ("primary", ["Demo Fleet"]),
        ("stranger", ["Other Fleet"]),
        ("nobody", []),
    ],
)
def test_who_sees_which_customers(
    call_as: CallAs, cast: Cast, part: str, expected: list[str]
) -> None:
    factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert names(call_as(cast.member(part)).get(CUSTOMERS)) == expected


@pytest.mark.parametrize("part", ["other_technician", "sales_agent"])
def test_the_shop_finds_others_by_name_and_town_only(
    call_as: CallAs, cast: Cast, part: str
) -> None:
    factories.make_site(cast.other_fleet, is_default=True)
    (row,) = call_as(cast.member(part)).get(f"{CUSTOMERS}?search=other").json()["results"]
    assert row == {
        "id": cast.other_fleet.pk,
        "kind": "company",
        "kind_label": "Company",
        "name": "Other Fleet",
        "town": "New York",
    }


def test_customers_search_among_their_own(call_as: CallAs, cast: Cast) -> None:
    assert names(call_as(cast.primary).get(f"{CUSTOMERS}?search=o")) == []


@pytest.mark.parametrize(("part", "told_of"), [("admin", SHOP_ONLY), ("primary", set())])
def test_refusal_is_told_to_the_shop(
    call_as: CallAs, cast: Cast, part: str, told_of: set[str]
) -> None:
    told = call_as(cast.member(part)).get(f"{CUSTOMERS}{cast.fleet.pk}/").json()
    assert told.keys() & SHOP_ONLY == told_of


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [
        (CUSTOMERS, 2),
        ("/api/technicians/", 3),
        ("/api/customers/{pk}/sites/", 3),
        ("/api/customers/{pk}/units/", 3),
        ("/api/customers/{pk}/repairs/", 3),
        ("/api/notifications/", 2),
    ],
)
def test_lists_cost_the_same_statements_whatever_their_length(
    call_as: CallAs, path: str, statements: int, rows: int
) -> None:
    admin, agent = factories.make_admin(), factories.make_sales_agent()
    fleet = factories.make_customer("Fleet", owner=agent)
    for number in range(rows):
        if path == CUSTOMERS and number:
            factories.make_customer()
        if "technicians" in path:
            factories.make_technician()
        if "sites" in path:
            factories.make_site(fleet)
        if "units" in path:
            factories.make_unit(fleet)
        if "repairs" in path or "notifications" in path:
            factories.request(customer=fleet)
    caller = call_as(admin)
    with CaptureQueriesContext(connection) as caught:
        assert len(caller.get(path.format(pk=fleet.pk)).json()["results"]) == rows
    assert len(caught) == statements, [query["sql"] for query in caught]


@pytest.mark.parametrize(
    ("part", "kind", "status"),
    [
        ("admin", "company", 201),
        ("sales_agent", "company", 201),
        ("technician", "person", 201),
        ("technician", "company", 403),
        ("primary", "company", 403),
    ],
)
def test_who_opens_customers(
    call_as: CallAs, cast: Cast, part: str, kind: str, status: int
) -> None:
    body = {"kind": kind, "name": "McDonald's Trucking <b>", "phone": "212-555-0123"}
    answer = call_as(cast.member(part)).post(CUSTOMERS, body)
    assert answer.status_code == status
    made = Customer.objects.filter(name=body["name"]).exists()
    assert made is (status == 201)


def test_company_of_the_same_name_is_refused(call_as: CallAs, cast: Cast) -> None:
    body = {"kind": "company", "name": "demo  FLEET"}
    assert problem_of(call_as(cast.admin).post(CUSTOMERS, body)) == (409, "company_exists")


def test_primary_contact_says_how_to_be_reached(call_as: CallAs, cast: Cast) -> None:
    path = f"{CUSTOMERS}{cast.fleet.pk}/"
    caller = call_as(cast.primary)
    answer = patch(caller, path, {"email": "fleet@example.com"})
    assert (answer.json()["email"], answer["ETag"]) == ("fleet@example.com", '"2"')
    assert problem_of(patch(caller, path, {"email": "a@example.com"})) == (412, "stale")
    assert problem_of(caller.call("PATCH", path, {"email": ""})) == (428, "version_required")
    assert patch(caller, path, {"name": "Mine"}, 2).status_code == 400
    assert problem_of(patch(call_as(cast.mate), path, {"email": ""}, 2)) == (403, "forbidden")


# --- Sites ----------------------------------------------------------------------------------


def test_who_only_reads_a_customer_adds_no_site(call_as: CallAs, cast: Cast) -> None:
    path = f"{CUSTOMERS}{cast.fleet.pk}/sites/"
    assert problem_of(call_as(cast.mate).post(path, {"name": "Yard"})) == (403, "forbidden")
    assert not Site.objects.exists()


def test_sites_are_added_and_changed(call_as: CallAs, cast: Cast) -> None:
    path, caller = f"{CUSTOMERS}{cast.fleet.pk}/sites/", call_as(cast.primary)
    answer = caller.post(path, {"name": "Yard", "zip_code": "60601"})
    told = answer.json()
    assert (told["city"], told["time_zone"]) == ("Chicago", "America/Chicago")
    assert answer["Location"] == f"{path}{told['id']}/"
    changed = patch(caller, answer["Location"], {"access_note": "Gate 4"})
    assert (changed.json()["access_note"], changed["ETag"]) == ("Gate 4", '"2"')


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "Yard", "zip_code": "00000"}, "zip_code"),
        ({"name": "Yard", "city": "X"}, "city"),
    ],
)
def test_bad_sites_are_refused(
    call_as: CallAs, cast: Cast, body: dict[str, str], field: str
) -> None:
    answer = call_as(cast.primary).post(f"{CUSTOMERS}{cast.fleet.pk}/sites/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Site.objects.exists()


# --- Units ----------------------------------------------------------------------------------


def test_units_are_entered_once(call_as: CallAs, cast: Cast) -> None:
    path, caller = f"{CUSTOMERS}{cast.fleet.pk}/units/", call_as(cast.requester)
    answer = caller.post(path, {"number": "4127", "year": 2022, "plate": "ABC 123"})
    assert (answer.status_code, answer.json()["repair_count"]) == (201, 0)
    again = caller.post(path, {"number": "Unit 4127"})
    assert problem_of(again) == (409, "unit_exists")
    assert again.json()["unit"] == answer.json()["id"]


@pytest.mark.parametrize(
    "body",
    [
        {"number": "x" * 300},
        {"number": "a\0b"},
        {"number": ""},
        {"number": "1", "year": 1776},
        {"number": "1", "year": "2022"},
        {"number": "1", "vin": "x" * 18},
        {"number": "1", "merged_into": 1},
    ],
)
def test_bad_units_are_refused(call_as: CallAs, cast: Cast, body: dict[str, Any]) -> None:
    answer = call_as(cast.primary).post(f"{CUSTOMERS}{cast.fleet.pk}/units/", body)
    assert answer.status_code == 400
    assert not Unit.objects.exists()


@pytest.mark.parametrize(("part", "status"), [("mate", 403), ("sales_agent", 201), ("admin", 201)])
def test_who_enters_units(call_as: CallAs, cast: Cast, part: str, status: int) -> None:
    path = f"{CUSTOMERS}{cast.fleet.pk}/units/"
    assert call_as(cast.member(part)).post(path, {"number": "1"}).status_code == status


def test_units_are_listed_and_searched(call_as: CallAs, cast: Cast) -> None:
    for number in ("41", "4127", "9"):
        factories.make_unit(cast.fleet, number)
    path = f"{CUSTOMERS}{cast.fleet.pk}/units/"
    caller = call_as(cast.mate)
    assert names(caller.get(path), "number") == ["41", "4127", "9"]
    assert names(caller.get(f"{path}?search=%23 41"), "number") == ["41", "4127"]


def test_unit_is_edited_but_its_number(call_as: CallAs, cast: Cast) -> None:
    unit, caller = factories.make_unit(cast.fleet, "1"), call_as(cast.requester)
    path = f"/api/units/{unit.pk}/"
    assert patch(caller, path, {"make": "Volvo"}).json()["make"] == "Volvo"
    assert patch(caller, path, {"number": "2"}, 2).status_code == 400
    assert problem_of(patch(call_as(cast.mate), path, {"make": ""}, 2)) == (403, "forbidden")


@pytest.fixture
def done(cast: Cast) -> Repair:
    return factories.completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )


def test_new_windshield_begins_the_count_again(call_as: CallAs, cast: Cast, done: Repair) -> None:
    path = f"/api/units/{done.unit_id}/"
    assert call_as(cast.primary).get(path).json()["repair_count"] == 1
    told = call_as(cast.technician).post(f"{path}windshield-replaced/").json()
    assert told["repair_count"] == 0
    assert told["windshield_replaced_at"] is not None
    refused = call_as(cast.primary).post(f"{path}windshield-replaced/")
    assert problem_of(refused) == (403, "forbidden")


def test_office_merges_units(call_as: CallAs, cast: Cast, done: Repair) -> None:
    into = factories.make_unit(cast.fleet, "T-4127")
    path = f"/api/units/{done.unit_id}/merge/"
    assert problem_of(call_as(cast.technician).post(path, {"into": into.pk})) == (403, "forbidden")
    told = call_as(cast.admin).post(path, {"into": into.pk}).json()
    assert (told["id"], told["repair_count"]) == (into.pk, 1)


# --- Technicians and notices ----------------------------------------------------------------


def test_colleagues_are_told_names_only(call_as: CallAs, cast: Cast) -> None:
    rows = call_as(cast.technician).get("/api/technicians/").json()["results"]
    assert [row["name"] for row in rows] == ["Tom Becker", "Uma Other"]
    assert ["phone" in row for row in rows] == [True, False]
    assert problem_of(call_as(cast.primary).get("/api/technicians/")) == (404, "not_found")


def test_technicians_are_told_apart_by_whether_they_work_here(call_as: CallAs, cast: Cast) -> None:
    record = cast.other_technician_record
    record.is_active = False
    record.save()
    caller, path = call_as(cast.admin), "/api/technicians/?active="
    assert names(caller.get(f"{path}true")) == ["Tom Becker"]
    assert names(caller.get(f"{path}false")) == ["Uma Other"]
    refused = caller.get(f"{path}maybe")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["active"])


def test_technician_who_is_out_gives_work_away(call_as: CallAs, cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet)
    assert repair.technician == cast.technician_record
    path = f"/api/technicians/{cast.technician_record.pk}/"
    today = shop_today().isoformat()
    other = call_as(cast.other_technician)
    assert problem_of(patch(other, path, {"out_on": today})) == (403, "forbidden")
    assert patch(call_as(cast.technician), path, {"out_on": today}).json()["out_on"] == today
    repair.refresh_from_db()
    assert repair.technician == cast.other_technician_record
    assert problem_of(patch(call_as(cast.admin), path, {"out_on": None})) == (412, "stale")


def test_the_office_edits_a_technician(call_as: CallAs, cast: Cast) -> None:
    record = cast.technician_record
    path = f"/api/technicians/{record.pk}/"
    body = {"phone": "206 555 0123", "home_zip": "98101", "override_limit": "25.00"}
    sent = body | {"expertise": ["Long cracks"], "out_on": shop_today().isoformat()}
    told = patch(call_as(cast.admin), path, sent).json()
    assert {name: told[name] for name in sent} == sent | {"phone": "+12065550123"}
    assert told["version"] == record.version + 2
    told = patch(call_as(cast.admin), path, {"expertise": []}, version=told["version"]).json()
    assert (told["expertise"], told["home_zip"]) == ([], "98101")


def test_technicians_edit_what_is_theirs(call_as: CallAs, cast: Cast) -> None:
    path = f"/api/technicians/{cast.technician_record.pk}/"
    caller = call_as(cast.technician)
    for body in ({"expertise": ["Long cracks"]}, {"override_limit": None}):
        refused = patch(caller, path, body | {"home_zip": "98101"})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, list(body))
    unknown = patch(caller, path, {"home_zip": "00000"})
    assert list(unknown.json()["errors"]) == ["home_zip"]
    assert patch(caller, path, {"home_zip": "98101"}).json()["home_zip"] == "98101"
    assert problem_of(patch(call_as(cast.other_technician), path, {"phone": ""})) == (
        403,
        "forbidden",
    )
    assert problem_of(patch(caller, path, {"phone": ""})) == (412, "stale")
    answer = caller.call("PATCH", path, {"phone": ""})
    assert problem_of(answer) == (428, "version_required")


def test_nobody_sets_their_own_limit(call_as: CallAs, cast: Cast) -> None:
    record = factories.make_technician("Ada Both", user=cast.admin)
    refused = patch(
        call_as(cast.admin), f"/api/technicians/{record.pk}/", {"override_limit": "9.00"}
    )
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["override_limit"])


def test_notices_are_read_one_by_one_and_all(call_as: CallAs, cast: Cast) -> None:
    for _ in range(3):
        factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
        factories.request(customer=cast.fleet, actor=cast.sales_agent)
    caller, path = call_as(cast.primary), "/api/notifications/"
    unread = caller.get(f"{path}?unread=true").json()["results"]
    assert len(unread) == 6
    one = f"{path}{unread[0]['id']}/read/"
    first, again = caller.post(one).json(), caller.post(one).json()
    assert first == again
    assert first["read_at"] is not None
    assert len(caller.get(f"{path}?unread=true").json()["results"]) == 5
    assert caller.post(f"{path}read-all/").json() == {"read": 5}
    assert caller.get(f"{path}?unread=true").json()["results"] == []
