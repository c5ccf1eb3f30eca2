"""Asking for repairs, one or many."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
REQUESTS, BATCHES = "/api/repair-requests/", "/api/batches/"


def test_customer_asks_for_a_repair(call_as: CallAs, cast: Cast) -> None:
    body = {
        "unit_number": "4127",
        "description": "Chip",
        "damage_type": "Chip",
        "damage_x": "12.50",
        "external_ref": "W-1",
        "preferred_date": "2026-12-01",
    }
    answer = call_as(cast.requester).post(REQUESTS, body)
    told = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/repairs/{told['id']}/")
    assert {name: told[name] for name in body} == body
    assert (told["customer"], told["queue_status"], told["technician"]) == (
        cast.fleet.pk,
        "REQUESTED",
        cast.technician_record.pk,
    )


@pytest.mark.parametrize("part", ["admin", "sales_agent"])
def test_the_shop_asks_in_a_customers_name(call_as: CallAs, cast: Cast, part: str) -> None:
    caller = call_as(cast.member(part))
    nameless = caller.post(REQUESTS, {"unit_number": "1"})
    assert (nameless.status_code, list(nameless.json()["errors"])) == (400, ["customer"])
    answer = caller.post(REQUESTS, {"unit_number": "1", "customer": cast.fleet.pk})
    assert (answer.status_code, answer.json()["customer"]) == (201, cast.fleet.pk)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("mate", (403, "forbidden")),
        ("stranger", (404, "not_found")),
        ("nobody", (404, "not_found")),
        ("other_sales_agent", (404, "not_found")),
        ("technician", (404, "not_found")),
    ],
)
def test_who_may_not_ask(call_as: CallAs, cast: Cast, part: str, expected: tuple[int, str]) -> None:
    body = {"unit_number": "1", "customer": cast.fleet.pk}
    assert problem_of(call_as(cast.member(part)).post(REQUESTS, body)) == expected
    assert not Repair.objects.exists()


def test_who_belongs_to_no_company_is_told_so(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.nobody).post(REQUESTS, {"unit_number": "1"})
    assert problem_of(answer) == (403, "no_company")


def test_second_request_of_a_unit_names_the_first(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    first = caller.post(REQUESTS, {"unit_number": "4127"}).json()["id"]
    answer = caller.post(REQUESTS, {"unit_number": "unit #4127"})
    assert problem_of(answer) == (409, "possible_duplicate")
    assert answer.json()["duplicate_of"] == first
    body = {"unit_number": "unit #4127", "confirm_duplicate": True}
    assert caller.post(REQUESTS, body).status_code == 201


# --- Batches --------------------------------------------------------------------------------


def rows(*numbers: str) -> list[dict[str, str]]:
    return [{"unit_number": number} for number in numbers]


def test_batch_is_offered_at_falling_prices(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.primary).post(BATCHES, {"rows": rows("1", "1", "2")})
    told = answer.json()
    assert (answer.status_code, told["offered_total"]) == (201, "140.00")
    assert [row["offered_amount"] for row in told["repairs"]] == ["50.00", "40.00", "50.00"]
    assert [row["break_number"] for row in told["repairs"]] == [1, 2, 3]
    assert told["counts"] == dict.fromkeys(QueueStatus.values, 0) | {"REQUESTED": 3}
    assert invariant_violations() == []


def test_fault_in_one_row_stores_none(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.primary).post(BATCHES, {"rows": [*rows("1"), {"unit_number": "\n"}]})
    assert list(answer.json()["errors"]) == ["rows.1.unit_number"]
    assert not Repair.objects.exists()


def test_field_batch_waits_as_a_whole(call_as: CallAs, cast: Cast) -> None:
    body = {"customer": cast.fleet.pk, "rows": rows("1", "2")}
    told = call_as(cast.technician).post(BATCHES, body).json()
    assert told["counts"]["PENDING"] == 2


@pytest.mark.parametrize(("kind", "status"), [("request", "REQUESTED"), ("field", "PENDING")])
def test_admins_choose_the_kind(call_as: CallAs, cast: Cast, kind: str, status: str) -> None:
    body = {"kind": kind, "customer": cast.fleet.pk, "rows": rows("1", "2")}
    assert call_as(cast.admin).post(BATCHES, body).json()["counts"][status] == 2


def test_a_batch_that_is_asked_for_names_no_technician(call_as: CallAs, cast: Cast) -> None:
    body = {"kind": "request", "customer": cast.fleet.pk, "rows": rows("1")}
    sent = body | {"technician": cast.technician_record.pk}
    answer = call_as(cast.admin).post(BATCHES, sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["technician"])
    assert not Repair.objects.exists()


@pytest.mark.parametrize(("part", "kind"), [("primary", "field"), ("technician", "request")])
def test_others_have_one_kind(call_as: CallAs, cast: Cast, part: str, kind: str) -> None:
    body = {"kind": kind, "customer": cast.fleet.pk, "rows": rows("1")}
    answer = call_as(cast.member(part)).post(BATCHES, body)
    assert problem_of(answer) == (403, "forbidden")


@pytest.fixture
def waiting(call_as: CallAs, cast: Cast) -> dict[str, Any]:
    """A field batch of two that waits for Demo Fleet."""
    body = {"customer": cast.fleet.pk, "rows": rows("1", "2")}
    told: dict[str, Any] = call_as(cast.technician).post(BATCHES, body).json()
    return told


def decide(caller: Caller, batch: dict[str, Any], verb: str, **body: object) -> Any:
    return caller.post(f"{BATCHES}{batch['id']}/{verb}/", body)


def test_batch_is_approved_whole(call_as: CallAs, cast: Cast, waiting: dict[str, Any]) -> None:
    answer = decide(call_as(cast.approver), waiting, "approve")
    assert (answer.status_code, answer.json()["counts"]["APPROVED"]) == (200, 2)


def test_rows_are_decided_one_by_one(call_as: CallAs, cast: Cast, waiting: dict[str, Any]) -> None:
    caller, first = call_as(cast.approver), waiting["repairs"][0]["id"]
    decide(caller, waiting, "approve", repairs=[first])
    told = decide(caller, waiting, "deny", reason_code="declined").json()
    counts = told["counts"]
    assert (counts["APPROVED"], counts["DENIED"]) == (1, 1)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("requester", (403, "forbidden")),
        ("sales_agent", (403, "forbidden")),
        ("technician", (403, "forbidden")),
        ("stranger", (404, "not_found")),
    ],
)
def test_who_may_not_approve_a_batch(
    call_as: CallAs,
    cast: Cast,
    waiting: dict[str, Any],
    part: str,
    expected: tuple[int, str],
) -> None:
    answer = decide(call_as(cast.member(part)), waiting, "approve")
    assert problem_of(answer) == expected


def test_row_of_another_batch_is_not_found(
    call_as: CallAs, cast: Cast, waiting: dict[str, Any]
) -> None:
    other = factories.field_repair(technician=cast.technician_record, customer=cast.fleet)
    answer = decide(call_as(cast.approver), waiting, "approve", repairs=[other.pk])
    assert problem_of(answer) == (404, "not_found")


def test_sales_agents_read_a_batch_without_its_words(
    call_as: CallAs, cast: Cast, waiting: dict[str, Any]
) -> None:
    told = call_as(cast.sales_agent).get(f"{BATCHES}{waiting['id']}/").json()
    assert told["offered_total"] == "100.00"
    assert "description" not in told["repairs"][0]
