"""Redis flushed, hung and gone: nobody is signed out, nobody waits, limits go on."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from redis import Redis

from apps.security.rates import seconds_to_wait
from apps.security.sessions import open_session
from core.circuit import Circuit
from core.disposable_cache import DisposableRedis
from core.outbox import drain
from tests.cast import Cast
from tests.faults.books import check_books, read_books
from tests.faults.proxy import Proxy, proxied
from tests.faults.rounds import CYCLES
from tools import services

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.Service]:
    with services.redis(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def proxy(server: services.Service, settings: Settings) -> Iterator[Proxy]:
    """The door to Redis, which the shop uses as in production."""
    with proxied(server.port) as door:
        redis = {
            "BACKEND": "core.disposable_cache.DisposableRedis",
            "LOCATION": f"redis://127.0.0.1:{door.port}/0",
        }
        settings.REDIS_URL = redis["LOCATION"]
        settings.CACHES = {
            "default": {**redis, "OPTIONS": {"counts_alone": True}},
            "sessions": {**redis, "KEY_PREFIX": "s", "OPTIONS": {"longest": 300}},
        }
        settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
        settings.SESSION_CACHE_ALIAS = "sessions"
        yield door
        for alias in ("default", "sessions"):
            caches[alias].close()


def redis_of(alias: str) -> DisposableRedis:
    found = caches[alias]
    assert isinstance(found, DisposableRedis)
    return found


def circuits() -> list[Circuit]:
    return [redis_of(alias).circuit for alias in ("default", "sessions")]


def heal(proxy: Proxy) -> None:
    """Redis answers again, and is asked at once."""
    proxy.harm("pass")
    for circuit in circuits():
        circuit.close()


def ask_for(token: str, key: str) -> int:
    """Ask for a repair by API; its id."""
    answer = Client().post(
        "/api/repair-requests/",
        {"unit_number": key, "external_ref": key},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )
    assert answer.status_code == 201
    made: int = answer.json()["id"]
    return made


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin, backend="apps.security.backends.PersonBackend")
    return client


def status(client: Client) -> int:
    return client.get(reverse("office_notices")).status_code


def test_a_flush_signs_nobody_out(server: services.Service, proxy: Proxy, cast: Cast) -> None:
    client = signed_in(cast)
    assert status(client) == 200
    direct = Redis(port=server.port)
    kept = [direct.ttl(key) for key in direct.keys("s:*")]
    assert kept
    assert max(kept) <= 300
    for _ in range(CYCLES):
        direct.flushall()
        assert status(client) == 200


@pytest.mark.parametrize("harm", ["hang", "refuse"])
def test_without_it_pages_answer_and_it_is_left_alone(proxy: Proxy, cast: Cast, harm: str) -> None:
    client = signed_in(cast)
    assert status(client) == 200
    for _ in range(CYCLES):
        proxy.harm(harm)
        assert status(client) == 200
        asked = proxy.asked
        assert [status(client) for _ in range(3)] == [200] * 3
        assert proxy.asked == asked
        told = client.get("/health/ready")
        assert (told.status_code, told.json()["status"]) == (200, "degraded")
        assert told.json()["parts"]["cache"] == "away"
        heal(proxy)
        assert status(client) == 200
        assert client.get("/health/ready").json()["status"] == "healthy"


@pytest.mark.parametrize("harm", ["hang", "refuse", "flush"])
def test_what_is_written_meanwhile_is_there_once(
    server: services.Service, proxy: Proxy, cast: Cast, harm: str
) -> None:
    pair = open_session(user=cast.requester, address="127.0.0.1", user_agent="test")
    journal: dict[str, int] = {}
    for _ in range(CYCLES):
        if harm == "flush":
            Redis(port=server.port).flushall()
        else:
            proxy.harm(harm)
        for _again in range(2):
            key = f"client-{len(journal)}"
            answers = [ask_for(pair.access, key) for _twice in range(2)]
            assert answers[0] == answers[1]
            journal[key] = answers[0]
        heal(proxy)
    while drain():
        pass
    check_books(read_books(), journal)


def test_limits_go_on_in_the_process(proxy: Proxy, settings: Settings) -> None:
    settings.CALLS_PER_MINUTE = {**settings.CALLS_PER_MINUTE, "driver": 2}
    proxy.harm("refuse")
    waits = [bool(seconds_to_wait("driver", "somebody")) for _ in range(4)]
    assert sorted(waits) == [False, False, True, True]


def test_who_signs_out_meanwhile_stays_signed_out(
    proxy: Proxy, cast: Cast, settings: Settings
) -> None:
    client = signed_in(cast)
    assert status(client) == 200
    thief = Client()
    name = settings.SESSION_COOKIE_NAME
    thief.cookies[name] = client.cookies[name].value
    proxy.harm("refuse")
    client.post(reverse("logout"))
    assert not Session.objects.exists()
    heal(proxy)
    assert status(thief) == 302
