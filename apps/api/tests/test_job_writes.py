"""Jobs: edits, moves, who may not."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
JOBS = "/api/jobs/"
TEXTS = {"title": "Yard check", "description": "", "priority": "medium"}
PLAN = {"site": None, "assigned_to": None, "scheduled_date": None}


def at(job: Job, rest: str = "") -> str:
    return f"{JOBS}{job.pk}/{rest}"


def patch(caller: Caller, job: Job, body: object, version: int | None = 1) -> Any:
    headers = {} if version is None else {"If_Match": f'"{version}"'}
    return caller.call("PATCH", at(job), body, **headers)


# --- Editing --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["sales_agent", "admin"])
def test_planners_edit_with_the_version_they_read(
    call_as: CallAs, cast: Cast, job: Job, part: str
) -> None:
    caller = call_as(cast.member(part))
    assert problem_of(patch(caller, job, {"title": "B"}, None)) == (428, "version_required")
    answer = patch(caller, job, {"title": "B"})
    assert (answer.status_code, answer["ETag"], answer.json()["title"]) == (200, '"2"', "B")
    assert problem_of(patch(caller, job, {"priority": "low"})) == (412, "stale")


def test_put_takes_all_of_it(call_as: CallAs, cast: Cast, job: Job) -> None:
    caller, body = call_as(cast.admin), TEXTS | PLAN | {"status": "pending"}
    answer = caller.call("PUT", at(job), body, If_Match='"1"')
    assert (answer.status_code, answer.json()["assigned_to"]) == (200, None)
    del body["site"]
    refused = caller.call("PUT", at(job), body, If_Match='"2"')
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["site"])


@pytest.mark.parametrize(
    "body",
    [
        *({"title": "Mine"}, {"priority": "urgent"}, {"scheduled_date": "2999-01-01"}),
        *({"assigned_to": None}, {"description": ""}, {"site": None}),
        {"title": "Mine", "status": "in_progress"},
    ],
)
def test_technicians_edit_no_job(
    call_as: CallAs, cast: Cast, job: Job, body: dict[str, Any]
) -> None:
    assert problem_of(patch(call_as(cast.technician), job, body)) == (403, "forbidden")
    assert Job.objects.get(pk=job.pk).version == 1


@pytest.mark.parametrize(
    "call",
    [
        ("DELETE", "", {}),
        ("POST", "cancel/", {"reason": "No"}),
        ("POST", "reopen/", {"reason": "No"}),
        ("POST", "tasks/", {"title": "Mine"}),
        ("PUT", "tasks/order/", {"tasks": [1]}),
    ],
)
def test_technicians_plan_nothing(
    call_as: CallAs, cast: Cast, job: Job, call: tuple[str, str, object]
) -> None:
    (method, rest, body), before = call, AuditEntry.objects.count()
    for part, expected in (("technician", 403), ("other_technician", 404)):
        answer = call_as(cast.member(part)).call(method, at(job, rest), body)
        assert answer.status_code == expected
    assert AuditEntry.objects.count() == before


def test_a_job_that_nobody_began_is_deleted(call_as: CallAs, cast: Cast, job: Job) -> None:
    caller = call_as(cast.sales_agent)
    answer = caller.call("DELETE", at(job), If_Match='"7"')
    assert problem_of(answer) == (412, "stale")
    assert caller.call("DELETE", at(job)).status_code == 204
    assert caller.get(at(job)).status_code == 404


# --- Moving ---------------------------------------------------------------------------------


def complete_by(caller: Caller, job: Job, way: str) -> Any:
    if way == "action":
        return caller.post(at(job, "complete/"))
    if way == "patch":
        return patch(caller, job, {"status": "completed"}, None)
    told = caller.get(at(job)).json()
    names = (*TEXTS, *PLAN)
    body = {name: told[name] for name in names} | {"status": "completed"}
    return caller.call("PUT", at(job), body, If_Match=f'"{told["version"]}"')


@pytest.mark.parametrize("way", ["action", "patch", "put"])
def test_completing_names_open_tasks_on_every_route(
    call_as: CallAs, cast: Cast, job: Job, way: str
) -> None:
    caller = call_as(cast.admin)
    answer = complete_by(caller, job, way)
    assert problem_of(answer) == (409, "open_tasks")
    assert [task["title"] for task in answer.json()["open_tasks"]] == ["Measure", "Cut", "Clean"]
    factories.finish_tasks(job, actor=cast.technician)
    told = complete_by(caller, job, way).json()
    assert told["status"] == "completed"
    assert told["completed_at"] is not None
    assert told["progress"] == {"done": 3, "total": 3, "percent": 100}
    again = caller.post(at(job, "reopen/"), {"reason": "Not clean"}).json()
    assert (again["status"], again["completed_at"]) == ("in_progress", None)


def test_a_technician_completes_and_may_repeat_it(call_as: CallAs, cast: Cast, job: Job) -> None:
    factories.finish_tasks(job, actor=cast.technician)
    caller = call_as(cast.technician)
    first = caller.post(at(job, "complete/"))
    written = AuditEntry.objects.count()
    again = caller.post(at(job, "complete/"), {})
    assert (first.status_code, again.status_code) == (200, 200)
    assert AuditEntry.objects.count() == written
    answer = call_as(cast.admin).post(at(job, "complete/"))
    assert problem_of(answer) == (409, "illegal_move")


def test_a_job_is_called_off_with_a_reason(call_as: CallAs, cast: Cast, job: Job) -> None:
    caller = call_as(cast.sales_agent)
    assert caller.post(at(job, "cancel/"), {}).status_code == 400
    assert patch(caller, job, {"status": "cancelled"}, None).status_code == 400
    told = patch(caller, job, {"status": "cancelled", "reason": "Sold"}, None).json()
    assert (told["status"], told["allowed_moves"]) == ("cancelled", [])
    answer = caller.post(at(job, "complete/"))
    assert problem_of(answer) == (409, "illegal_move")


def test_a_job_is_called_off_by_its_own_address_too(call_as: CallAs, cast: Cast, job: Job) -> None:
    answer = call_as(cast.admin).post(at(job, "cancel/"), {"reason": "Sold"}, If_Match='"1"')
    assert (answer.json()["status"], answer["ETag"]) == ("cancelled", '"2"')


def test_a_job_without_tasks_is_not_completed(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.admin).post(at(factories.make_job(), "complete/"))
    assert problem_of(answer) == (409, "no_tasks")


def test_a_repair_waits_for_its_job(call_as: CallAs, cast: Cast) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    job = factories.make_job("A", customer=cast.fleet, repair_id=repair.pk, title="Frame")
    answer = call_as(cast.technician).call(
        "PATCH", f"/api/repairs/{repair.pk}/status/", {"status": "COMPLETED"}
    )
    assert problem_of(answer) == (409, "jobs_open")
    assert answer.json()["jobs"] == [{"id": job.pk, "title": "Frame"}]
