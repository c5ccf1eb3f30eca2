"""Repairs: who reads what, filters and order, field repairs, price and history."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api import repair_rows
from apps.api.parsers import JsonRenderer
from apps.api.repair_rows import Reader
from apps.api.tests.conftest import CallAs, problem_of
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.rules import allowed_moves
from core.enums import ApprovalPolicy
from core.models import CustomerPreference
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/api/repairs/"
FIFTY = Decimal("50.00")
LISTED = {
    "id",
    "customer",
    "customer_name",
    "technician",
    "technician_name",
    "unit",
    "unit_number",
    "description",
    "damage_type",
    "cost",
    "discounted_cost",
    "queue_status",
    "queue_status_label",
    "allowed_moves",
    "repair_date",
    "site",
    "batch",
    "break_number",
    "voided_at",
    "version",
    "updated_at",
}
OF_AGENTS = LISTED - {"technician", "technician_name", "description", "site"}
INTERNAL = {
    "is_pinned",
    "cost_override",
    "override_reason",
    "technician_notes",
    "internal_notes",
    "move_reason",
}


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


# --- Reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("admin", LISTED),
        ("technician", LISTED),
        ("primary", LISTED),
        ("mate", LISTED),
        ("sales_agent", OF_AGENTS),
    ],
)
def test_list_tells_each_reader_their_fields(
    call_as: CallAs, cast: Cast, repair: Repair, part: str, expected: set[str]
) -> None:
    (row,) = call_as(cast.member(part)).get(LIST).json()["results"]
    assert row.keys() == expected


@pytest.mark.parametrize("part", ["stranger", "nobody", "other_sales_agent"])
def test_list_of_others_is_empty(call_as: CallAs, cast: Cast, repair: Repair, part: str) -> None:
    assert ids(call_as(cast.member(part)).get(LIST)) == []


def test_technicians_list_their_own_and_every_request(call_as: CallAs, cast: Cast) -> None:
    own = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    factories.started_repair(technician=cast.other_technician_record, customer=cast.fleet)
    requested = factories.request(customer=cast.other_fleet)
    assert set(ids(call_as(cast.technician).get(LIST))) == {own.pk, requested.pk}


@pytest.mark.parametrize("part", ["admin", "technician"])
def test_the_shop_reads_what_is_internal(
    call_as: CallAs, cast: Cast, repair: Repair, part: str
) -> None:
    told = call_as(cast.member(part)).get(f"{LIST}{repair.pk}/").json()
    assert told.keys() >= INTERNAL


@pytest.mark.parametrize("part", ["primary", "mate", "sales_agent"])
def test_nobody_else_reads_what_is_internal(
    call_as: CallAs, cast: Cast, repair: Repair, part: str
) -> None:
    told = call_as(cast.member(part)).get(f"{LIST}{repair.pk}/").json()
    assert not INTERNAL & told.keys()


def test_sales_agents_read_no_notes_and_no_contact(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    told = call_as(cast.sales_agent).get(f"{LIST}{repair.pk}/").json()
    assert not {"customer_notes", "contact_phone", "description"} & told.keys()


def test_detail_tells_the_shape_of_the_api(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = call_as(cast.primary).get(f"{LIST}{repair.pk}/")
    told = answer.json()
    assert answer["ETag"] == f'"{repair.version}"'
    named = ("id", "unit_number", "description", "queue_status", "queue_status_label", "cost")
    assert [told[name] for name in named] == [
        repair.pk,
        "4127",
        "A chip",
        "REQUESTED",
        "Customer Requested",
        "0.00",
    ]
    assert (told["technician"], told["technician_name"]) == (
        cast.technician_record.pk,
        "Tom Becker",
    )
    assert told["allowed_moves"] == ["DENIED"]


@pytest.mark.parametrize("part", ["admin", "technician", "primary", "sales_agent"])
def test_moves_in_a_list_are_those_of_the_rules(call_as: CallAs, cast: Cast, part: str) -> None:
    for status in QueueStatus:
        factories.repair_in(status, technician=cast.technician_record, customer=cast.fleet)
    factories.started_repair(technician=cast.other_technician_record, customer=cast.fleet)
    user = cast.member(part)
    rows = call_as(user).get(LIST).json()["results"]
    told = {row["id"]: row["allowed_moves"] for row in rows}
    visible = Repair.objects.visible_to(user)
    assert told == {repair.pk: allowed_moves(user, repair) for repair in visible}


@pytest.mark.parametrize(
    ("part", "statements"), [("admin", 2), ("technician", 2), ("primary", 2), ("sales_agent", 2)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_statements_whatever_its_length(
    call_as: CallAs, cast: Cast, part: str, statements: int, rows: int
) -> None:
    for _ in range(rows):
        factories.request(customer=cast.fleet)
    caller = call_as(cast.member(part))
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert len(ids(caller.get(LIST))) == rows
    assert len(caught) == statements, [query["sql"] for query in caught]


# --- Filters and order ----------------------------------------------------------------------


@pytest.fixture
def three(cast: Cast) -> list[Repair]:
    """Of two customers: denied, in progress, requested."""
    return [
        factories.denied_repair(customer=cast.fleet, unit_number="41", damage_type="Crack"),
        factories.started_repair(
            customer=cast.fleet, unit_number="#4127", technician=cast.technician_record
        ),
        factories.request(customer=cast.other_fleet, unit_number="9"),
    ]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [2, 1, 0]),
        ("ordering=repair_date", [0, 1, 2]),
        ("ordering=-updated_at", [2, 1, 0]),
        ("ordering=updated_at", [0, 1, 2]),
        ("status=DENIED&status=REQUESTED", [2, 0]),
        ("customer={0.customer_id}", [1, 0]),
        ("technician={1.technician_id}&status=IN_PROGRESS", [1]),
        ("unit={0.unit_id}", [0]),
        ("damage_type=Crack", [0]),
        ("batch=1", []),
        ("search=unit 41", [1, 0]),
        ("search=other", [2]),
        ("search=27", []),
        ("created_from=2000-01-01&created_to=2000-12-31", []),
        ("repair_date_from=2000-01-01&repair_date_to=2999-12-31", [2, 1, 0]),
        ("updated_since=2999-01-01T00:00:00Z", []),
        ("updated_since=2000-01-01T00:00:00+02:00", [2, 1, 0]),
        ("technician=9223372036854775807", []),
    ],
)
def test_filters_and_orderings(
    call_as: CallAs, cast: Cast, three: list[Repair], query: str, places: list[int]
) -> None:
    answer = call_as(cast.admin).get(f"{LIST}?{query.format(*three)}")
    assert ids(answer) == [three[place].pk for place in places]


def test_repairs_without_a_technician(call_as: CallAs, cast: Cast) -> None:
    factories.set_shop(assignment_mode="suggest")
    waiting = factories.request(customer=cast.fleet)
    factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert ids(call_as(cast.admin).get(f"{LIST}?technician=none")) == [waiting.pk]


def test_pages_run_through_every_row_once(call_as: CallAs, cast: Cast, three: list[Repair]) -> None:
    caller, seen, path = call_as(cast.admin), [], f"{LIST}?page_size=2"
    while path:
        page = caller.get(path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert seen == [repair.pk for repair in reversed(three)]


def test_a_customers_list_is_filtered_too(call_as: CallAs, cast: Cast, three: list[Repair]) -> None:
    path = f"/api/customers/{cast.fleet.pk}/repairs/"
    assert ids(call_as(cast.primary).get(f"{path}?status=DENIED")) == [three[0].pk]
    assert problem_of(call_as(cast.stranger).get(path)) == (404, "not_found")


# --- Field repairs --------------------------------------------------------------------------


def field_body(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"customer": cast.fleet.pk, "unit_number": "77", "damage_type": "Chip"} | more


def test_field_repair_waits_for_who_wants_to_be_asked(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.technician).post(LIST, field_body(cast))
    told = answer.json()
    assert (answer.status_code, told["queue_status"]) == (201, "PENDING")
    assert answer["Location"] == f"{LIST}{told['id']}/"
    assert told["approval"] == "The customer wants to be asked each time"


def test_field_repair_starts_where_the_policy_says_so(call_as: CallAs, cast: Cast) -> None:
    CustomerPreference.objects.filter(customer=cast.fleet).update(
        approval_policy=ApprovalPolicy.AUTO_APPROVE
    )
    told = call_as(cast.technician).post(LIST, field_body(cast)).json()
    assert (told["queue_status"], told["approved_amount"]) == ("APPROVED", "50.00")


def test_field_repair_says_nothing_of_its_status(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.technician).post(LIST, field_body(cast, queue_status="APPROVED"))
    assert problem_of(answer) == (400, "invalid")
    assert not Repair.objects.exists()


def test_technicians_report_for_themselves_only(call_as: CallAs, cast: Cast) -> None:
    body = field_body(cast, technician=cast.other_technician_record.pk)
    assert problem_of(call_as(cast.technician).post(LIST, body)) == (403, "forbidden")


def test_admins_name_the_technician(call_as: CallAs, cast: Cast) -> None:
    body = field_body(cast, technician=cast.other_technician_record.pk)
    told = call_as(cast.admin).post(LIST, body).json()
    assert told["technician"] == cast.other_technician_record.pk


@pytest.mark.parametrize("part", ["primary", "sales_agent", "nobody"])
def test_only_the_shop_reports_from_the_field(call_as: CallAs, cast: Cast, part: str) -> None:
    answer = call_as(cast.member(part)).post(LIST, field_body(cast))
    assert problem_of(answer) == (403, "forbidden")


# --- Price and history ----------------------------------------------------------------------


def test_price_is_explained(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    told = call_as(cast.primary).get(f"{LIST}{repair.pk}/price/").json()
    line = {"rule": "tier", "version": 0, "text": "1st repair on unit 4127", "amount": "50.00"}
    assert told == {"amount": "50.00", "lines": [line]}


def test_history_tells_the_shop_all_and_customers_what_is_public(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    use_cases.pin_repair(actor=cast.admin, repair_id=repair.pk)
    path = f"{LIST}{repair.pk}/history/"
    office = call_as(cast.admin).get(path).json()["results"]
    public = call_as(cast.primary).get(path).json()["results"]
    assert [entry["verb"] for entry in office] == ["repair.requested", "repair.pinned"]
    assert [entry["verb"] for entry in public] == ["repair.requested"]
    assert public[0].keys() == {"at", "actor", "verb", "changes"}
    assert "is_pinned" not in {change["field"] for change in public[0]["changes"]}


@pytest.mark.parametrize(
    "part", ["admin", "technician", "sales_agent", "primary", "requester", "stranger"]
)
def test_the_kept_statement_of_a_repair_answers_as_the_orm(
    call_as: CallAs, cast: Cast, repair: Repair, part: str
) -> None:
    person = getattr(cast, part)
    reader = Reader(person)
    row = reader.whole(Repair.objects.visible_to(person).filter(pk=repair.pk)).first()
    expected = orjson.loads(JsonRenderer().render(reader.tell_whole(row))) if row else None

    for _ in range(3):
        answer = call_as(person).get(f"/api/repairs/{repair.pk}/")
        assert answer.status_code == (200 if row else 404)
        assert row is None or answer.json() == expected


def test_what_a_reward_takes_off_is_not_charged() -> None:
    for row in ({"cost": "50.00", "discount": "12.50"}, {"cost": FIFTY, "discount": FIFTY / 4}):
        assert repair_rows._charged(row) == Decimal("37.50")
    assert repair_rows._charged({"cost": "50.00", "discount": "0.00"}) == "50.00"
