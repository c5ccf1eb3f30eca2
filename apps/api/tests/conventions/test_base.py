"""The conventions, on a resource made for it: bodies, versions, repeats, keys."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.security.keys import create_key
from core.models import Customer, IdempotencyRecord, User

THINGS = "/api/things/"


# --- Representation -------------------------------------------------------------------------


def test_creating_answers_the_object_with_place_and_etag(caller: Caller) -> None:
    answer = caller.post(THINGS, {"name": "Acme"})
    made = Customer.objects.get()

    assert answer.status_code == 201
    assert answer.json() == {"id": made.pk, "name": "Acme", "version": 1}
    assert (answer["Location"], answer["ETag"]) == (f"/api/things/{made.pk}/", '"1"')


def test_reading_again_with_the_etag_is_no_304(caller: Caller, thing: Customer) -> None:
    answer = caller.get(f"{THINGS}{thing.pk}/", If_None_Match='"1"')

    assert (answer.status_code, answer["ETag"]) == (200, '"1"')


def test_head_answers_like_get_without_a_body(caller: Caller, thing: Customer) -> None:
    answer = caller.call("HEAD", f"{THINGS}{thing.pk}/")

    assert (answer.status_code, answer.content) == (200, b"")


# --- Input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "at_fault"),
    [
        ({}, {"name"}),
        ({"name": "a", "colour": "red", "size": 1}, {"colour", "size"}),
        ({"name": "a", "version": 3}, {"version"}),
        ({"name": 7}, {"name"}),
        ({"name": ["a"]}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": "a\x00b"}, {"name"}),
        ({"name": "a" * 21}, {"name"}),
        ({"name": "a", "count": "7"}, {"count"}),
        ({"name": "a", "count": True}, {"count"}),
        ({"name": "a", "count": 1.5}, {"count"}),
        ({"name": "a", "is_big": "yes"}, {"is_big"}),
        ({"name": "a", "is_big": 1}, {"is_big"}),
        ({"name": "a", "amount": True}, {"amount"}),
        ({"name": "a", "amount": "1e400"}, {"amount"}),
        ({"name": "a", "kind": {}}, {"kind"}),
        ({"name": "a", "day": 20260131}, {"day"}),
        ({"name": "a", "owner": 0}, {"owner"}),
        ({"name": "a", "owner": 2**63}, {"owner"}),
        ({"name": "a", "owner": 1e30}, {"owner"}),
        ({"name": "a", "rows": {}}, {"rows"}),
        ({"name": "a", "rows": [{"number": "1"}, {"number": 2}]}, {"rows.1.number"}),
        ({"name": "a", "rows": [{"number": "1", "x": 1}]}, {"rows.0.x"}),
        ([], {""}),
        ("text", {""}),
    ],
)
def test_what_is_not_asked_for_is_400_by_field(
    caller: Caller, body: object, at_fault: set[str]
) -> None:
    answer = caller.post(THINGS, body)

    assert problem_of(answer) == (400, "invalid")
    assert set(answer.json()["errors"]) == at_fault
    assert not Customer.objects.exists()


def test_null_stands_where_the_field_allows_it(caller: Caller) -> None:
    assert caller.post(THINGS, {"name": "a", "day": None}).status_code == 201


def raw(caller: Caller, content: bytes, content_type: str = "application/json") -> Any:
    return caller.client.generic(
        "POST",
        THINGS,
        content,
        content_type=content_type,
        headers={"Authorization": caller.authorization},
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed"),
        (b"\xff", "malformed"),
        (b'{"name": NaN}', "malformed"),
        (b"[" * 100_000 + b"]" * 100_000, "malformed"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "malformed"),
        (b"[" * 30 + b"]" * 30, "too_deep"),
        (b"[" + b"1," * 5000 + b"1]", "too_long"),
    ],
)
def test_a_body_that_cannot_be_taken_is_400(caller: Caller, content: bytes, code: str) -> None:
    assert problem_of(raw(caller, content)) == (400, code)


def test_a_body_too_large_is_413(caller: Caller) -> None:
    content = b'{"name":"' + b"a" * (1 << 20) + b'"}'

    assert problem_of(raw(caller, content)) == (413, "too_large")


def test_a_body_of_another_type_is_415(caller: Caller) -> None:
    answer = raw(caller, b"name=a", "application/x-www-form-urlencoded")

    assert problem_of(answer) == (415, "unsupported_media_type")


def test_what_the_caller_does_not_accept_is_406(caller: Caller) -> None:
    assert problem_of(caller.get(THINGS, Accept="text/csv")) == (406, "not_acceptable")


# --- Order of answers -----------------------------------------------------------------------


def test_who_one_is_comes_before_everything(call_as: CallAs) -> None:
    assert call_as(None).post(THINGS, {"nonsense": 1}).status_code == 401


def test_visibility_comes_before_the_body_and_the_version(caller: Caller) -> None:
    assert caller.call("PUT", f"{THINGS}999/", {"nonsense": 1}).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999", str(2**63), "9" * 400])
def test_an_object_that_is_not_there_is_404(caller: Caller, pk: str) -> None:
    assert problem_of(caller.get(f"{THINGS}{pk}/")) == (404, "not_found")


def test_an_unknown_address_is_a_problem(caller: Caller) -> None:
    assert problem_of(caller.get("/api/nowhere/at/all")) == (404, "not_found")


# --- Versions -------------------------------------------------------------------------------


def edit(caller: Caller, thing: Customer, method: str = "PUT", **headers: str) -> Any:
    return caller.call(method, f"{THINGS}{thing.pk}/", {"name": "b"}, **headers)


def test_an_edit_carries_the_version(caller: Caller, thing: Customer) -> None:
    assert edit(caller, thing, If_Match='"3"').json()["expected"] == 3


def test_an_edit_without_the_version_is_428(caller: Caller, thing: Customer) -> None:
    assert problem_of(edit(caller, thing)) == (428, "version_required")


@pytest.mark.parametrize("sent", ["3", 'W/"3"', "*", '"x"', '"3", "4"', '"' + "9" * 99 + '"', '""'])
def test_a_version_that_we_never_gave_is_412(caller: Caller, thing: Customer, sent: str) -> None:
    assert problem_of(edit(caller, thing, If_Match=sent)) == (412, "stale")


def test_a_move_may_leave_the_version_out(caller: Caller, thing: Customer) -> None:
    assert edit(caller, thing, "PATCH").json()["expected"] is None


# --- Repeats --------------------------------------------------------------------------------


def test_the_same_key_gets_the_same_answer_once(caller: Caller) -> None:
    first = caller.post(THINGS, {"name": "a"}, Idempotency_Key="k")
    second = caller.post(THINGS, {"name": "a"}, Idempotency_Key="k")

    assert Customer.objects.count() == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert [second[name] for name in ("Location", "ETag", "Content-Type")] == [
        first[name] for name in ("Location", "ETag", "Content-Type")
    ]
    assert second["Idempotent-Replayed"] == "true"


def test_another_body_is_422(caller: Caller) -> None:
    caller.post(THINGS, {"name": "a"}, Idempotency_Key="k")

    answer = caller.post(THINGS, {"name": "b"}, Idempotency_Key="k")
    assert problem_of(answer) == (422, "idempotency_key_reused")


def test_another_person_has_their_own_keys(caller: Caller, call_as: CallAs) -> None:
    other = call_as(User.objects.create_user("bob", "bob@fleet.example"))
    for who in (caller, other):
        assert who.post(THINGS, {"name": "a"}, Idempotency_Key="k").status_code == 201

    assert Customer.objects.count() == 2


@pytest.mark.parametrize("name", ["conflict", ""])
def test_a_refusal_is_not_kept_and_undoes_all(caller: Caller, name: str) -> None:
    caller.post(THINGS, {"name": name}, Idempotency_Key="k")

    assert not Customer.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert caller.post(THINGS, {"name": "a"}, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 256, "a\x07"])
def test_a_key_that_is_none_is_400(caller: Caller, key: str) -> None:
    answer = caller.post(THINGS, {"name": "a"}, Idempotency_Key=key)

    assert answer.status_code == 400
    assert not Customer.objects.exists()


def test_reading_takes_no_key(caller: Caller) -> None:
    assert caller.get(THINGS, Idempotency_Key="k").status_code == 200
    assert not IdempotencyRecord.objects.exists()


def upload(caller: Caller, content: bytes) -> Any:
    return caller.client.post(
        "/api/upload/",
        {"image": SimpleUploadedFile("a.jpg", content)},
        headers={"Authorization": caller.authorization, "Idempotency-Key": "k"},
    )


def test_an_upload_is_repeatable_whatever_its_boundary(caller: Caller) -> None:
    first, second = upload(caller, b"one"), upload(caller, b"one")

    assert first.json() == second.json() == {"size": 3}
    assert Customer.objects.count() == 1
    assert upload(caller, b"two").status_code == 422


def test_a_django_answer_is_repeated_too(caller: Caller) -> None:
    first = caller.post("/api/page/", {}, Idempotency_Key="k")
    again = caller.post("/api/page/", {}, Idempotency_Key="k")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.status_code, Customer.objects.count()) == (201, 1)


# --- Keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [(["read"], (200, 403, 403)), (["request"], (403, 201, 403)), (["approve"], (403, 403, 403))],
)
def test_a_key_does_what_its_scopes_say(
    person: User, thing: Customer, scopes: list[str], statuses: tuple[int, int, int]
) -> None:
    _, secret = create_key(actor=person, name="k", scopes=scopes)
    program = Caller(f"Token {secret}", Client())

    assert statuses == (
        program.get(THINGS).status_code,
        program.post(THINGS, {"name": "a"}).status_code,
        edit(program, thing, "PATCH").status_code,
    )
