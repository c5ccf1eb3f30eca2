"""Messages in browsers, against a push service on our own loopback that reads what it is sent."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command

from apps.audit.models import AuditEntry
from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery, MessageWishes, PushSubscription
from apps.notifications.services import notify
from apps.notifications.subscribing import public_key, subscribe, unsubscribe
from apps.notifications.tests.conftest import MakeUser
from apps.notifications.tests.servers import Service, http_service
from core.errors import Invalid, NotFound
from core.models import Customer, OutboxMessage, User
from core.outbox import drain
from tests.books import nothing_written, refused

KIND = "repair_completed"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """A browser's keys: what it subscribes with, and how it reads what comes."""

    def __init__(self, service: str, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {
            "endpoint": f"{service}/push/{name}",
            "p256dh": encoded(point),
            "auth": encoded(self.secret),
        }

    def read(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        told: dict[str, str] = json.loads(plain)
        return told


@pytest.fixture
def service(settings: Any, capsys: pytest.CaptureFixture[str]) -> Iterator[Service]:
    call_command("make_push_keys")
    settings.VAPID_PRIVATE_KEY = capsys.readouterr().out.strip().partition("=")[2]
    with http_service() as found:
        settings.PUSH_SERVICES = [found.url]
        yield found


@pytest.fixture
def member(make_user: MakeUser) -> User:
    user = make_user("member")
    MessageWishes.objects.create(user=user, choices={"progress.email": False})
    return user


def tell(user: User, target: Customer, key: str = "1") -> None:
    notify(kind=KIND, recipients=[user], target=target, fields=kind_of(KIND).sample, key=key)


def pushed() -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(way="push").values_list("state", "reason"))


def test_every_browser_shows_the_message_and_nobody_between_reads_it(
    member: User, fleet: Customer, service: Service, settings: Any
) -> None:
    settings.MESSAGES_TOGETHER_SECONDS = 60
    browsers = [Browser(service.url, name) for name in ("one", "two")]
    for browser in browsers:
        subscribe(actor=member, **browser.subscription)
    tell(member, fleet)
    drain()
    assert pushed() == [("sent", "")]
    sent = Delivery.objects.get(way="push")
    for browser, (path, headers, body) in zip(browsers, service.calls, strict=True):
        assert f"{service.url}{path}" == browser.subscription["endpoint"]
        assert headers["Topic"] == sent.message_id
        assert f"k={public_key()}" in headers["Authorization"]
        assert b"Harbor" not in body
        assert browser.read(body) == {
            "title": sent.text,
            "body": "",
            "url": f"http://127.0.0.1:8000/app/repairs/{fleet.pk}/",
            "tag": sent.message_id,
        }


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    member: User, fleet: Customer, service: Service, status: int
) -> None:
    subscribe(actor=member, **Browser(service.url, "one").subscription)
    tell(member, fleet)
    service.status = status
    drain()
    assert not PushSubscription.objects.exists()
    assert pushed() == [("failed", "No browser of theirs is subscribed any more")]
    assert OutboxMessage.objects.get(kind="push.send").done_at is not None
    tell(member, fleet, "2")
    assert len(pushed()) == 1


def test_a_service_that_cannot_now_is_asked_again(
    member: User, fleet: Customer, service: Service, settings: Any
) -> None:
    subscribe(actor=member, **Browser(service.url, "one").subscription)
    tell(member, fleet)
    service.status = 503
    drain()
    assert pushed() == [("planned", "Try 1 of 12 failed: NotNow")]
    assert "/push/one" not in OutboxMessage.objects.get(kind="push.send").last_error
    PushSubscription.objects.update(endpoint="http://127.0.0.1:9/push/one")
    OutboxMessage.objects.update(next_at="2020-01-01T00:00Z")
    drain()
    assert pushed() == [("planned", "Try 2 of 12 failed: NotNow")]


def test_a_browser_is_its_last_readers(member: User, make_user: MakeUser, service: Service) -> None:
    browser, other = Browser(service.url, "one").subscription, make_user("other")
    row = subscribe(actor=member, **browser)
    assert str(row) == "A browser of member, by 127.0.0.1"
    with nothing_written():
        subscribe(actor=member, **browser)
    subscribe(actor=other, **browser)
    with refused(NotFound):
        unsubscribe(actor=member, endpoint=browser["endpoint"])
    with refused(NotFound):
        unsubscribe(actor=member, subscription_id=row.pk)
    unsubscribe(actor=other, subscription_id=row.pk)
    assert not PushSubscription.objects.exists()
    told = list(AuditEntry.objects.order_by("position").values_list("verb", flat=True))
    added, ended = "pushsubscription.added", "pushsubscription.ended"
    assert told == [added, added, ended]
    assert browser["endpoint"] not in str(list(AuditEntry.objects.values("changes")))


def test_of_more_than_ten_browsers_the_oldest_goes(member: User, service: Service) -> None:
    subscription = Browser(service.url, "x").subscription
    for number in range(11):
        endpoint = f"{service.url}/push/{number}"
        subscribe(actor=member, **subscription | {"endpoint": endpoint})
    kept = PushSubscription.objects.order_by("pk").values_list("endpoint", flat=True)
    assert list(kept) == [f"{service.url}/push/{number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        ({"endpoint": "https://db.internal/push"}, "endpoint"),
        ({"endpoint": "https://push.example.com.evil.net/push"}, "endpoint"),
        ({"endpoint": "https://evilpush.example.com/push"}, "endpoint"),
        ({"endpoint": "http://push.example.com/push"}, "endpoint"),
        ({"endpoint": "https://push.example.com:8443/push"}, "endpoint"),
        ({"endpoint": "https://push.example.com@10.0.0.1/"}, "endpoint"),
        ({"endpoint": "https://push.example.com:x/"}, "endpoint"),
        ({"endpoint": "https://push.example.com/" + "x" * 1000}, "endpoint"),
        ({"p256dh": "AAAA"}, "p256dh"),
        ({"p256dh": "A" * 87}, "p256dh"),
        ({"p256dh": "A"}, "p256dh"),
        ({"auth": "*" * 22}, "auth"),
        ({"auth": "ü"}, "auth"),
    ],
)
def test_we_post_to_push_services_only(
    member: User, settings: Any, faulty: dict[str, str], field: str
) -> None:
    settings.PUSH_SERVICES = ["push.example.com"]
    good = Browser("https://eu.push.example.com", "one").subscription
    with refused(Invalid) as caught:
        subscribe(actor=member, **good | faulty)
    assert list(caught.value.errors) == [field]
    subscribe(actor=member, **good)


def test_without_a_key_of_ours_there_is_nothing_to_subscribe_with(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    assert public_key() == ""
