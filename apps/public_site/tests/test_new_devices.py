"""Who signs in from a browser or program that was not known hears of it, once a device."""

import datetime as dt
import re
from http.cookies import Morsel
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client

from apps.audit.models import AuditEntry
from apps.notifications.models import Delivery, MessageWishes, Notification
from apps.people.services.invitations import invite
from apps.people.services.passwords import encoded, request_password_reset
from apps.security.devices import COOKIE
from apps.security.models import KnownDevice
from apps.security.sessions import sign_out_everywhere
from core.clock import now, pretending
from core.models import OutboxMessage, User
from core.outbox import drain
from tests.cast import Cast
from tests.factories import PASSWORD, make_owner, make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "quite-another-phrase-3"


@pytest.fixture
def person(db: None) -> User:
    """Somebody who has signed in before, from a browser that is not at hand."""
    return make_user(last_login=now() - dt.timedelta(days=3))


def by_page(client: Client, user: User, password: str = PASSWORD, **more: Any) -> None:
    client.cookies.pop("sessionid", None)
    sent = {"username": user.username, "password": password}
    answer = client.post("/login/", sent, headers={"User-Agent": FIREFOX}, **more)
    assert answer.status_code == 303


def by_api(client: Client, user: User, agent: str = "curl/8.5", **more: Any) -> str:
    sent = {"username": user.username, "password": PASSWORD}
    path, headers = "/api/auth/token/", {"User-Agent": agent}
    answer = client.post(path, sent, "application/json", headers=headers, **more)
    assert answer.status_code == 200
    access: str = answer.json()["access"]
    return access


def promised() -> list[str]:
    rows = OutboxMessage.objects.order_by("pk").values_list("payload", flat=True)
    return [row["fields"]["device"] for row in rows if row["kind"] == "new_sign_in"]


def test_the_first_sign_in_of_an_account_tells_nobody_the_next_browser_is_told() -> None:
    user, first = make_user(), Client()
    by_page(first, user)
    by_page(first, user)
    assert (promised(), OutboxMessage.objects.count()) == ([], 0)
    by_page(Client(), user)
    assert promised() == ["Firefox on Windows"]


def test_the_cookie_is_out_of_reach_and_lasts(person: User) -> None:
    client = Client()
    by_page(client, person)
    found: Morsel[str] = client.cookies[COOKIE]
    assert (found["httponly"], found["samesite"], found["path"]) == (True, "Strict", "/")
    assert found["max-age"] == 365 * 24 * 60 * 60
    assert KnownDevice.objects.get().mark not in found.value


def test_the_mail_says_when_where_and_what_to_do(person: User) -> None:
    MessageWishes.objects.create(user=person, time_zone="America/Los_Angeles")
    with pretending(dt.datetime(2026, 6, 1, 14, tzinfo=dt.UTC)):
        by_page(Client(), person, REMOTE_ADDR="192.0.2.7")
    drain()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([person.email], "New sign-in to your account")
    text = str(sent.body)
    assert "\nMonday, June 1, 2026, 7:00 AM PDT\nFirefox on Windows\n" in text
    assert "network address 192.0.2.7" in text
    assert "http://127.0.0.1:8000/account/#safety" in text
    assert 'id="safety"' in signed_in_page(person)


