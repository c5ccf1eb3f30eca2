"""Tasks, equipment, the day and the figures by the API."""

import datetime as dt
from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.audit.models import AuditEntry
from apps.jobs.models import Equipment, Job, JobTask
from core.enums import Role
from core.shop import shop_today
from tests import factories
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
TASKS, EQUIPMENT, DAY = "/api/tasks/", "/api/equipment/", "/api/technician-dashboard/"


@pytest.fixture
def lamp() -> Equipment:
    return factories.make_equipment("Lamp", serial_number="AB-1")


@pytest.fixture
def job(cast: Cast, lamp: Equipment) -> Job:
    """Two tasks that need the lamp, made by the sales agent, given to the technician."""
    return factories.make_job(
        "Measure",
        "Cut",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        equipment=[lamp],
    )


@pytest.fixture
def task(job: Job) -> JobTask:
    return job.tasks.get(order=1)


def patch(caller: Caller, path: str, body: object, version: int | None = 1) -> Any:
    headers = {} if version is None else {"If_Match": f'"{version}"'}
    return caller.call("PATCH", path, body, **headers)


def titles(answer: Any) -> list[str]:
    return [row["title"] for row in answer.json()["results"]]


# --- Tasks ----------------------------------------------------------------------------------


def test_progress_and_notes_want_no_version(call_as: CallAs, cast: Cast, task: JobTask) -> None:
    caller, path = call_as(cast.technician), f"{TASKS}{task.pk}/"
    noted = patch(caller, path, {"notes": "Gate 4"}, None)
    assert (noted.json()["notes"], noted["ETag"]) == ("Gate 4", '"1"')
    told = patch(caller, path, {"status": "completed"}, None).json()
    assert (told["status_label"], told["job_status"]) == ("Completed", "in_progress")
    assert told["allowed_moves"] == ["in_progress", "pending"]
    assert told["completed_at"] is not None
    assert caller.get(path).json() == told
    assert problem_of(patch(caller, path, {"status": "pending"}, 1)) == (412, "stale")


def test_the_second_before_the_first_is_refused(call_as: CallAs, cast: Cast, job: Job) -> None:
    second = job.tasks.get(order=2)
    answer = patch(
        call_as(cast.technician), f"{TASKS}{second.pk}/", {"status": "in_progress"}, None
    )
    assert problem_of(answer) == (409, "tasks_before_open")
    assert [each["title"] for each in answer.json()["open_tasks"]] == ["Measure"]


@pytest.mark.parametrize("body", [{"title": "Mine"}, {"description": "x"}, {"equipment": []}])
def test_technicians_change_nothing_else(
    call_as: CallAs, cast: Cast, task: JobTask, body: dict[str, Any]
) -> None:
    path = f"{TASKS}{task.pk}/"
    assert problem_of(patch(call_as(cast.technician), path, body)) == (403, "forbidden")
    assert problem_of(patch(call_as(cast.sales_agent), path, body, None)) == (
        428,
        "version_required",
    )
    assert patch(call_as(cast.sales_agent), path, body).status_code == 200


@pytest.mark.parametrize("field", ["order", "job", "started_at", "completed_at", "id", "version"])
def test_what_is_no_field_is_refused(
    call_as: CallAs, cast: Cast, task: JobTask, field: str
) -> None:
    answer = patch(call_as(cast.technician), f"{TASKS}{task.pk}/", {field: 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_who_removes_a_task(call_as: CallAs, cast: Cast, job: Job, task: JobTask) -> None:
    path, before = f"{TASKS}{task.pk}/", AuditEntry.objects.count()
    assert call_as(cast.technician).call("DELETE", path).status_code == 403
    assert call_as(cast.other_technician).call("DELETE", path).status_code == 404
    assert AuditEntry.objects.count() == before
    assert call_as(cast.sales_agent).call("DELETE", path).status_code == 204
    assert job.tasks.get().order == 1


@pytest.mark.parametrize("part", PARTS)
def test_who_finds_tasks(call_as: CallAs, cast: Cast, task: JobTask, part: str) -> None:
    sees = part in {"admin", "owner", "technician", "sales_agent"}
    caller = call_as(cast.member(part))
    assert caller.get(f"{TASKS}{task.pk}/").status_code == (200 if sees else 404)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Other", "Cut", "Measure"]),
        ("ordering=id", ["Measure", "Cut", "Other"]),
        ("status=completed", ["Measure"]),
        ("job={job}", ["Cut", "Measure"]),
        ("assigned_to={technician}", ["Cut", "Measure"]),
        ("equipment={lamp}", ["Cut", "Measure"]),
        ("scheduled_date={today}", ["Other"]),
        ("updated_since=2999-01-01T00:00:00Z", []),
    ],
)
def test_tasks_are_filtered(
    call_as: CallAs, cast: Cast, job: Job, query: str, expected: list[str]
) -> None:
    lamp = Equipment.objects.get()
    factories.make_job("Other", scheduled_date=shop_today())
    first = job.tasks.get(order=1)
    patch(call_as(cast.technician), f"{TASKS}{first.pk}/", {"status": "completed"}, None)
    filled = query.format(
        job=job.pk, technician=cast.technician.pk, lamp=lamp.pk, today=shop_today()
    )
    assert titles(call_as(cast.admin).get(f"{TASKS}?{filled}")) == expected


