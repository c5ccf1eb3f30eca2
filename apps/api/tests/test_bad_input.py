"""Input that breaks others: a clear answer, nothing stored, never a 500."""

from typing import Any

import pytest
from django.test import Client

from apps.api.parsers import JsonRenderer
from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.repairs.models import Repair, Unit
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
REQUESTS = "/api/repair-requests/"
LIST = "/api/repairs/"


@pytest.fixture
def caller(call_as: CallAs, cast: Cast) -> Caller:
    return call_as(cast.primary)


def raw(caller: Caller, body: bytes, content_type: str = "application/json") -> Any:
    headers = {"Authorization": caller.authorization}
    return Client().generic("POST", REQUESTS, body, content_type, headers=headers)


@pytest.mark.parametrize(
    "query",
    [
        "page_size=abc",
        "page_size=0",
        "page_size=201",
        "page_size=-1",
        "page_size=1e2",
        "page_size=",
        "page_size=25&page_size=25",
        "page_size=%D9%A1",
        "cursor=abc",
        "cursor=%00",
        "technician=abc",
        "technician=1.5",
        "technician=-1",
        "technician=",
        "unit=99999999999999999999999",
        "unit=%00",
        "unit=0x10",
        "status=completed",
        "status=",
        "status=DENIED,PENDING",
        "damage_type=chip",
        "search=",
        "search=%00",
        "search=a%0Ab",
        "search=" + "x" * 201,
        "created_from=yesterday",
        "created_from=2026-02-30",
        "created_to=9999-12-31",
        "updated_since=2026-11-22",
        "updated_since=2026-11-22T08:00:00",
        "updated_since=0001-01-01T00:00:00%2B14:00",
        "ordering=cost",
        "ordering=",
        "ordering=repair_date&ordering=updated_at",
        "bogus=1",
        "%00=1",
        "unit=1&unit=2",
    ],
)
def test_bad_query_is_refused_by_name(call_as: CallAs, cast: Cast, query: str) -> None:
    answer = call_as(cast.admin).get(f"{LIST}?{query}")
    assert problem_of(answer) == (400, "invalid")
    assert answer.json()["errors"] or "out of range" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "unit_number"),
        ({"unit_number": ""}, "unit_number"),
        ({"unit_number": "x" * 300}, "unit_number"),
        ({"unit_number": "41\0" + "27"}, "unit_number"),
        ({"unit_number": "41\u202e27"}, "unit_number"),
        ({"unit_number": 4127}, "unit_number"),
        ({"unit_number": ["4127"]}, "unit_number"),
        ({"unit_number": None}, "unit_number"),
        ({"unit_number": "1", "description": "a\0b"}, "description"),
        ({"unit_number": "1", "description": "x" * 2001}, "description"),
        ({"unit_number": "1", "damage_type": "Dent"}, "damage_type"),
        ({"unit_number": "1", "damage_type": {}}, "damage_type"),
        ({"unit_number": "1", "site": 1.0}, "site"),
        ({"unit_number": "1", "site": "1"}, "site"),
        ({"unit_number": "1", "site": True}, "site"),
        ({"unit_number": "1", "site": 2**63}, "site"),
        ({"unit_number": "1", "site": 9_000_000}, "site"),
        ({"unit_number": "1", "redo_of": 9_000_000}, "redo_of"),
        ({"unit_number": "1", "damage_x": "100.01"}, "damage_x"),
        ({"unit_number": "1", "damage_x": "NaN"}, "damage_x"),
        ({"unit_number": "1", "damage_y": -1}, "damage_y"),
        ({"unit_number": "1", "preferred_date": "soon"}, "preferred_date"),
        ({"unit_number": "1", "confirm_duplicate": "yes"}, "confirm_duplicate"),
        ({"unit_number": "1", "queue_status": "APPROVED"}, "queue_status"),
        ({"unit_number": "1", "cost_override": "1.00"}, "cost_override"),
        ({"unit_number": "1", "technician": 1}, "technician"),
        ({"unit_number": "1", "id": 1}, "id"),
        ({"unit_number": "1", "bogus": 1}, "bogus"),
    ],
)
def test_bad_body_is_refused_by_field(caller: Caller, body: dict[str, Any], field: str) -> None:
    answer = caller.post(REQUESTS, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Repair.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "invalid")),
        (b"{", (400, "malformed")),
        (b"\xff", (400, "malformed")),
        (b"[]", (400, "invalid")),
        (b"null", (400, "invalid")),
        (b'"text"', (400, "invalid")),
        (b"NaN", (400, "malformed")),
        (b'{"unit_number": "\\ud800"}', (400, "malformed")),
        (b"[" * 100_000 + b"]" * 100_000, (400, "malformed")),
        (b'{"a":' * 100 + b"1" + b"}" * 100, (400, "too_deep")),
        (b'{"unit_number": "' + b"x" * (1 << 20) + b'"}', (413, "too_large")),
        (b'{"unit_number": "1", "description": ' + b"1" * 5000 + b"}", (400, "malformed")),
    ],
)
def test_bad_json_is_refused(caller: Caller, body: bytes, expected: tuple[int, str]) -> None:
    answer = raw(caller, body)
    assert answer.status_code == expected[0]
    assert answer["Content-Type"] == "application/problem+json"
    assert not Repair.objects.exists()