def signed_in_page(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/account/").content.decode()


def test_it_is_no_notice_and_nobody_s_wish_delays_or_stops_it(person: User) -> None:
    MessageWishes.objects.create(
        user=person,
        choices={"account.email": False},
        quiet_from=dt.time(0),
        quiet_until=dt.time(23, 59),
    )
    by_page(Client(), person)
    drain()
    assert len(mail.outbox) == 1
    assert Delivery.objects.get().state == "sent"
    assert not Notification.objects.exists()


def test_people_of_one_browser_are_known_apart(person: User) -> None:
    client, other = Client(), make_user(last_login=now())
    for user in (person, other, person, other):
        by_page(client, user)
    sent_to = OutboxMessage.objects.order_by("pk").values_list("payload__to", flat=True)
    assert list(sent_to) == [person.email, other.email]


def test_a_forged_cookie_is_none(person: User) -> None:
    client = Client()
    by_page(client, person)
    client.cookies[COOKIE] = client.cookies[COOKIE].value.replace(":", ":x", 1)
    by_page(client, person)
    assert len(promised()) == 2


def test_a_program_is_known_by_its_name_and_network(person: User) -> None:
    for agent in ("curl/8.5", "curl/9.0", "python-requests/2"):
        by_api(Client(), person, agent)
    by_api(Client(), person, REMOTE_ADDR="198.51.100.3")
    by_api(Client(), person, REMOTE_ADDR="2001:db8::1")
    by_api(Client(), person, REMOTE_ADDR="2001:db8::2")
    words = [f"The program {name}" for name in ("curl", "python-requests", "curl", "curl")]
    assert promised() == words


def test_a_program_that_keeps_cookies_is_known_everywhere(person: User) -> None:
    client = Client()
    by_api(client, person)
    by_api(client, person, REMOTE_ADDR="198.51.100.3")
    by_page(client, person)
    assert promised() == ["The program curl"]


def test_the_first_sign_in_of_an_account_may_be_a_program_s() -> None:
    user = make_user()
    by_api(Client(), user)
    assert (promised(), User.objects.get(pk=user.pk).last_login is None) == ([], False)
    by_page(Client(), user)
    assert promised() == ["Firefox on Windows"]


def test_after_signing_out_everywhere_no_device_is_known(person: User) -> None:
    client = Client()
    by_page(client, person)
    sign_out_everywhere(actor=person)
    by_page(client, person)
    assert len(promised()) == 2


def test_who_changes_the_password_is_known_where_they_did(person: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        by_page(client, person)
    here.force_login(person)
    sent = {"current_password": PASSWORD, "new_password": NEW}
    assert here.post("/password/change/", sent).status_code == 303
    for client in (here, elsewhere):
        by_page(client, person, NEW)
    assert len(promised()) == 3


def test_a_program_that_changes_the_password_is_known(person: User) -> None:
    client = Client()
    access = by_api(client, person)
    sent = {"current_password": PASSWORD, "new_password": NEW}
    headers = {"Authorization": f"Bearer {access}", "User-Agent": "curl/8.5"}
    answer = client.post("/api/auth/password/", sent, "application/json", headers=headers)
    assert (answer.status_code, KnownDevice.objects.count()) == (204, 1)


def test_who_chooses_a_new_password_by_mail_is_known_there(person: User) -> None:
    request_password_reset(email=person.email)
    path = OutboxMessage.objects.get().payload["fields"]["address"]
    found = re.search(r"/password/reset/.*", path)
    assert found is not None
    client = Client()
    assert client.post(found[0], {"new_password": NEW}).status_code == 303
    by_page(client, person, NEW)
    assert (promised(), encoded(person) in path) == ([], True)


def test_whoever_comes_in_by_an_invitation_is_told_nothing(cast: Cast) -> None:
    _, token = invite(actor=make_owner(), email="new@x.example", customer_id=cast.fleet.pk)
    sent = {"first_name": "Nia", "last_name": "New", "password": NEW}
    client = Client()
    assert client.post(f"/invitation/{token}/", sent).status_code == 303
    user = User.objects.get(email_key="new@x.example")
    by_page(client, user, NEW)
    assert promised() == []


def test_the_trail_tells_it_too(person: User) -> None:
    by_page(Client(), person)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id) == ("user.new_device", person.pk)
    assert entry.target_id == person.pk
    assert entry.changes == [{"field": "device", "old": None, "new": "Firefox on Windows"}]


def test_without_the_sign_in_there_is_no_message(person: User) -> None:
    def away(execute: Any, sql: str, *statement: Any) -> Any:
        if "django_session" in sql and sql.startswith("INSERT"):
            raise DatabaseError("the table is full")
        return execute(sql, *statement)

    with connection.execute_wrapper(away), pytest.raises(DatabaseError):
        by_page(Client(), person)
    assert (promised(), KnownDevice.objects.count()) == ([], 0)


@pytest.mark.parametrize("number", [1, 3])
def test_a_sign_in_costs_the_same_however_many_devices_are_known(
    person: User, number: int, django_assert_num_queries: Any
) -> None:
    client = Client()
    for browser in [client, *(Client() for _ in range(number - 1))]:
        by_page(browser, person)
    with django_assert_num_queries(17):
        by_page(client, person)
