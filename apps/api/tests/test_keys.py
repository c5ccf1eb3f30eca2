"""Keys through the API."""

import datetime as dt

import pytest
from django.test import Client

from apps.api.tests.conftest import CallAs, Caller, problem_of
from core.clock import now
from core.models import IdempotencyRecord
from tests.cast import Cast

KEYS = "/api/keys/"


def make(caller: Caller, **fields: object) -> dict[str, object]:
    answer = caller.post(KEYS, {"name": "Fleet software", "scopes": ["read"]} | fields)
    assert answer.status_code == 201, answer.content
    found: dict[str, object] = answer.json()
    return found


def test_a_key_is_shown_once_and_reads_as_its_maker(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    made = make(caller)
    program = Caller(f"Token {made['key']}", Client())

    assert program.get("/api/users/me/").json()["id"] == cast.primary.pk
    assert "key" not in caller.get(KEYS).json()["results"][0]
    assert "key" not in caller.get(f"/api/keys/{made['id']}/").json()


def test_making_a_key_leaves_it_in_no_stored_answer(call_as: CallAs, cast: Cast) -> None:
    body = {"name": "x", "scopes": ["read"]}
    call_as(cast.primary).post(KEYS, body, Idempotency_Key="k")

    assert not IdempotencyRecord.objects.exists()


def test_a_key_makes_no_keys_and_revokes_none(call_as: CallAs, cast: Cast) -> None:
    made = make(call_as(cast.primary), scopes=["read", "request", "approve"])
    program = Caller(f"Token {made['key']}", Client())

    more = program.post(KEYS, {"name": "x", "scopes": ["read"]})
    assert problem_of(more) == (403, "key_scope")
    assert problem_of(program.call("DELETE", f"/api/keys/{made['id']}/")) == (403, "key_scope")
    assert problem_of(program.post("/api/auth/logout-all/")) == (403, "key_scope")


def test_a_key_without_the_scope_read_reads_nothing(call_as: CallAs, cast: Cast) -> None:
    made = make(call_as(cast.primary), scopes=["request"])

    answer = Caller(f"Token {made['key']}", Client()).get("/api/users/me/")
    assert problem_of(answer) == (403, "key_scope")


def test_a_revoked_key_is_401_at_once(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    made = make(caller)

    assert caller.call("DELETE", f"/api/keys/{made['id']}/").status_code == 204
    program = Caller(f"Token {made['key']}", Client())
    assert problem_of(program.get("/api/users/me/")) == (401, "key_not_valid")


@pytest.mark.parametrize("who", ["mate", "stranger", "technician", "sales_agent"])
def test_the_keys_of_others_are_not_there(call_as: CallAs, cast: Cast, who: str) -> None:
    made = make(call_as(cast.primary))
    caller = call_as(cast.member(who))
    missing = caller.get("/api/keys/999999/")

    for method in ("GET", "DELETE"):
        answer = caller.call(method, f"/api/keys/{made['id']}/")
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert caller.get(KEYS).json()["results"] == []


def test_admins_see_the_shops_keys(call_as: CallAs, cast: Cast) -> None:
    made = make(call_as(cast.primary))

    (row,) = call_as(cast.admin).get(KEYS).json()["results"]
    assert (row["id"], row["user"]) == (made["id"], cast.primary.pk)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["write"]}, "scopes.0"),
        ({"expires_at": (now() - dt.timedelta(days=1)).isoformat()}, "expires_at"),
        ({"key": "rs_mine"}, "key"),
    ],
)
def test_nonsense_is_400_by_field(
    call_as: CallAs, cast: Cast, fields: dict[str, object], at_fault: str
) -> None:
    body = {"name": "x", "scopes": ["read"]} | fields
    answer = call_as(cast.primary).post(KEYS, body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [at_fault]
