"""The schema and its readers."""

from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from apps.api.documentation import document
from apps.api.schema import METHODS

SCHEMA = "/api/schema/"


def calls() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, call)
        for path, found in document()["paths"].items()
        for method, call in found.items()
        if method in METHODS
    ]


def names_of_parameters(call: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in call.get("parameters", [])}


def test_the_schema_is_open_and_json(client: Client, db: None) -> None:
    answer = client.get(SCHEMA)

    assert answer["Content-Type"] == "application/json"
    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json()["info"]["title"] == "RS Systems API"


def test_it_names_the_three_ways_to_prove_who_one_is() -> None:
    assert sorted(document()["components"]["securitySchemes"]) == ["Bearer", "Cookie", "Token"]


def test_every_call_tells_its_faults_as_problems() -> None:
    for method, path, call in calls():
        for status in ("400", "401", "403", "404", "429"):
            content = call["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], (method, path)


def test_every_write_but_of_credentials_takes_an_idempotency_key() -> None:
    without = {
        path
        for method, path, call in calls()
        if method != "get" and "Idempotency-Key" not in names_of_parameters(call)
    }

    assert without == {
        "/api/auth/token/",
        "/api/auth/token/refresh/",
        "/api/keys/",
        "/api/calendar-feeds/",
    }


def test_every_call_says_what_it_does() -> None:
    assert [path for _, path, call in calls() if not call.get("summary")] == []


def test_bodies_are_closed() -> None:
    schemas = document()["components"]["schemas"]

    assert schemas["SignInRequest"]["additionalProperties"] is False


def test_lists_tell_their_pages() -> None:
    users = document()["paths"]["/api/users/"]["get"]

    assert {"cursor", "page_size", "ordering", "role", "customer"} == names_of_parameters(users)


@pytest.mark.parametrize("reader", ["swagger-ui", "redoc"])
def test_a_reader_has_no_script_of_its_own_and_nothing_from_elsewhere(
    client: Client, db: None, reader: str
) -> None:
    answer = client.get(f"{SCHEMA}{reader}/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<script") == page.count('<script src="/static/')


@pytest.mark.parametrize(("reader", "is_looser"), [("swagger-ui", False), ("redoc", True)])
def test_only_redoc_may_write_styles(
    client: Client, db: None, reader: str, *, is_looser: bool
) -> None:
    policy = client.get(f"{SCHEMA}{reader}/")["Content-Security-Policy"]

    assert ("'unsafe-inline'" in policy) == is_looser
    assert "script-src 'self'" in [each.strip() for each in policy.split(";")]


def test_what_the_readers_load_is_there() -> None:
    for path in (
        "api/swagger_ui.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
        "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js",
    ):
        assert finders.find(path), path
