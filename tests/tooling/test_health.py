"""Ready or not, and what is away: in parts to admins only."""

import datetime as dt
import socket
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from core.clock import now
from core.models import Heartbeat
from rs_systems import health
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    health._migrations_are_applied.cache_clear()
    yield
    health._migrations_are_applied.cache_clear()


def of_admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin, backend="apps.security.backends.PersonBackend")
    return client


def told(client: Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/health/ready")
    assert "no-store" in answer["Cache-Control"]
    found = answer.json()
    return answer.status_code, found["status"], found.get("parts", {})


def test_parts_are_told_to_admins_only(cast: Cast) -> None:
    needed = {"database": "ok", "migrations": "ok", "storage": "ok"}
    assert told(of_admin(cast)) == (200, "healthy", needed)
    assert told(Client()) == (200, "healthy", {})
    client = Client()
    client.force_login(cast.technician, backend="apps.security.backends.PersonBackend")
    assert told(client) == (200, "healthy", {})


def test_without_its_database_nothing_is_ready() -> None:
    def refuse(*_arguments: object) -> None:
        raise OperationalError("password of the database")

    with connection.execute_wrapper(refuse):
        answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    assert b"password" not in answer.content


def test_a_database_older_than_the_code_is_not_ready_and_asked_again() -> None:
    applied = MigrationRecorder.Migration.objects.filter(app="core").order_by("-id")[:1]
    last = applied.get()
    last.delete()
    assert told(Client())[:2] == (503, "unhealthy")
    last.save()
    assert told(Client())[:2] == (200, "healthy")


def test_pictures_that_cannot_be_asked_for_are_not_ready(cast: Cast, settings: Settings) -> None:
    # Django's own of no kind, which can do nothing.
    nowhere = {"BACKEND": "django.core.files.storage.Storage"}
    settings.STORAGES = {**settings.STORAGES, "default": nowhere}
    status, word, parts = told(of_admin(cast))
    assert (status, word, parts["storage"]) == (503, "unhealthy", "away")


def test_a_broker_and_its_processes_delay_but_do_not_stop_the_web(
    cast: Cast, settings: Settings
) -> None:
    client = of_admin(cast)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.CELERY_BROKER_URL = f"amqps://127.0.0.1:{port}//"
        assert told(client)[2]["broker"] == "ok"
    settings.CELERY_BROKER_URL = f"amqp://127.0.0.1:{port}//"
    status, word, parts = told(client)
    assert (status, word) == (200, "degraded")
    names = ("broker", "relay", "worker", "beat")
    assert [parts[name] for name in names] == ["away"] * 4
    for name, minutes in (("relay", 0), ("worker", 2), ("beat", 4)):
        Heartbeat.objects.create(name=name, seen_at=now() - dt.timedelta(minutes=minutes))
    parts = told(client)[2]
    assert [parts[name] for name in names] == ["away", "ok", "ok", "away"]
