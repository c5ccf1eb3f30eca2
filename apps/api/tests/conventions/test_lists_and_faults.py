"""The conventions, on a resource made for it: lists, faults, limits."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from apps.api.tests.conftest import Caller, problem_of
from apps.api.tests.conventions.conftest import HERE
from core.models import Customer, User

THINGS = "/api/things/"


# --- Lists ----------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_pages_lead_to_one_another(caller: Caller) -> None:
    Customer.objects.bulk_create(Customer(name=name, name_key=name) for name in "cabed")
    first = caller.get(f"{THINGS}?page_size=2")
    second = caller.get(first.json()["next"])
    third = caller.get(second.json()["next"])

    assert [names(page) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert third.json()["next"] is None
    assert names(caller.get(second.json()["previous"])) == ["a", "b"]


def test_orderings_and_filters(caller: Caller) -> None:
    Customer.objects.create(name="a", kind="person")
    Customer.objects.create(name="b")

    assert names(caller.get(f"{THINGS}?ordering=-name")) == ["b", "a"]
    assert names(caller.get(f"{THINGS}?kind=person")) == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        "page_size=abc",
        "page_size=0",
        "page_size=201",
        "page_size=",
        "page_size=1&page_size=2",
        "cursor=x",
        "cursor=",
        "ordering=version",
        "kind=fleet",
        "kind=%00",
        "colour=red",
        "format=json",
    ],
)
def test_a_query_that_is_not_asked_for_is_400(caller: Caller, query: str) -> None:
    answer = caller.get(f"{THINGS}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_a_cursor_of_another_filter_is_400(caller: Caller) -> None:
    Customer.objects.bulk_create(Customer(name=name, name_key=name) for name in "abc")
    following = caller.get(f"{THINGS}?page_size=1").json()["next"]

    assert caller.get(f"{following}&kind=company").status_code == 400
    assert caller.get(f"{following}&ordering=-name").status_code == 400


def test_an_object_and_a_write_take_no_query(caller: Caller, thing: Customer) -> None:
    assert caller.get(f"{THINGS}{thing.pk}/?page_size=1").status_code == 400
    assert caller.post(f"{THINGS}?ordering=name", {"name": "a"}).status_code == 400
    assert caller.post(f"{THINGS}?cursor=x", {"name": "a"}).status_code == 400


def test_a_list_is_one_statement_besides_the_session(caller: Caller) -> None:
    def cost() -> int:
        Customer.objects.create(name="x")
        with CaptureQueriesContext(connection) as statements:
            caller.get(THINGS)
        return len(statements)

    assert (cost(), cost(), cost()) == (2, 2, 2)


# --- Faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("missing", 404, "not_found"),
        ("denied", 403, "forbidden"),
        ("model", 400, "invalid"),
        ("plain", 400, "invalid"),
        ("busy", 503, "unavailable"),
        ("bug", 500, "server_error"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_every_fault_is_a_problem_without_internals(
    caller: Caller, settings: Any, name: str, status: int, code: str, *, debug: bool
) -> None:
    settings.DEBUG = debug
    answer = caller.get(f"/api/fail/{name}/")

    assert problem_of(answer) == (status, code)
    assert b"secret" not in answer.content


def test_a_view_for_people_asks_who_one_is(anonymous: Caller) -> None:
    answer = anonymous.get("/api/fail/bug/")

    assert problem_of(answer)[0] == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_call_that_tells_no_body_has_none_in_the_schema() -> None:
    generator = SchemaGenerator(urlconf=HERE)  # type: ignore[no-untyped-call]  # they have no types
    made: Any = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above

    calls = made["paths"]
    assert "requestBody" in calls["/api/things/"]["post"]
    assert "requestBody" not in calls["/api/page/"]["post"]


def test_faults_of_a_model_are_told_by_field(caller: Caller) -> None:
    errors = caller.get("/api/fail/model/").json()["errors"]

    assert errors == {"name": ["No.", "No!"], "": ["Never."]}


def test_a_busy_database_says_when_to_come_back(caller: Caller) -> None:
    assert caller.get("/api/fail/busy/")["Retry-After"] == "1"


@pytest.mark.parametrize("scope", ["user", "address"])
def test_too_many_calls_are_429_with_the_time_to_wait(
    caller: Caller, settings: Any, scope: str
) -> None:
    settings.CALLS_PER_MINUTE = {"user": 0, "address": 0, scope: 2}
    for _ in range(2):
        assert caller.get(THINGS).status_code == 200

    answer = caller.get(THINGS)
    assert problem_of(answer) == (429, "too_many_requests")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer.json()["retry_after"] == int(answer["Retry-After"])


def test_a_replay_comes_before_a_role_that_has_changed(caller: Caller, person: User) -> None:
    first = caller.post(THINGS, {"name": "a"}, Idempotency_Key="k")
    User.objects.filter(pk=person.pk).update(role="sales_agent")

    assert caller.post(THINGS, {"name": "a"}, Idempotency_Key="k").content == first.content
    assert caller.post(THINGS, {"name": "b"}, Idempotency_Key="k").status_code == 403
    assert caller.post(THINGS, {"name": "a"}, Idempotency_Key="l").status_code == 403
    assert caller.post(THINGS, {"name": "a"}).status_code == 403