def test_what_has_no_json_form_is_a_bug_that_is_seen() -> None:
    with pytest.raises(TypeError):
        JsonRenderer().render({"reply": object()})


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "x"])
def test_other_kinds_of_body_are_not_read(caller: Caller, kind: str) -> None:
    assert problem_of(raw(caller, b"<a/>", kind)) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "number", ["A/B", "McDonald's <b>", "  4127 ", "№ 7", "'; DROP TABLE repairs_repair; --"]
)
def test_odd_but_good_numbers_are_kept_as_written(caller: Caller, number: str) -> None:
    answer = caller.post(REQUESTS, {"unit_number": number})
    assert (answer.status_code, answer.json()["unit_number"]) == (201, number.strip())


@pytest.mark.parametrize("rows", [0, 51, 3000])
def test_batches_have_one_to_fifty_rows(caller: Caller, rows: int) -> None:
    answer = caller.post("/api/batches/", {"rows": [{"unit_number": "1"}] * rows})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rows"])
    assert not Repair.objects.exists()


@pytest.mark.parametrize("rows", [None, {}, "x", [1], [[]], [None]])
def test_batch_rows_of_another_shape(caller: Caller, rows: object) -> None:
    assert caller.post("/api/batches/", {"rows": rows}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "repairs/0/",
        "repairs/99999999999999999999999999/",
        "repairs/-1/",
        "repairs/1.0/",
        "repairs/abc/",
        "repairs/%00/",
        "customers/99999999999999999999999999/repairs/",
        "units/99999999999999999999999999/",
        "batches/99999999999999999999999999/",
        "technicians/99999999999999999999999999/",
        "photos/abc/",
        "photos/%00:%00:%00/",
        "nothing/",
    ],
)
def test_what_is_no_address_is_not_found(call_as: CallAs, cast: Cast, path: str) -> None:
    assert problem_of(call_as(cast.admin).get(f"/api/{path}")) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"status": "COMPLETED", "done_at": "0001-01-01T00:00:00+14:00"},
        {"status": "COMPLETED", "done_at": "9999-12-31T23:59:59-14:00"},
        {"status": "COMPLETED", "done_at": "now"},
        {"status": "COMPLETED", "done_at": 5},
    ],
)
def test_odd_times_of_a_device(call_as: CallAs, cast: Cast, body: dict[str, Any]) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    answer = call_as(cast.technician).call("PATCH", f"{LIST}{repair.pk}/status/", body)
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "amount", ["-0.01", "100000.00", "1.005", "Infinity", "1E+50", 1e400, [], True]
)
def test_bad_prices_are_refused(call_as: CallAs, cast: Cast, amount: object) -> None:
    body = {"customer": cast.fleet.pk, "unit_number": "1", "override_reason": "x"}
    answer = call_as(cast.admin).post(LIST, body | {"cost_override": amount})
    # Infinity is no JSON: it arrives as null, which is no price.
    assert answer.status_code == (201 if amount == 1e400 else 400)
