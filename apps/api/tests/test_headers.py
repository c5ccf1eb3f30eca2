"""What the answers of the API tell browsers and caches."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, Caller
from tests.cast import Cast

OURS, THEIRS = "https://app.fleet.example", "https://evil.example"
ASK = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "if-match"}


@pytest.fixture(autouse=True)
def _origins(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OURS]


def test_a_named_origin_may_read_answers(anonymous: Caller) -> None:
    answer = anonymous.get("/api/users/me/", Origin=OURS)

    assert answer["Access-Control-Allow-Origin"] == OURS
    assert "Access-Control-Allow-Credentials" not in answer
    assert "etag" in answer["Access-Control-Expose-Headers"].lower()


def test_a_named_origin_may_send_our_headers(anonymous: Caller) -> None:
    answer = anonymous.call("OPTIONS", "/api/keys/", Origin=OURS, **ASK)

    assert answer.status_code == 200
    assert {"authorization", "idempotency-key", "if-match"} <= set(
        answer["Access-Control-Allow-Headers"].split(", ")
    )


def test_another_origin_is_told_nothing(anonymous: Caller) -> None:
    for method in ("GET", "OPTIONS"):
        answer = anonymous.call(method, "/api/users/me/", Origin=THEIRS, **ASK)
        assert "Access-Control-Allow-Origin" not in answer


def test_pages_are_nobodys_to_read(anonymous: Caller) -> None:
    assert "Access-Control-Allow-Origin" not in anonymous.get("/health/", Origin=OURS)


def test_answers_are_kept_by_nobody_and_taken_for_what_they_say(anonymous: Caller) -> None:
    answer = anonymous.get("/api/users/me/")

    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert len(answer["X-Request-ID"]) == 32


def test_the_policy_of_json_is_the_one_of_every_answer(
    anonymous: Caller, call_as: CallAs, cast: Cast
) -> None:
    def policy(answer: Any) -> set[str]:
        return set(answer["Content-Security-Policy"].split("; "))

    json = call_as(cast.admin).get("/api/users/me/")
    page, problem = anonymous.get("/login/"), anonymous.get("/api/users/me/")

    assert json["Content-Type"] == "application/json"
    assert policy(json) == policy(problem) == policy(page)