@pytest.mark.parametrize("query", ["status=done", "job=abc", "equipment=x", "scheduled_date=abc"])
def test_bad_filters_are_named(call_as: CallAs, cast: Cast, query: str) -> None:
    answer = call_as(cast.admin).get(f"{TASKS}?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])


def test_tasks_are_added_and_ordered(call_as: CallAs, cast: Cast, job: Job) -> None:
    caller, path = call_as(cast.sales_agent), f"/api/jobs/{job.pk}/tasks/"
    added = caller.post(path, {"title": "Sweep"})
    told = added.json()
    assert (added.status_code, added["ETag"], told["order"]) == (201, '"1"', 3)
    assert added["Location"] == f"{TASKS}{told['id']}/"
    rows = caller.get(path).json()["results"]
    ids = [row["id"] for row in reversed(rows)]
    answer = caller.call("PUT", f"{path}order/", {"tasks": ids})
    assert titles(answer) == ["Sweep", "Cut", "Measure"]
    for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], 9_000_000]):
        refused = caller.call("PUT", f"{path}order/", {"tasks": wrong})
        assert problem_of(refused) == (400, "tasks_not_exact")
    stale = caller.call("PUT", f"{path}order/", {"tasks": ids[::-1]}, If_Match='"1"')
    assert problem_of(stale) == (412, "stale")
    assert titles(caller.get(path)) == ["Sweep", "Cut", "Measure"]


# --- Equipment ------------------------------------------------------------------------------


def test_equipment_is_entered_changed_retired_deleted(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    made = caller.post(EQUIPMENT, {"name": "Saw", "type": "tool", "serial_number": "cd-2"})
    path, told = made["Location"], made.json()
    assert (made.status_code, made["ETag"], told["type_label"]) == (201, '"1"', "Tool")
    assert patch(caller, path, {"is_active": False}, None).status_code == 428
    assert patch(caller, path, {"is_active": False}).json()["is_active"] is False
    assert caller.get(path)["ETag"] == '"2"'
    assert caller.call("DELETE", path).status_code == 204
    assert caller.get(path).status_code == 404


def test_a_serial_number_is_taken_whatever_its_case(
    call_as: CallAs, cast: Cast, lamp: Equipment
) -> None:
    body = {"name": "Other", "serial_number": " ab-1"}
    answer = call_as(cast.admin).post(EQUIPMENT, body)
    assert problem_of(answer) == (409, "serial_taken")


def test_equipment_in_use_is_not_deleted(
    call_as: CallAs, cast: Cast, job: Job, lamp: Equipment
) -> None:
    answer = call_as(cast.admin).call("DELETE", f"{EQUIPMENT}{lamp.pk}/")
    assert problem_of(answer) == (409, "equipment_in_use")
    assert [each["title"] for each in answer.json()["tasks"]] == ["Measure", "Cut"]


@pytest.mark.parametrize("part", ["technician", "sales_agent"])
def test_others_of_the_shop_read_it(
    call_as: CallAs, cast: Cast, lamp: Equipment, part: str
) -> None:
    caller, path = call_as(cast.member(part)), f"{EQUIPMENT}{lamp.pk}/"
    assert [row["name"] for row in caller.get(EQUIPMENT).json()["results"]] == ["Lamp"]
    assert caller.get(path).status_code == 200
    assert problem_of(patch(caller, path, {"name": "Mine"})) == (403, "forbidden")
    assert problem_of(caller.call("DELETE", path)) == (403, "forbidden")
    assert problem_of(caller.post(EQUIPMENT, {"name": "Mine"})) == (403, "forbidden")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Lamp", "Saw", "Van"]),
        ("ordering=-name", ["Van", "Saw", "Lamp"]),
        ("type=vehicle", ["Van"]),
        ("active=false", ["Saw"]),
        ("active=true", ["Lamp", "Van"]),
        ("search=la", ["Lamp"]),
        ("search=AB", ["Lamp"]),
    ],
)
def test_equipment_is_filtered(
    call_as: CallAs, cast: Cast, lamp: Equipment, query: str, expected: list[str]
) -> None:
    factories.make_equipment("Van", type="vehicle")
    Equipment.objects.filter(pk=factories.make_equipment("Saw").pk).update(is_active=False)
    rows = call_as(cast.admin).get(f"{EQUIPMENT}?{query}").json()["results"]
    assert [row["name"] for row in rows] == expected


