"""Knocking at addresses as everybody."""

import datetime as dt
import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from apps.security.access import forget_rows
from apps.security.middleware import CompressionMiddleware
from apps.security.sessions import open_session
from core.enums import Role
from core.models import ShopSettings, User

HERE = "apps.security.tests.urls_of_tests"


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = HERE
    settings.ACCESS_ROWS = f"{HERE}.ROWS"
    forget_rows()
    yield
    forget_rows()


def bearer(user: User) -> dict[str, str]:
    pair = open_session(user=user, address="127.0.0.1", user_agent="test")
    return {"Authorization": f"Bearer {pair.access}"}


def test_each_request_gets_its_own_id(client: Client, db: None) -> None:
    first, second = client.get("/api/anyone/"), client.get("/api/anyone/")

    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert first["X-Request-ID"] in first.content.decode()


def test_an_id_sent_by_the_caller_is_not_believed(client: Client, db: None) -> None:
    response = client.get("/api/anyone/", headers={"X-Request-ID": "mine"})

    assert response["X-Request-ID"] != "mine"


def test_api_without_signing_in_is_401(client: Client, db: None) -> None:
    response = client.get("/api/things/")

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "not_signed_in"


def test_a_page_leads_to_sign_in_and_back(client: Client, db: None) -> None:
    response = client.get("/page/?a=1")

    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/page/%3Fa%3D1"


def test_a_button_without_a_page_leads_to_sign_in(client: Client, db: None) -> None:
    assert client.post("/press/")["Location"] == "/login/?next=/"


def test_a_role_with_a_row_passes(client: Client, technician: User) -> None:
    response = client.post("/api/things/", headers=bearer(technician))

    assert response.status_code == 200
    assert response.content.decode().startswith(f"user:{technician.pk} bearer")


def test_a_role_without_a_row_gets_what_a_missing_object_gets(client: Client, admin: User) -> None:
    response = client.get("/api/things/7/", headers=bearer(admin))

    assert response.status_code == 404
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
        "code": "not_found",
        "errors": {},
    }


def test_a_method_of_others_is_403_on_a_list(client: Client, person: User) -> None:
    assert client.post("/api/things/", headers=bearer(person)).status_code == 403


def test_a_method_of_others_is_404_on_an_object(client: Client, person: User) -> None:
    assert client.patch("/api/things/7/", headers=bearer(person)).status_code == 404


def test_a_method_of_nobody_is_405_and_says_what_is_allowed(client: Client, person: User) -> None:
    response = client.delete("/api/things/", headers=bearer(person))

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


def test_a_public_url_tells_405_without_signing_in(client: Client, db: None) -> None:
    assert client.post("/api/anyone/").status_code == 405


def test_options_answers_the_methods(client: Client, person: User) -> None:
    response = client.options("/api/things/", headers=bearer(person))

    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, POST")


@pytest.mark.parametrize("address", ["/rowless/", "/api/rowless/", "/api/nowhere/"])
def test_a_url_without_a_row_does_not_answer(client: Client, admin: User, address: str) -> None:
    client.force_login(admin)

    assert client.get(address).status_code == 404


def test_a_page_of_another_role_is_404(client: Client, technician: User) -> None:
    client.force_login(technician)

    assert client.get("/page/").status_code == 404


def test_a_wrong_method_on_a_page_is_405(client: Client, person: User) -> None:
    client.force_login(person)

    assert client.get("/press/")["Allow"] == "POST"


def test_a_button_of_others_on_a_page_one_may_see_is_403(client: Client, person: User) -> None:
    client.force_login(person)

    assert client.get("/desk/").status_code == 200
    refused = client.post("/desk/")
    assert (refused.status_code, refused.content) == (403, b"forbidden")


def test_a_wildcard_row_is_for_its_roles(client: Client, admin: User, person: User) -> None:
    client.force_login(admin)
    assert client.get("/staff/one/").status_code == 200

    client.force_login(person)
    assert client.get("/staff/one/").status_code == 404


def test_a_bug_in_the_api_is_a_problem_without_its_text(client: Client, db: None) -> None:
    response = client.get("/api/fail/")

    assert response.status_code == 500
    assert response.json()["code"] == "server_error"
    assert b"secret" not in response.content


def test_what_a_view_of_the_api_does_not_find_is_a_problem(client: Client, db: None) -> None:
    response = client.get("/api/in-vain/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "Not found."


def test_a_domain_error_in_the_api_is_a_problem(client: Client, db: None) -> None:
    response = client.get("/api/refuse/")

    assert response.status_code == 409
    assert response.json()["allowed_moves"] == ["DENIED"]


def test_answers_of_the_api_are_kept_by_nobody(client: Client, db: None) -> None:
    assert client.get("/api/anyone/")["Cache-Control"] == "no-store, private"


def test_what_somebody_signed_in_sees_is_kept_by_nobody(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/page/")["Cache-Control"] == "no-store, private"


def test_pages_use_the_shops_zone(client: Client, person: User) -> None:
    ShopSettings.objects.create(time_zone="Asia/Tokyo")
    client.force_login(person)

    assert client.get("/page/").content.decode().endswith("Asia/Tokyo")


def test_the_technicians_portal_keeps_its_session_for_a_month(
    client: Client, technician: User
) -> None:
    client.force_login(technician)

    response = client.get("/tech/page/")

    assert response.cookies["sessionid"]["max-age"] == dt.timedelta(days=30).total_seconds()


def test_the_session_cookie_serves_the_api(client: Client, person: User) -> None:
    client.force_login(person)

    assert "session" in client.get("/api/things/").content.decode()


def test_the_session_cookie_without_csrf_token_changes_nothing(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    person.role = Role.TECHNICIAN
    person.save()
    client.force_login(person)

    response = client.post("/api/things/")

    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_raising_the_version_ends_a_page_session(client: Client, person: User) -> None:
    client.force_login(person)
    person.session_version += 1
    person.save()

    assert client.get("/page/").status_code == 302


@pytest.mark.parametrize(
    ("path", "kind", "encoding"),
    [
        ("/app/", "text/html; charset=utf-8", "gzip"),
        ("/app/api/repair-cost-data/", "application/json", "gzip"),
        ("/api/repairs/", "application/json", None),
        ("/app/photos/1/large/", "image/webp", None),
    ],
)
def test_pages_and_their_data_go_compressed(
    rf: RequestFactory, path: str, kind: str, encoding: str | None
) -> None:
    body = b"a long answer " * 100
    compression = CompressionMiddleware(lambda _request: HttpResponse())

    def sent(**headers: str) -> HttpResponse:
        plain = HttpResponse(body, content_type=kind, headers={"ETag": '"7"'})
        answer: HttpResponse = compression.process_response(rf.get(path, headers=headers), plain)
        return answer

    answer = sent(accept_encoding="gzip, br")
    assert answer.get("Content-Encoding") == encoding
    assert answer["ETag"] == ('W/"7"' if encoding else '"7"')
    assert (gzip.decompress(answer.content) if encoding else answer.content) == body
    assert not sent().has_header("Content-Encoding")
