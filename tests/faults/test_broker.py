"""What rings at RabbitMQ, and who hears it: the bell, the relay's command, tasks, the clock."""

from __future__ import annotations

import io
import json
import os
import signal
import threading

import amqp
import pytest
from amqp.exceptions import ChannelError
from django.core.management import call_command
from django.db import OperationalError, connection
from pytest_django.fixtures import Settings

from core import heartbeat
from core.clock import now
from core.heartbeat import heartbeats
from core.models import OutboxMessage, ScheduledRun
from core.relay import Ring
from core.schedule import registered
from rs_systems import tasks
from rs_systems.beat import Clock
from rs_systems.bell import Bell, NotConfirmedError
from rs_systems.celery import app
from tests.faults.broker import broker_url, wipe
from tests.faults.proxy import Proxy
from tools import services

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own_app(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery of this process, at the test's broker."""
    monkeypatch.setattr(app.conf, "broker_url", broker_url(proxy))
    monkeypatch.setattr(app.conf, "broker_write_url", broker_url(proxy))


def heard(server: services.Service, queue: str) -> list[int]:
    """The ids that wait in a queue, taken out of it."""
    link = amqp.Connection(f"127.0.0.1:{server.port}")
    link.connect()
    channel = link.channel()
    found = []
    while message := channel.basic_get(queue=queue, no_ack=True):
        assert message.properties["delivery_mode"] == 2
        found += json.loads(message.body)[0]
    link.close()
    return found


def test_the_bell_publishes_ids_alone_and_waits_for_every_confirmation(
    own_app: None, server: services.Service, proxy: Proxy
) -> None:
    bell = Bell(timeout=1)
    rings = [Ring(number, "email.send") for number in range(1, 101)]
    bell([*rings, Ring(101, "schedule.run")])
    bell([Ring(102, "email.send")])
    assert heard(server, "outbox") == [*range(1, 101), 102]
    assert heard(server, "outbox.long") == [101]
    with pytest.raises(NotConfirmedError):
        bell._refused(1, multiple=False)
    proxy.harm("hang")
    with pytest.raises((NotConfirmedError, TimeoutError)):
        bell(rings)
    with pytest.raises((NotConfirmedError, OSError)):
        bell(rings)
    proxy.harm("pass")
    wipe(server)
    bell(rings)
    assert heard(server, "outbox") == list(range(1, 101))
    bell.close()


def test_the_bell_is_not_deceived_by_a_broker_that_has_lost_its_queues(
    own_app: None, server: services.Service
) -> None:
    bell = Bell(timeout=5)
    bell([Ring(1, "email.send")])
    assert wipe(server) == 1
    with pytest.raises(ChannelError):
        bell([Ring(2, "email.send")])
    bell([Ring(2, "email.send")])
    assert heard(server, "outbox") == [2]
    bell.close()


def test_the_command_rings_until_it_is_told_to_stop(
    own_app: None, server: services.Service, settings: Settings
) -> None:
    settings.CELERY_BROKER_URL = "amqp://named.example"
    row = OutboxMessage.objects.create(kind="test.nothing", key="x", next_at=now())
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    try:
        call_command("relay_outbox", stdout=(told := io.StringIO()))
    finally:
        timer.join()
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert told.getvalue().endswith("1 rows wait, 0 were given up.\n")
    assert heard(server, "outbox") == [row.pk]


def test_tasks_do_what_was_rung_for_and_what_is_due() -> None:
    row = OutboxMessage.objects.create(kind="test.x", key="x", next_at=now(), rung_at=now())
    tasks.run_long(row.pk)
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (1, "KeyError: 'test.x'")
    tasks.tick_schedule()
    assert ScheduledRun.objects.count() == len(registered())


def test_the_clock_says_that_it_lives_and_outlives_a_database_that_is_away(
    own_app: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(heartbeat, "_told_at", {})
    clock = Clock(app=app)

    def away(*_statement: object) -> None:
        raise OperationalError("the server is away")

    with connection.execute_wrapper(away):
        assert 0 < clock.tick() <= 20
    assert caplog.messages == [
        "the heartbeat could not be written: OperationalError('the server is away')"
    ]
    heartbeat._told_at.clear()
    clock.tick()
    assert "beat" in heartbeats()
