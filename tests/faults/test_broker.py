"""RabbitMQ gone, hung and wiped, its worker killed outright: a doorbell is all that is missing."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import amqp
import pytest
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
from rs_systems.environment import BASE_DIR
from tests.cast import Cast
from tests.faults.conftest import Forge, MailServer, environment, make_forge
from tests.faults.proxy import Proxy, proxied
from tests.faults.shop import Fleet, check, let_leases_pass
from tools import services

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
PATIENCE_SECONDS = 90
QUEUES = ("outbox", "outbox.long")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.Service]:
    with services.rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


@pytest.fixture
def proxy(server: services.Service) -> Iterator[Proxy]:
    with proxied(server.port) as door:
        yield door


def broker_url(proxy: Proxy) -> str:
    return f"amqp://guest:guest@127.0.0.1:{proxy.port}//"


@pytest.fixture
def forge(transactional_db: None, mail_server: MailServer, proxy: Proxy) -> Iterator[Forge]:
    yield from make_forge(
        FAULTS_MAIL_PORT=str(mail_server.port), CELERY_BROKER_URL=broker_url(proxy)
    )


@contextmanager
def worker(proxy: Proxy, mail_server: MailServer, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of Celery, until the block ends."""
    command = [sys.executable, "-m", "celery", "-A", "rs_systems", "worker", "-c", "1"]
    variables = environment(
        FAULTS_MAIL_PORT=str(mail_server.port), CELERY_BROKER_URL=broker_url(proxy)
    )
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "--loglevel", "INFO"],
            cwd=BASE_DIR,
            env=variables,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill it outright, and its pool."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def wait_until(holds: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.1)


def is_all_done() -> bool:
    return not OutboxMessage.objects.filter(done_at=None).exists()


def wipe(server: services.Service) -> int:
    """Delete the queues with all that is in them; how many messages were."""
    link = amqp.Connection(f"127.0.0.1:{server.port}")
    link.connect()
    lost = sum(link.channel().queue_delete(queue=name) or 0 for name in QUEUES)
    link.close()
    return lost


@pytest.fixture
def fleet(cast: Cast, forge: Forge) -> Fleet:
    return Fleet(cast, forge)


def test_gone_hung_and_wiped_it_costs_a_ring_and_no_attempt(
    fleet: Fleet, proxy: Proxy, server: services.Service, mail_server: MailServer, tmp_path: Path
) -> None:
    forge, log = fleet.forge, tmp_path / "log"
    log.touch()
    for harm in ("refuse", "hang"):
        proxy.harm(harm)
        fleet.ask()  # the web does not notice
        assert forge.run("ring")["refused"]
        waiting = OutboxMessage.objects.filter(done_at=None, next_at__lte=now())
        assert set(waiting.values_list("attempts", flat=True)) == {0}
    proxy.harm("pass")
    rung = forge.run("ring")["rung"]
    assert rung == OutboxMessage.objects.count() > 0
    assert wipe(server) >= rung
    with worker(proxy, mail_server, log):
        wait_until(lambda: "ready." in log.read_text(), log)
        assert not is_all_done()
        let_leases_pass()
        forge.run("ring")
        wait_until(is_all_done, log)
    check(fleet, mail_server)
    assert "worker" in heartbeats()


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


def test_a_worker_killed_in_the_middle_of_a_mail(
    fleet: Fleet, proxy: Proxy, mail_server: MailServer, tmp_path: Path
) -> None:
    forge, log = fleet.forge, tmp_path / "log"
    fleet.ask()
    mail_server.hold = True
    with worker(proxy, mail_server, log) as process:
        forge.run("ring")
        assert mail_server.is_holding.wait(PATIENCE_SECONDS), log.read_text()[-3000:]
        kill(process)
    mail_server.hold = False
    with worker(proxy, mail_server, log):
        # What it held comes again from the broker, and is nobody's to do before its lease is over.
        wait_until(lambda: "ready." in log.read_text().rpartition("celery@")[0], log)
        let_leases_pass()
        forge.run("ring")
        wait_until(is_all_done, log)
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1, 2}
    check(fleet, mail_server)
