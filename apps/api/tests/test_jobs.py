"""Jobs: made, found, edited, moved, told."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.jobs.models import Job
from apps.jobs.services import edit_task
from apps.security.keys import create_key
from core.shop import shop_today
from tests import factories
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
JOBS = "/api/jobs/"


def at(job: Job, rest: str = "") -> str:
    return f"{JOBS}{job.pk}/{rest}"


def titles(answer: Any) -> list[str]:
    return [row["title"] for row in answer.json()["results"]]


# --- Making ---------------------------------------------------------------------------------


def test_creating_returns_the_whole_job(call_as: CallAs, cast: Cast) -> None:
    lamp, day = factories.make_equipment("Lamp"), str(shop_today())
    answer = call_as(cast.sales_agent).post(
        JOBS,
        {
            "title": "Yard check",
            "customer": cast.fleet.pk,
            "priority": "urgent",
            "assigned_to": cast.technician.pk,
            "scheduled_date": day,
            "tasks": [{"title": "Measure"}, {"title": "Cut", "equipment": [lamp.pk]}],
        },
    )
    told = answer.json()
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer["Location"] == f"{JOBS}{told['id']}/"
    tasks = told.pop("tasks")
    assert told == {
        "id": told["id"],
        "title": "Yard check",
        "description": "",
        "customer": cast.fleet.pk,
        "customer_name": "Demo Fleet",
        "site": None,
        "site_name": None,
        "repair": None,
        "template": None,
        "follows_repair": False,
        "created_by": cast.sales_agent.pk,
        "created_by_name": "Sally Owns",
        "assigned_to": cast.technician.pk,
        "assigned_to_name": "Tom Becker",
        "status": "pending",
        "status_label": "Pending",
        "allowed_moves": ["in_progress", "completed", "cancelled"],
        "priority": "urgent",
        "priority_label": "Urgent",
        "scheduled_date": day,
        "overdue": False,
        "progress": {"done": 0, "total": 2, "percent": 0},
        "started_at": None,
        "completed_at": None,
        "created_at": told["created_at"],
        "updated_at": told["updated_at"],
        "version": 1,
        "clashes": [],
    }
    assert [(task["order"], task["title"], task["status"]) for task in tasks] == [
        (1, "Measure", "pending"),
        (2, "Cut", "pending"),
    ]
    assert [item["name"] for item in tasks[1]["equipment"]] == ["Lamp"]


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("admin", 201),
        ("sales_agent", 201),
        ("other_sales_agent", 400),
        ("technician", 403),
        ("primary", 404),
    ],
)
def test_who_makes_jobs(call_as: CallAs, cast: Cast, part: str, status: int) -> None:
    body = {"title": "A", "customer": cast.fleet.pk}
    assert call_as(cast.member(part)).post(JOBS, body).status_code == status
    assert Job.objects.exists() is (status == 201)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"template": 9_000_000}, "template"),
        ({"customer": "1"}, "customer"),
        ({"customer": 9_000_000}, "customer"),
        ({"priority": "soon"}, "priority"),
        ({"scheduled_date": "abc"}, "scheduled_date"),
        ({"scheduled_date": "2020-01-01"}, "scheduled_date"),
        ({"assigned_to": 9_000_000}, "assigned_to"),
        ({"repair": 9_000_000}, "repair"),
        ({"site": 9_000_000}, "site"),
        ({"status": "completed"}, "status"),
        ({"completed_at": None}, "completed_at"),
        ({"bogus": 1}, "bogus"),
        ({"tasks": [{"title": "A"}, {}]}, "tasks.1.title"),
        ({"tasks": [{"title": "A", "order": 3}]}, "tasks.0.order"),
        ({"tasks": [{"title": "A", "equipment": [9_000_000]}]}, "tasks.0.equipment"),
        ({"tasks": [{"title": "A"}] * 101}, "tasks"),
    ],
)
def test_bad_bodies_are_refused_by_field(
    call_as: CallAs, cast: Cast, body: dict[str, Any], field: str
) -> None:
    sent = {"title": "A", "customer": cast.fleet.pk} | body
    answer = call_as(cast.admin).post(JOBS, sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Job.objects.exists()


def test_a_key_to_request_makes_jobs_and_does_nothing_else(cast: Cast, job: Job) -> None:
    _, secret = create_key(actor=cast.sales_agent, name="program", scopes=["read", "request"])
    caller = Caller(f"Token {secret}", Client())
    assert caller.post(JOBS, {"title": "A", "customer": cast.fleet.pk}).status_code == 201
    assert caller.get(at(job)).status_code == 200
    assert problem_of(caller.post(at(job, "complete/"))) == (403, "key_scope")


# --- Finding --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_who_finds_a_job(call_as: CallAs, cast: Cast, job: Job, part: str) -> None:
    caller = call_as(cast.member(part))
    sees = part in {"admin", "owner", "technician", "sales_agent"}
    assert caller.get(at(job)).status_code == (200 if sees else 404)
    answer = caller.get(JOBS)
    if part in {"technician", "other_technician", "sales_agent", "other_sales_agent"} or sees:
        assert titles(answer) == ["Yard check"] * sees
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *("page_size=9999", "page_size=abc", "overdue=maybe", "scheduled_date=abc"),
        *("scheduled_from=2027-02-30", "scheduled_to=soon", "status=done", "priority=soon"),
        *("assigned_to=abc", "assigned_to=0", "customer=abc", "created_by=-1", "repair=x"),
        *("ordering=title", "search=", "updated_since=2027-01-01", "bogus=1"),
    ],
)
def test_bad_queries_are_refused_by_name(call_as: CallAs, cast: Cast, query: str) -> None:
    answer = call_as(cast.admin).get(f"{JOBS}?{query}")
    assert problem_of(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.fixture
def many(cast: Cast) -> dict[str, Job]:
    """Of each priority one; another status, date, customer, technician."""
    today = shop_today()
    repair = factories.request(customer=cast.fleet)
    made = {
        "low": factories.make_job("A", title="low", priority="low", customer=cast.other_fleet),
        "urgent": factories.make_job(title="urgent", priority="urgent", scheduled_date=today),
        "high": factories.make_job(
            title="high", priority="high", customer=cast.fleet, repair_id=repair.pk
        ),
        "medium": factories.make_job(
            "B", title="medium", technician=cast.technician_record, scheduled_date=today
        ),
    }
    late = today - dt.timedelta(days=1)
    Job.objects.filter(pk=made["medium"].pk).update(scheduled_date=late, sort_date=late)
    factories.finish_tasks(made["low"])
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ordering=priority", ["low", "medium", "high", "urgent"]),
        ("ordering=-priority", ["urgent", "high", "medium", "low"]),
        ("ordering=scheduled_date", ["medium", "urgent", "low", "high"]),
        ("ordering=-scheduled_date", ["high", "low", "urgent", "medium"]),
        ("", ["medium", "high", "urgent", "low"]),
        ("status=in_progress", ["low"]),
        ("priority=low&priority=high", ["high", "low"]),
        ("assigned_to=none", ["high", "urgent", "low"]),
        ("assigned_to={technician}", ["medium"]),
        ("customer={fleet}", ["high"]),
        ("created_by={technician}", []),
        ("repair={repair}", ["high"]),
        ("scheduled_date={today}", ["urgent"]),
        ("scheduled_from={today}", ["urgent"]),
        ("scheduled_to={today}", ["medium", "urgent"]),
        ("overdue=true", ["medium"]),
        ("overdue=false", ["high", "urgent", "low"]),
        ("search=demo fl", ["high"]),
        ("updated_since=2999-01-01T00:00:00Z", []),
    ],
)
def test_filters_and_orders(
    call_as: CallAs, cast: Cast, many: dict[str, Job], query: str, expected: list[str]
) -> None:
    filled = query.format(
        technician=cast.technician.pk,
        fleet=cast.fleet.pk,
        repair=many["high"].repair_id,
        today=shop_today(),
    )
    assert titles(call_as(cast.admin).get(f"{JOBS}?{filled}")) == expected


@pytest.mark.parametrize("ordering", ["-priority", "scheduled_date", "id"])
def test_pages_lose_and_repeat_no_job(
    call_as: CallAs, cast: Cast, many: dict[str, Job], ordering: str
) -> None:
    for _ in range(3):
        factories.make_job(title="medium")
    caller, found, path = call_as(cast.admin), [], f"{JOBS}?page_size=2&ordering={ordering}"
    while path:
        page = caller.get(path).json()
        found += [row["id"] for row in page["results"]]
        path = page["next"]
    assert sorted(found) == sorted(Job.objects.values_list("pk", flat=True))


def test_a_list_tells_what_is_late_and_how_far(
    call_as: CallAs, cast: Cast, many: dict[str, Job]
) -> None:
    rows = {row["title"]: row for row in call_as(cast.admin).get(JOBS).json()["results"]}
    assert [name for name, row in rows.items() if row["overdue"]] == ["medium"]
    assert rows["low"]["progress"] == {"done": 1, "total": 1, "percent": 100}
    assert rows["high"]["progress"] == {"done": 0, "total": 0, "percent": 0}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [
        (JOBS, 2),
        ("/api/jobs/{job}/", 7),
        ("/api/jobs/{job}/tasks/", 4),
        ("/api/jobs/{job}/history/", 5),
        ("/api/tasks/", 3),
        ("/api/equipment/", 2),
        ("/api/equipment/{equipment}/usage/", 4),
        ("/api/equipment/clashes/", 4),
        ("/api/technician-dashboard/", 6),
        ("/api/analytics/", 6),
    ],
)
def test_reads_cost_the_same_statements_whatever_there_is(
    call_as: CallAs, cast: Cast, path: str, statements: int, rows: int
) -> None:
    items = [factories.make_equipment() for _ in range(rows)]
    common: dict[str, Any] = {"equipment": items, "scheduled_date": shop_today()}
    made = factories.make_job(*["A"] * rows, technician=cast.other_technician_record, **common)
    for technician in (cast.technician_record, cast.other_technician_record):
        for _ in range(rows):
            factories.make_job(*["A"] * rows, technician=technician, **common)
            factories.approved_repair(technician=technician)
    caller = call_as(cast.admin)
    with CaptureQueriesContext(connection) as caught:
        answer = caller.get(path.format(job=made.pk, equipment=items[0].pk))
    assert answer.status_code == 200
    assert len(caught) == statements, [query["sql"] for query in caught]


# --- Telling --------------------------------------------------------------------------------


def test_history_tells_every_change_and_who(call_as: CallAs, cast: Cast, job: Job) -> None:
    lamp = factories.make_equipment("Lamp")
    task = job.tasks.get(order=1)
    values = {"equipment": [lamp.pk]}
    edit_task(actor=cast.admin, task_id=task.pk, values=values)
    edit_task(actor=cast.technician, task_id=task.pk, status="completed")
    for part in ("technician", "sales_agent", "admin"):
        entries = call_as(cast.member(part)).get(at(job, "history/")).json()["results"]
        told = [(entry["actor"], entry["verb"]) for entry in entries[-3:]]
        assert told == [
            ("Ada Office", "task.edited"),
            ("Tom Becker", "job.started"),
            ("Tom Becker", "task.completed"),
        ]
        assert entries[-3]["changes"] == [{"field": "equipment", "old": "", "new": "Lamp"}]


def test_a_clash_is_told_with_the_job(call_as: CallAs, cast: Cast) -> None:
    common: dict[str, Any] = {
        "equipment": [factories.make_equipment("Lamp")],
        "scheduled_date": shop_today(),
    }
    job = factories.make_job("A", technician=cast.technician_record, **common)
    factories.make_job("B", technician=cast.other_technician_record, **common)
    (clash,) = call_as(cast.technician).get(at(job)).json()["clashes"]
    assert [person["name"] for person in clash["technicians"]] == ["Tom Becker", "Uma Other"]
    assert [task["title"] for task in clash["tasks"]] == ["A"]
