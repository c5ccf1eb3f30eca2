"""Visits: booked, found, moved, cancelled, wished for another time; the day."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.api import urls
from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from apps.security.keys import create_key
from apps.technicians.models import Technician
from core.shop import shop_today
from tests import factories
from tests.cast import PARTS, Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db
VISITS = "/api/appointments/"


@pytest.fixture
def tom(cast: Cast) -> Technician:
    factories.set_hours(cast.technician_record)
    return cast.technician_record


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return factories.request(customer=cast.fleet, actor=cast.primary, unit_number="4127")


@pytest.fixture
def visit(tom: Technician, repair: Repair) -> Appointment:
    return factories.book(tom, repair=repair)


def at(visit: Appointment, rest: str = "") -> str:
    return f"{VISITS}{visit.pk}/{rest}"


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def body_of(repair: Repair, tom: Technician) -> dict[str, Any]:
    body = {"repair": repair.pk, "technician": tom.pk, "minutes": 60}
    return body | {"starts_at": visit_at().isoformat()}


# --- Booking --------------------------------------------------------------------------------


def test_booking_returns_the_whole_visit(
    call_as: CallAs, cast: Cast, tom: Technician, repair: Repair
) -> None:
    answer = call_as(cast.admin).post(VISITS, body_of(repair, tom) | {"notes": "Ring"})
    told = answer.json()
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer["Location"] == f"{VISITS}{told['id']}/"
    assert told == {
        "id": told["id"],
        "title": "Unit 4127",
        "status": "booked",
        "status_label": "Booked",
        "starts_at": told["starts_at"],
        "ends_at": told["ends_at"],
        "busy_from": told["busy_from"],
        "travel_minutes": 15,
        "setup_minutes": 0,
        "time_zone": "America/New_York",
        "promised_from": None,
        "promised_until": None,
        "technician": tom.pk,
        "technician_name": "Tom Becker",
        "customer": cast.fleet.pk,
        "customer_name": "Demo Fleet",
        "repair": repair.pk,
        "unit_number": "4127",
        "batch": None,
        "batch_size": 0,
        "job": None,
        "job_title": None,
        "series": None,
        "site": None,
        "site_name": None,
        "site_address": None,
        "site_city": None,
        "access_note": None,
        "notes": "Ring",
        "reason": "",
        "wish_date": None,
        "wish_window": "",
        "wish_note": "",
        "wished_at": None,
        "created_at": told["created_at"],
        "updated_at": told["updated_at"],
        "version": 1,
    }
    assert dt.datetime.fromisoformat(told["starts_at"]) == visit_at()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": "60"}, "minutes"),
        ({"minutes": 721}, "minutes"),
        ({"travel_minutes": -1}, "travel_minutes"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2020-01-01T09:00:00Z"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"technician": 9_000_000}, "technician"),
        ({"repair": 9_000_000}, "repair"),
        ({"job": 9_000_000}, "repair"),
        ({"site": 9_000_000}, "site"),
        ({"status": "done"}, "status"),
        ({"bogus": 1}, "bogus"),
        ({"promised_from": "2027-01-01T09:00:00Z"}, "promised_until"),
    ],
)
def test_bad_bodies_are_refused_by_field(
    call_as: CallAs, cast: Cast, visit: Appointment, fields: dict[str, Any], field: str
) -> None:
    tom, repair = cast.technician_record, factories.request()
    answer = call_as(cast.admin).post(VISITS, body_of(repair, tom) | fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Appointment.objects.get() == visit


def test_a_taken_time_tells_the_nearest(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    body = body_of(factories.request(), cast.technician_record)
    answer = call_as(cast.admin).post(VISITS, body)
    assert problem_of(answer) == (409, "slot_taken")
    starts = [slot["starts_at"] for slot in answer.json()["alternatives"]]
    assert [dt.datetime.fromisoformat(start) for start in starts] == [
        visit_at(1, 10, 15),
        visit_at(1, 10, 30),
        visit_at(1, 10, 45),
    ]
    accepted = call_as(cast.admin).post(VISITS, body | {"starts_at": starts[0]})
    assert accepted.status_code == 201


def test_a_repeated_booking_is_one(
    call_as: CallAs, cast: Cast, tom: Technician, repair: Repair
) -> None:
    caller, body = call_as(cast.admin), body_of(repair, tom)
    answers = [caller.post(VISITS, body, Idempotency_Key="k1").json()["id"] for _ in range(2)]
    assert answers == [Appointment.objects.get().pk] * 2


def test_a_key_to_request_books(cast: Cast, tom: Technician, repair: Repair) -> None:
    _, secret = create_key(actor=cast.admin, name="program", scopes=["read", "request"])
    caller = Caller(f"Token {secret}", Client())
    made = caller.post(VISITS, body_of(repair, tom))
    assert made.status_code == 201
    cancelled = caller.post(f"{VISITS}{made.json()['id']}/cancel/", {})
    assert problem_of(cancelled) == (403, "key_scope")


def test_a_series_is_booked_with_one_call(call_as: CallAs, cast: Cast, tom: Technician) -> None:
    job = factories.make_job("A", customer=cast.fleet, title="Yard check")
    factories.book(tom, visit_at(8))
    body = {
        "job": job.pk,
        "technician": tom.pk,
        "minutes": 30,
        "repeat": "weekly",
        "every": 1,
        "first_day": (shop_today() + dt.timedelta(days=1)).isoformat(),
        "local_time": "09:00",
        "number": 3,
        "tell": False,
    }
    caller = call_as(cast.admin)
    refused = caller.post(f"{VISITS}series/", body)
    assert problem_of(refused) == (409, "visits_refused")
    answer = caller.post(f"{VISITS}series/", body | {"skip_taken": True, "notes": "Gate 4"})
    told = answer.json()
    assert (answer.status_code, told["time_zone"]) == (201, "America/New_York")
    assert [row["title"] for row in told["appointments"]] == ["Yard check"] * 2
    assert [row["code"] for row in told["refused"]] == ["slot_taken"]
    listed = caller.get(f"{VISITS}?series={told['id']}")
    assert ids(listed) == [row["id"] for row in told["appointments"]]


# --- Finding --------------------------------------------------------------------------------

SEES = {"admin", "owner", "technician", "sales_agent", "primary", "approver", "requester", "mate"}


@pytest.mark.parametrize("part", PARTS)
def test_who_finds_a_visit(call_as: CallAs, cast: Cast, visit: Appointment, part: str) -> None:
    caller = call_as(cast.member(part))
    assert caller.get(at(visit)).status_code == (200 if part in SEES else 404)
    assert ids(caller.get(VISITS)) == ([visit.pk] if part in SEES else [])


def test_customers_are_not_told_notes(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(notes="Slow payer")
    assert call_as(cast.primary).get(at(visit)).json()["notes"] == ""
    assert call_as(cast.technician).get(at(visit)).json()["notes"] == "Slow payer"


def test_filters(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    tom, uma = cast.technician_record, cast.other_technician_record
    job = factories.make_job("A", customer=cast.other_fleet)
    batch = factories.request_batch(customer=cast.other_fleet, unit_numbers=["1", "2"])
    second = factories.book(uma, visit_at(2), job=job)
    third = factories.book(tom, visit_at(3), batch=batch)
    caller = call_as(cast.admin)
    caller.post(at(visit, "cancel/"), {"tell": False})
    call_as(cast.stranger).post(at(third, "wish/"), {"date": visit_at(4).date().isoformat()})
    day = visit_at(2).date().isoformat()
    for query, found in {
        f"technician={uma.pk}": [second],
        f"from={day}": [second, third],
        f"to={day}": [visit, second],
        f"from={day}&to={day}": [second],
        "status=booked": [second, third],
        "status=booked&status=cancelled": [visit, second, third],
        f"customer={cast.fleet.pk}": [visit],
        f"repair={visit.repair_id}": [visit],
        f"job={job.pk}": [second],
        f"batch={batch.pk}": [third],
        "wished=true": [third],
        "wished=false": [visit, second],
        "ordering=-starts_at": [third, second, visit],
    }.items():
        assert ids(caller.get(f"{VISITS}?{query}")) == [each.pk for each in found], query


@pytest.mark.parametrize(
    "query", ["from=abc", "status=gone", "technician=x", "wished=maybe", "page_size=9999", "q=1"]
)
def test_bad_filters_are_refused_by_name(call_as: CallAs, cast: Cast, query: str) -> None:
    answer = call_as(cast.admin).get(f"{VISITS}?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("part", ["admin", "technician", "primary"])
def test_a_list_costs_the_same_whatever_there_is(
    call_as: CallAs, cast: Cast, rows: int, part: str
) -> None:
    for days in range(rows):
        repair = factories.request(customer=cast.fleet)
        factories.book(cast.technician_record, visit_at(days + 1), repair=repair)
    caller = call_as(cast.member(part))
    with CaptureQueriesContext(connection) as caught:
        assert len(ids(caller.get(VISITS))) == rows
    assert len(caught) == 3


# --- Moving, cancelling, wishing ------------------------------------------------------------


def test_moving_wants_the_version_read(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    caller, later = call_as(cast.admin), {"starts_at": visit_at(2).isoformat()}
    assert caller.call("PATCH", at(visit), later).status_code == 428
    assert caller.call("PATCH", at(visit), later, If_Match='"7"').status_code == 412
    moved = caller.call("PATCH", at(visit), later | {"tell": False}, If_Match='"1"')
    assert (moved.status_code, moved["ETag"]) == (200, '"2"')
    early = {"starts_at": visit_at(2, 6).isoformat()}
    outside = caller.call("PATCH", at(visit), early, If_Match='"2"')
    assert problem_of(outside) == (409, "outside_hours")
    confirmed = caller.call("PATCH", at(visit), early | {"confirm_hours": True}, If_Match='"2"')
    assert confirmed.status_code == 200


def test_cancelling(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    caller = call_as(cast.admin)
    stale = caller.post(at(visit, "cancel/"), {}, If_Match='"9"')
    assert stale.status_code == 412
    answer = caller.post(at(visit, "cancel/"), {"reason": "Truck is away"})
    told = answer.json()
    assert (told["status"], told["reason"], told["version"]) == ("cancelled", "Truck is away", 2)
    closed = caller.call("PATCH", at(visit), {"starts_at": visit_at(2).isoformat()}, If_Match='"2"')
    assert problem_of(closed) == (409, "visit_closed")


def test_a_customer_wishes(call_as: CallAs, cast: Cast, visit: Appointment) -> None:
    caller, day = call_as(cast.requester), visit_at(4).date().isoformat()
    answer = caller.post(at(visit, "wish/"), {"date": day, "window": "mornings", "note": "Please"})
    told = answer.json()
    assert (answer.status_code, told["wish_date"], told["wish_window"]) == (200, day, "mornings")
    past = caller.post(at(visit, "wish/"), {"date": "2020-01-01"})
    assert (past.status_code, list(past.json()["errors"])) == (400, ["date"])


# --- Everybody, everywhere ------------------------------------------------------------------

PEOPLE = ("admin", "sales_agent", "technician", "primary", "other_technician", "stranger")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What is sent is wrong on purpose (400), so that who may do it changes nothing either.
WRONG = {"bogus": 1}
EXPECTED: dict[str, dict[str, tuple[int, ...]]] = {
    "appointment-list": {"GET": (200,) * 6, "POST": (400, 403, 403, 403, 403, 403)},
    "appointment-series": {"POST": (400, 404, 404, 404, 404, 404)},
    "appointment-detail": {
        "GET": (200, 200, 200, 200, 404, 404),
        "PATCH": (400, 403, 403, 403, 404, 404),
    },
    "appointment-cancel": {"POST": (400, 403, 403, 403, 404, 404)},
    "appointment-wish": {"POST": (400, 400, 400, 400, 404, 404)},
    "availability": {"GET": (200, 200, 200, 404, 200, 404)},
    "calendar-feed-list": {"GET": (200,) * 6, "POST": (400,) * 6},
}
STAFF_ONLY = {
    "availability": (405, 405, 405, 404, 405, 404),
    "appointment-series": (405, 404, 404, 404, 404, 404),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_everybody_gets_the_expected_answer(
    call_as: CallAs, cast: Cast, visit: Appointment, name: str
) -> None:
    pattern = next(str(each.pattern) for each in urls.urlpatterns if each.name == name)
    path = reverse(f"api:{name}", args=[visit.pk] if "<id:pk>" in pattern else [])
    callers = [call_as(cast.member(part)) for part in PEOPLE]
    before = AuditEntry.objects.count()
    found: dict[str, Any] = {}
    for method in METHODS:
        body = None if method == "GET" else WRONG
        found[method] = tuple(each.call(method, path, body).status_code for each in callers)
        assert call_as(None).call(method, path, body).status_code == 401
    nobody = STAFF_ONLY.get(name, (405,) * 6)
    assert found == {method: EXPECTED[name].get(method, nobody) for method in METHODS}
    assert AuditEntry.objects.count() == before


# --- The day --------------------------------------------------------------------------------


def test_the_day_tells_visits(call_as: CallAs, cast: Cast, visit: Appointment, job: Job) -> None:
    told = call_as(cast.technician).get("/api/technician-dashboard/?days=2").json()
    (row,) = told["days"][1]["appointments"]
    assert (row["id"], row["title"], row["date"]) == (
        visit.pk,
        "Unit 4127",
        visit_at().date().isoformat(),
    )