@pytest.mark.parametrize(
    ("part", "number"), [("admin", 2), ("technician", 2), ("other_technician", 0)]
)
def test_usage_tells_the_tasks_that_one_sees(
    call_as: CallAs, cast: Cast, job: Job, part: str, number: int
) -> None:
    lamp = Equipment.objects.get(tasks__job=job, tasks__order=1)
    answer = call_as(cast.member(part)).get(f"{EQUIPMENT}{lamp.pk}/usage/")
    assert len(answer.json()["results"]) == number


def test_clashes_are_listed_by_day(call_as: CallAs, cast: Cast, lamp: Equipment) -> None:
    common: dict[str, Any] = {"equipment": [lamp], "scheduled_date": shop_today()}
    for technician in (cast.technician_record, cast.other_technician_record):
        factories.make_job("A", technician=technician, **common)
    caller, path = call_as(cast.admin), f"{EQUIPMENT}clashes/"
    for query in ("", f"?date={shop_today()}"):
        (row,) = caller.get(f"{path}{query}").json()["results"]
        assert row["name"] == "Lamp"
    later = shop_today() + dt.timedelta(days=1)
    assert caller.get(f"{path}?date={later}").json()["results"] == []
    assert list(caller.get(f"{path}?date=abc").json()["errors"]) == ["date"]


# --- The day and the figures ----------------------------------------------------------------


def day_of(caller: Caller, query: str = "") -> list[str]:
    told = caller.get(f"{DAY}{query}").json()
    return [row["title"] for row in told["unscheduled"]["tasks"]]


def test_technicians_see_their_own_day_and_the_office_everybodys(
    call_as: CallAs, cast: Cast, job: Job
) -> None:
    own, other = cast.technician_record.pk, cast.other_technician_record.pk
    factories.make_job("Nobody's")
    office, technician = call_as(cast.admin), call_as(cast.technician)
    assert day_of(technician) == day_of(technician, f"?technician={own}") == ["Measure", "Cut"]
    assert day_of(office) == ["Measure", "Cut", "Nobody's"]
    assert day_of(office, f"?technician={own}") == ["Measure", "Cut"]
    assert day_of(office, f"?technician={other}") == []
    assert technician.get(f"{DAY}?technician={other}").status_code == 404
    assert office.get(f"{DAY}?technician=9000000").status_code == 404


def test_the_day_has_as_many_days_as_asked_for(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.technician)
    assert [len(caller.get(f"{DAY}{q}").json()["days"]) for q in ("", "?days=0", "?days=31")] == [
        *(8, 1, 32),
    ]
    assert caller.get(DAY).json()["days"][0]["appointments"] == []


@pytest.mark.parametrize("days", ["abc", "-1", "32", "100", "1.5", "", "%D9%A1"])
def test_an_impossible_number_of_days_is_refused(call_as: CallAs, cast: Cast, days: str) -> None:
    answer = call_as(cast.technician).get(f"{DAY}?days={days}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["days"])


def test_a_technician_without_a_record_has_no_day(call_as: CallAs, cast: Cast) -> None:
    bare = factories.make_user(role=Role.TECHNICIAN)
    assert call_as(bare).get(DAY).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_figures_are_the_offices(call_as: CallAs, cast: Cast, part: str) -> None:
    answer = call_as(cast.member(part)).get("/api/analytics/")
    assert answer.status_code == (200 if part in {"admin", "owner"} else 404)


def test_figures_tell_money_as_text_and_their_definitions(call_as: CallAs, cast: Cast) -> None:
    factories.completed_repair(technician=cast.technician_record)
    told = call_as(cast.admin).get("/api/analytics/").json()
    assert told["revenue"] == "50.00"
    assert told["definitions"]["overdue"]["rows"] == "/api/jobs/?overdue=true"
