"""The walk through the doors ends well, tells what is broken, and leaves nothing when told so."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from apps.audit.models import AuditEntry
from apps.photo_storage.models import StoredPhoto
from apps.repairs.models import Repair, Unit, UnitRepairCount
from core.models import Customer, OutboxMessage, User
from rs_systems.flow.people import FlowError, browser
from rs_systems.flow.remote import headers_of, path_of
from rs_systems.flow.steps import Flow, expect_status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_sign_ins() -> None:
    cache.clear()


def walk(**options: bool) -> list[str]:
    out = StringIO()
    try:
        call_command("test_system_flow", stdout=out, stderr=out, **options)
    except CommandError as error:
        out.write(f"EXIT {error}")
    return out.getvalue().splitlines()


def files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def numbers() -> list[int]:
    models = (User, Customer, Unit, Repair, AuditEntry, OutboxMessage, StoredPhoto)
    return [model._default_manager.count() for model in models]


def test_every_step_is_told_and_nothing_is_left() -> None:
    before, kept = numbers(), files()
    told = walk(cleanup=True)
    assert told[:-1] == [f"OK      {words}" for words, _ in Flow().steps()]
    assert told[-1] == "Cleaned up: nothing of this was kept."
    assert (numbers(), files()) == (before, kept)


def test_it_can_be_walked_again_and_again() -> None:
    for _ in range(2):
        assert walk()[-1] == "What was made stays, under names that begin with “flow”."
    assert Repair.objects.filter(queue_status="COMPLETED", priced_at__isnull=False).count() == 4


def test_a_broken_shop_is_told_and_the_command_fails() -> None:
    customer = Customer.objects.create(name="Broken")
    unit = Unit.objects.create(customer=customer, number="1")
    UnitRepairCount.objects.create(unit=unit, count=3)
    told = walk(cleanup=True)
    assert told[-3].startswith("FAILED  Every invariant holds: A unit's counter equals")
    assert told[-1] == "EXIT The flow is broken."
    assert Repair.objects.count() == 0


def test_a_door_that_answers_otherwise_is_told_with_the_begin_of_its_answer() -> None:
    expect_status(HttpResponse("made", status=201), 200, 201)

    with pytest.raises(FlowError, match=r"^answered 409: Not now$"):
        expect_status(HttpResponse("Not now", status=409), 200, 201)


def test_where_https_is_demanded_the_flow_comes_as_through_the_proxy(settings: Any) -> None:
    settings.USE_HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert browser().get("/login/").status_code == 200
    assert Client().get("/login/").status_code == 301


def test_a_server_cannot_see_what_is_not_committed() -> None:
    with pytest.raises(CommandError, match="choose one of both"):
        call_command("test_system_flow", cleanup=True, url="http://127.0.0.1:1")


def test_over_the_wire_it_comes_as_a_browser_behind_the_proxy_does() -> None:
    cookie, proto = "csrftoken=abc; sessionid=def", "https"
    environ = {"HTTP_HOST": "shop.example", "HTTP_COOKIE": cookie, "HTTP_X_FORWARDED_PROTO": proto}
    assert dict(headers_of(environ | {"CONTENT_TYPE": "text/plain", "SERVER_PORT": "80"})) == {
        "HOST": "shop.example",
        "COOKIE": cookie,
        "X-FORWARDED-PROTO": "https",
        "Content-Type": "text/plain",
        "X-CSRFToken": "abc",
        "Referer": "https://shop.example/",
    }
    assert dict(headers_of({"HTTP_HOST": "shop.example"})) == {"HOST": "shop.example"}
    asked = {"PATH_INFO": "/api/repairs/", "QUERY_STRING": "status=REQUESTED"}
    assert path_of(asked) == "/api/repairs/?status=REQUESTED"
