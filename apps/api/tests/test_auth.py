"""Signing in and out through the API."""

import pytest
from django.test import Client

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.security.keys import create_key
from apps.security.models import AuthSession
from core.models import User
from tests.cast import Cast
from tests.factories import PASSWORD

TOKEN = "/api/auth/token/"
REFRESH = "/api/auth/token/refresh/"
ME = "/api/users/me/"


def sign_in(anonymous: Caller, user: User) -> dict[str, str]:
    answer = anonymous.post(TOKEN, {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    return found


def test_name_and_password_give_a_pair_that_works(anonymous: Caller, cast: Cast) -> None:
    pair = sign_in(anonymous, cast.technician)

    assert sorted(pair) == ["access", "refresh"]
    me = anonymous.get(ME, Authorization=f"Bearer {pair['access']}").json()
    assert me["id"] == cast.technician.pk


def test_e_mail_works_as_a_name(anonymous: Caller, cast: Cast) -> None:
    body = {"username": cast.technician.email.upper(), "password": PASSWORD}

    assert anonymous.post(TOKEN, body).status_code == 200


def test_a_wrong_password_is_401(anonymous: Caller, cast: Cast) -> None:
    answer = anonymous.post(TOKEN, {"username": cast.technician.username, "password": "x"})

    assert problem_of(answer) == (401, "wrong_credentials")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_ten_wrong_passwords_are_429_with_the_time_to_wait(anonymous: Caller, cast: Cast) -> None:
    for _ in range(10):
        anonymous.post(TOKEN, {"username": cast.technician.username, "password": "x"})

    answer = anonymous.post(TOKEN, {"username": cast.technician.username, "password": PASSWORD})
    assert problem_of(answer) == (429, "locked_out")
    assert answer["Retry-After"] == "900"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["password", "username"]),
        ({"username": "a\x00b", "password": "x"}, ["username"]),
        ({"username": "a", "password": 7}, ["password"]),
        ({"username": "a", "password": "x", "role": "admin"}, ["role"]),
    ],
)
def test_nonsense_is_400_by_field(
    anonymous: Caller, body: dict[str, object], fields: list[str]
) -> None:
    answer = anonymous.post(TOKEN, body)

    assert answer.status_code == 400
    assert sorted(answer.json()["errors"]) == fields


def test_a_stale_token_in_the_header_does_not_hinder_signing_in(
    anonymous: Caller, cast: Cast
) -> None:
    body = {"username": cast.technician.username, "password": PASSWORD}

    assert anonymous.post(TOKEN, body, Authorization="Bearer stale").status_code == 200


def test_a_refresh_token_works_once(anonymous: Caller, cast: Cast) -> None:
    pair = sign_in(anonymous, cast.technician)

    assert anonymous.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 200
    again = anonymous.post(REFRESH, {"refresh": pair["refresh"]})
    assert problem_of(again) == (401, "token_not_valid")


def test_signing_in_keeps_no_idempotent_answer(anonymous: Caller, cast: Cast) -> None:
    body = {"username": cast.technician.username, "password": PASSWORD}
    first = anonymous.post(TOKEN, body, Idempotency_Key="k")
    second = anonymous.post(TOKEN, body, Idempotency_Key="k")

    assert first.json() != second.json()


def test_signing_out_ends_its_own_session_at_once(call_as: CallAs, cast: Cast) -> None:
    one, other = call_as(cast.technician), call_as(cast.technician)

    assert one.post("/api/auth/logout/").status_code == 204
    assert problem_of(one.get(ME)) == (401, "token_not_valid")
    assert other.get(ME).status_code == 200


def test_signing_out_on_the_cookie_ends_the_pages_session(client: Client, cast: Cast) -> None:
    client.force_login(cast.technician)

    assert client.post("/api/auth/logout/").status_code == 204
    assert client.get(ME).status_code == 401


def test_signing_out_everywhere_ends_pages_and_api_but_no_key(
    call_as: CallAs, client: Client, cast: Cast
) -> None:
    client.force_login(cast.technician)
    one, other = call_as(cast.technician), call_as(cast.technician)
    _, secret = create_key(actor=cast.technician, name="k", scopes=["read"])

    assert one.post("/api/auth/logout-all/").status_code == 204
    assert [who.get(ME).status_code for who in (one, other)] == [401, 401]
    assert client.get(ME).status_code == 401
    assert other.get(ME, Authorization=f"Token {secret}").status_code == 200


def test_a_new_password_ends_all_sessions(call_as: CallAs, anonymous: Caller, cast: Cast) -> None:
    caller = call_as(cast.technician)
    new = "a completely different one 77"
    body = {"current_password": PASSWORD, "new_password": new}

    assert caller.post("/api/auth/password/", body).status_code == 204
    assert caller.get(ME).status_code == 401
    assert AuthSession.objects.filter(ended_at=None).count() == 0
    credentials = {"username": cast.technician.username, "password": new}
    assert anonymous.post(TOKEN, credentials).status_code == 200


def test_a_wrong_present_password_changes_nothing(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.technician)
    body = {"current_password": "x", "new_password": "a completely different one 77"}

    answer = caller.post("/api/auth/password/", body)
    assert answer.json()["errors"].keys() == {"current_password"}
    assert caller.get(ME).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Token x", "Basic eDp4", "x"])
def test_a_proof_that_does_not_hold_is_401(anonymous: Caller, header: str) -> None:
    assert anonymous.get(ME, Authorization=header).status_code == 401
