"""Polling for changes."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api import changes
from apps.api.tests.conftest import CallAs, Caller
from apps.jobs.services import edit_task
from apps.queue_management import use_cases
from core.clock import now, pretending
from tests.cast import Cast
from tests.factories import make_job, request

CHANGES = "/api/changes/"


def poll(caller: Caller, since: int) -> tuple[int, list[int]]:
    told = caller.get(f"{CHANGES}?since={since}").json()
    return told["next"], [row["id"] for row in told["results"]]


def test_each_change_is_told_once(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    start, _ = poll(caller, 0)
    repair = request(customer=cast.fleet)

    end, found = poll(caller, start)
    assert set(found) == {repair.pk}
    assert poll(caller, end) == (end, [])


def test_a_row_says_what_happened_to_what(call_as: CallAs, cast: Cast) -> None:
    repair = request(customer=cast.fleet, unit_number="4127")

    row = call_as(cast.primary).get(CHANGES).json()["results"][0]
    assert {name: row[name] for name in row.keys() - {"at", "position"}} == {
        "kind": "repair",
        "id": repair.pk,
        "verb": "repair.requested",
        "name": f"Repair {repair.pk} of unit 4127",
        "text": "Repair requested",
        "actor": "Petra Primary",
        "own": True,
    }


def test_another_company_hears_nothing(call_as: CallAs, cast: Cast) -> None:
    request(customer=cast.fleet)

    assert poll(call_as(cast.stranger), 0)[1] == []


def test_the_company_hears_what_is_public(call_as: CallAs, cast: Cast) -> None:
    repair = request(customer=cast.fleet)
    use_cases.assign_repair(
        actor=cast.admin,
        repair_id=repair.pk,
        technician_id=cast.other_technician_record.pk,
    )
    caller = call_as(cast.mate)
    rows = caller.get(CHANGES).json()["results"]
    inside = call_as(cast.admin).get(CHANGES).json()["results"]

    assert {row["id"] for row in rows} == {repair.pk}
    assert len(rows) < len(inside)


def test_a_full_answer_goes_on_where_it_ended(call_as: CallAs, cast: Cast) -> None:
    repairs = [request(customer=cast.fleet).pk for _ in range(3)]
    caller = call_as(cast.mate)
    _, everything = poll(caller, 0)
    original, changes.MOST = changes.MOST, 2
    try:
        position, seen = 0, list[int]()
        while (answer := poll(caller, position))[1]:
            position, found = answer
            seen += found
    finally:
        changes.MOST = original

    assert seen == everything
    assert set(seen) == set(repairs)


def test_who_has_no_position_yet_begins_with_an_instant(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    with pretending(now() - dt.timedelta(hours=1)):
        request(customer=cast.fleet)
    repair = request(customer=cast.fleet)

    moment = (now() - dt.timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    told = caller.get(f"{CHANGES}?updated_since={moment}").json()
    assert {row["id"] for row in told["results"]} == {repair.pk}
    later = caller.get(f"{CHANGES}?since={told['next']}&updated_since={moment}").json()
    assert later == {"next": told["next"], "results": []}
    old = caller.get(f"{CHANGES}?updated_since=2000-01-01T00:00:00Z").json()
    assert len(old["results"]) > len(told["results"])


def test_a_position_of_the_future_is_kept(call_as: CallAs, cast: Cast) -> None:
    assert poll(call_as(cast.admin), 10**9) == (10**9, [])


def test_nonsense_is_400(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)

    for query in ("since=x", "since=-1", f"since={10**30}", "until=1", "cursor=x"):
        assert caller.get(f"{CHANGES}?{query}").status_code == 400


def kinds(caller: Caller) -> list[tuple[str, str]]:
    rows = caller.get(CHANGES).json()["results"]
    return [(row["kind"], row["verb"]) for row in rows]


def test_jobs_and_tasks_are_told_to_who_sees_them(call_as: CallAs, cast: Cast) -> None:
    request(customer=cast.fleet)
    job = make_job(
        "Measure", actor=cast.sales_agent, customer=cast.fleet, technician=cast.technician_record
    )
    edit_task(actor=cast.technician, task_id=job.tasks.get().pk, status="completed")
    told = [
        ("job", "job.created"),
        ("jobtask", "task.created"),
        ("job", "job.started"),
        ("jobtask", "task.completed"),
    ]
    assert kinds(call_as(cast.sales_agent))[-4:] == told
    assert kinds(call_as(cast.technician))[-4:] == told
    inside = kinds(call_as(cast.admin))
    assert (inside[0][0], inside[-4:]) == ("repair", told)
    assert not {"job", "jobtask"} & {kind for kind, _ in kinds(call_as(cast.other_technician))}
    assert {kind for kind, _ in kinds(call_as(cast.primary))} == {"repair"}


def test_pages_of_several_kinds_lose_nothing(call_as: CallAs, cast: Cast) -> None:
    for _ in range(2):
        request(customer=cast.fleet)
        make_job("A", "B", customer=cast.fleet)
    caller = call_as(cast.admin)
    rows = caller.get(CHANGES).json()["results"]
    original, changes.MOST = changes.MOST, 2
    try:
        position, seen = 0, []
        while (told := caller.get(f"{CHANGES}?since={position}").json())["results"]:
            position = told["next"]
            seen += told["results"]
    finally:
        changes.MOST = original
    assert seen == rows
    assert {row["kind"] for row in rows} == {"repair", "job", "jobtask"}


def test_polling_costs_the_same_however_much_happened(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.mate)

    def cost() -> int:
        request(customer=cast.fleet)
        with CaptureQueriesContext(connection) as statements:
            caller.get(CHANGES)
        return len(statements)

    assert (cost(), cost(), cost()) == (4, 4, 4)


def test_polling_by_the_shop_costs_a_statement_a_kind(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.technician)

    def cost() -> int:
        make_job("A", customer=cast.fleet, technician=cast.technician_record)
        with CaptureQueriesContext(connection) as statements:
            caller.get(CHANGES)
        return len(statements)

    assert (cost(), cost(), cost()) == (7, 7, 7)
