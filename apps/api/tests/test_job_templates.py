"""Checklists by the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs, problem_of
from apps.jobs.models import JobTemplate
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TEMPLATES = "/api/job-templates/"


def at(template: JobTemplate, rest: str = "") -> str:
    return f"{TEMPLATES}{template.pk}/{rest}"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_entering_returns_the_whole_checklist(call_as: CallAs, cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    items = [{"title": "Clean"}, {"title": "Cure", "equipment": [lamp.pk]}]
    body = {"name": "Chip", "damage_type": "Chip", "priority": "high", "items": items}
    answer = call_as(cast.admin).post(TEMPLATES, body)
    told = answer.json()
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer["Location"] == f"{TEMPLATES}{told['id']}/"
    rows = told.pop("items")
    assert told == {
        "id": told["id"],
        "name": "Chip",
        "damage_type": "Chip",
        "description": "",
        "priority": "high",
        "priority_label": "High",
        "is_active": True,
        "created_at": told["created_at"],
        "updated_at": told["updated_at"],
        "version": 1,
    }
    assert [(row["order"], row["title"]) for row in rows] == [(1, "Clean"), (2, "Cure")]
    assert [item["name"] for item in rows[1]["equipment"]] == ["Lamp"]


@pytest.mark.parametrize(
    ("part", "status"),
    [("admin", 201), ("technician", 403), ("sales_agent", 403), ("primary", 404)],
)
def test_who_enters_checklists(call_as: CallAs, cast: Cast, part: str, status: int) -> None:
    body = {"name": "Chip", "items": [{"title": "Clean"}]}
    assert call_as(cast.member(part)).post(TEMPLATES, body).status_code == status
    assert JobTemplate.objects.exists() is (status == 201)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"damage_type": "Dust"}, "damage_type"),
        ({"priority": "soon"}, "priority"),
        ({"version": 1}, "version"),
        ({"items": []}, "items"),
        ({"items": [{"title": "A"}, {}]}, "items.1.title"),
        ({"items": [{"title": "A", "equipment": [9_000_000]}]}, "items.0.equipment"),
        ({"items": [{"title": "A"}] * 101}, "items"),
    ],
)
def test_bad_bodies_are_refused_by_field(
    call_as: CallAs, cast: Cast, body: dict[str, Any], field: str
) -> None:
    sent = {"name": "Chip", "items": [{"title": "A"}]} | body
    answer = call_as(cast.admin).post(TEMPLATES, sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize("part", ["technician", "sales_agent", "admin"])
def test_staff_reads_them(call_as: CallAs, cast: Cast, part: str) -> None:
    template = factories.make_template("Chip")
    caller = call_as(cast.member(part))
    answer = caller.get(at(template))
    assert (answer.status_code, answer["ETag"], answer.json()["name"]) == (200, '"1"', "Chip")
    assert names(caller.get(TEMPLATES)) == ["Chip"]


def test_they_are_found_by_what_they_are(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    chip = factories.make_template("Chip one", damage_type="Chip")
    factories.make_template("Yard")
    caller.call("PATCH", at(chip), {"is_active": False}, If_Match='"1"')
    assert names(caller.get(TEMPLATES)) == ["Chip one", "Yard"]
    assert names(caller.get(f"{TEMPLATES}?active=true")) == ["Yard"]
    assert names(caller.get(f"{TEMPLATES}?active=false")) == ["Chip one"]
    assert names(caller.get(f"{TEMPLATES}?damage_type=Chip")) == ["Chip one"]
    assert names(caller.get(f"{TEMPLATES}?search=CHIP O")) == ["Chip one"]
    assert problem_of(caller.get(f"{TEMPLATES}?active=perhaps"))[0] == 400


def test_the_office_changes_them(call_as: CallAs, cast: Cast) -> None:
    template, caller = factories.make_template("Chip"), call_as(cast.admin)
    assert problem_of(caller.call("PATCH", at(template), {"name": "A"})) == (
        428,
        "version_required",
    )
    body = {"name": "Crack", "items": [{"title": "Look"}]}
    told = caller.call("PATCH", at(template), body, If_Match='"1"').json()
    assert (told["name"], told["version"]) == ("Crack", 2)
    assert [row["title"] for row in told["items"]] == ["Look"]
    kept = caller.call("PATCH", at(template), {"description": "B"}, If_Match='"2"').json()
    assert [row["title"] for row in kept["items"]] == ["Look"]
    assert problem_of(caller.call("PATCH", at(template), body, If_Match='"1"')) == (412, "stale")
    for part in ("technician", "sales_agent"):
        answer = call_as(cast.member(part)).call("PATCH", at(template), body, If_Match='"3"')
        assert problem_of(answer) == (403, "forbidden")


def test_the_office_puts_the_tasks_in_order(call_as: CallAs, cast: Cast) -> None:
    template, caller = factories.make_template("Chip", "A", "B"), call_as(cast.admin)
    ids = [item["id"] for item in caller.get(at(template)).json()["items"]]
    path = at(template, "items/order/")
    told = caller.call("PUT", path, {"items": ids[::-1]}).json()
    assert [row["title"] for row in told["items"]] == ["B", "A"]
    answer = caller.call("PUT", path, {"items": ids[:1]})
    assert problem_of(answer) == (400, "items_not_exact")
    stale = caller.call("PUT", path, {"items": ids}, If_Match='"1"')
    assert problem_of(stale) == (412, "stale")
    mine = call_as(cast.technician).call("PUT", path, {"items": ids})
    assert problem_of(mine) == (403, "forbidden")


def test_a_job_is_made_of_one(call_as: CallAs, cast: Cast) -> None:
    template, caller = factories.make_template("Chip", "A", "B"), call_as(cast.sales_agent)
    body = {"customer": cast.fleet.pk, "template": template.pk}
    told = caller.post("/api/jobs/", body).json()
    assert (told["title"], told["template"]) == ("Chip", template.pk)
    assert [task["title"] for task in told["tasks"]] == ["A", "B"]
    both = caller.post("/api/jobs/", body | {"tasks": [{"title": "C"}]})
    assert (both.status_code, list(both.json()["errors"])) == (400, ["tasks"])
    neither = caller.post("/api/jobs/", {"customer": cast.fleet.pk, "template": None})
    assert (neither.status_code, list(neither.json()["errors"])) == (400, ["title"])


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    call_as: CallAs, cast: Cast, number: int
) -> None:
    lamp = factories.make_equipment("Lamp")
    for _ in range(number):
        factories.make_template("", "A", "B", equipment=[lamp])
    caller = call_as(cast.admin)
    with CaptureQueriesContext(
        connection,
    ) as found:
        answer = caller.get(TEMPLATES)
    assert len(answer.json()["results"]) == number
    assert len(found) == 4
