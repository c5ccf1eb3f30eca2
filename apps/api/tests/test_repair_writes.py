"""Repairs: edits, moves, the office's work."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, problem_of
from apps.repairs.models import Repair
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/api/repairs/"


# --- Edits ----------------------------------------------------------------------------------


def editable(**changes: Any) -> dict[str, Any]:
    texts = (
        "description",
        "requested_by_name",
        "preferred_window",
        "contact_name",
        "contact_phone",
        "po_number",
        "external_ref",
        "resin_viscosity",
        "customer_notes",
        "technician_notes",
        "internal_notes",
    )
    nothing = ("site", "preferred_date", "damage_x", "damage_y", "glass_temperature")
    body = dict.fromkeys(texts, "") | dict.fromkeys(nothing)
    return body | {"damage_type": "Chip", "drilled_before": False} | changes


def test_patch_changes_a_field_and_raises_the_version(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    etag = f'"{repair.version}"'
    answer = call_as(cast.technician).call(
        "PATCH", f"{LIST}{repair.pk}/", {"po_number": "PO 7"}, If_Match=etag
    )
    assert (answer.status_code, answer.json()["po_number"]) == (200, "PO 7")
    assert answer["ETag"] == f'"{repair.version + 1}"'


def test_put_replaces_all_that_may_be_edited(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = call_as(cast.admin).call(
        "PUT",
        f"{LIST}{repair.pk}/",
        editable(contact_name="Dora"),
        If_Match=f'"{repair.version}"',
    )
    told = answer.json()
    assert answer.status_code == 200
    assert (told["contact_name"], told["description"], told["damage_type"]) == ("Dora", "", "Chip")


def test_put_wants_every_field(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    body = editable()
    del body["internal_notes"]
    answer = call_as(cast.admin).call("PUT", f"{LIST}{repair.pk}/", body, If_Match='"1"')
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"internal_notes": ["This field is required."]}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (428, "version_required")),
        ({"If_Match": '"99"'}, (412, "stale")),
        ({"If_Match": 'W/"1"'}, (412, "stale")),
        ({"If_Match": "1"}, (412, "stale")),
        ({"If_Match": "*"}, (412, "stale")),
        ({"If_Match": '"1", "2"'}, (412, "stale")),
        ({"If_Match": '"' + "9" * 40 + '"'}, (412, "stale")),
    ],
)
def test_edits_want_the_present_version(
    call_as: CallAs,
    cast: Cast,
    repair: Repair,
    headers: dict[str, str],
    expected: tuple[int, str],
) -> None:
    answer = call_as(cast.admin).call(
        "PATCH", f"{LIST}{repair.pk}/", {"po_number": "PO 7"}, **headers
    )
    repair.refresh_from_db()
    assert (problem_of(answer), repair.po_number) == (expected, "")


def test_notes_want_none_and_raise_none(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = call_as(cast.primary).call(
        "PATCH", f"{LIST}{repair.pk}/", {"customer_notes": "Gate 4"}
    )
    told = answer.json()
    assert (told["customer_notes"], told["version"]) == ("Gate 4", repair.version)


@pytest.mark.parametrize("field", ["queue_status", "cost", "id", "version", "technician", "bogus"])
def test_other_fields_are_refused_by_name(
    call_as: CallAs, cast: Cast, repair: Repair, field: str
) -> None:
    answer = call_as(cast.admin).call(
        "PATCH", f"{LIST}{repair.pk}/", {field: 1}, If_Match=f'"{repair.version}"'
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("sales_agent", (403, "forbidden")),
        ("other_technician", (403, "forbidden")),
        ("primary", (403, "forbidden")),
        ("stranger", (404, "not_found")),
    ],
)
def test_who_may_not_edit(
    call_as: CallAs, cast: Cast, repair: Repair, part: str, expected: tuple[int, str]
) -> None:
    answer = call_as(cast.member(part)).call(
        "PATCH", f"{LIST}{repair.pk}/", {"po_number": "x"}, If_Match=f'"{repair.version}"'
    )
    assert problem_of(answer) == expected


def test_request_data_is_fixed_once_work_begins(call_as: CallAs, cast: Cast) -> None:
    started = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    answer = call_as(cast.technician).call(
        "PATCH", f"{LIST}{started.pk}/", {"po_number": "x"}, If_Match=f'"{started.version}"'
    )
    assert problem_of(answer) == (409, "not_editable_now")


# --- Moves ----------------------------------------------------------------------------------


def move(caller: Any, repair: Repair, status: str, **more: Any) -> Any:
    return caller.call("PATCH", f"{LIST}{repair.pk}/status/", {"status": status} | more)


def test_request_is_taken_started_and_completed(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    caller = call_as(cast.technician)
    told = [
        move(caller, repair, status).json()["queue_status"]
        for status in ("APPROVED", "IN_PROGRESS", "COMPLETED")
    ]
    assert told == ["APPROVED", "IN_PROGRESS", "COMPLETED"]
    assert caller.get(f"{LIST}{repair.pk}/").json()["discounted_cost"] == "50.00"


def test_own_last_move_again_changes_nothing(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    caller = call_as(cast.technician)
    first = move(caller, repair, "APPROVED")
    again = move(caller, repair, "APPROVED")
    assert (again.status_code, again.json()) == (200, first.json())


def test_illegal_move_tells_what_is_allowed(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = move(call_as(cast.admin), repair, "COMPLETED")
    assert problem_of(answer) == (409, "illegal_move")
    assert answer.json()["allowed_moves"] == ["APPROVED", "PENDING", "DENIED"]


def test_denial_wants_a_reason(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    assert problem_of(move(call_as(cast.primary), repair, "DENIED")) == (
        400,
        "reason_code_required",
    )
    told = move(call_as(cast.primary), repair, "DENIED", reason_code="declined").json()
    assert (told["queue_status"], told["reason_code"]) == ("DENIED", "declined")


def test_who_loses_a_request_is_told_to_whom(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    move(call_as(cast.technician), repair, "APPROVED")
    answer = move(call_as(cast.other_technician), repair, "APPROVED")
    assert problem_of(answer) == (409, "already_claimed")
    assert answer.json()["holder"] == "Tom Becker"


@pytest.mark.parametrize("body", [{"status": "IN_PROGRESS"}, {"status": "X"}, {"bogus": 1}])
def test_other_moves_of_a_lost_request_are_not_found(
    call_as: CallAs, cast: Cast, repair: Repair, body: dict[str, Any]
) -> None:
    move(call_as(cast.technician), repair, "APPROVED")
    path = f"{LIST}{repair.pk}/status/"
    answer = call_as(cast.other_technician).call("PATCH", path, body)
    assert problem_of(answer) == (404, "not_found")


def test_move_is_based_on_a_version_where_one_is_sent(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    path = f"{LIST}{repair.pk}/status/"
    answer = call_as(cast.technician).call("PATCH", path, {"status": "APPROVED"}, If_Match='"77"')
    assert problem_of(answer) == (412, "stale")


def test_without_any_right_the_body_is_not_judged(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    answer = call_as(cast.mate).call("PATCH", f"{LIST}{repair.pk}/status/", {"status": "NO"})
    assert problem_of(answer) == (403, "forbidden")


# --- The office -----------------------------------------------------------------------------


def test_office_gives_work_to_another_technician(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    body = {"technician": cast.other_technician_record.pk, "pin": True}
    told = call_as(cast.admin).post(f"{LIST}{repair.pk}/assign/", body).json()
    assert (told["technician_name"], told["is_pinned"]) == ("Uma Other", True)


def test_office_voids_a_completed_repair(call_as: CallAs, cast: Cast) -> None:
    done = factories.completed_repair(technician=cast.technician_record, customer=cast.fleet)
    path = f"{LIST}{done.pk}/void/"
    told = call_as(cast.admin).post(path, {"reason": "Wrong truck"}).json()
    assert (told["queue_status"], told["cost"], told["allowed_moves"]) == (
        "COMPLETED",
        "50.00",
        [],
    )
    assert told["voided_at"] is not None


@pytest.mark.parametrize("action", ["assign", "void"])
@pytest.mark.parametrize("part", ["technician", "primary", "sales_agent"])
def test_nobody_else_does_the_offices_work(
    call_as: CallAs, cast: Cast, repair: Repair, action: str, part: str
) -> None:
    answer = call_as(cast.member(part)).post(f"{LIST}{repair.pk}/{action}/", {"x": 1})
    assert problem_of(answer) == (403, "forbidden")
