"""RabbitMQ gone, hung and wiped, its worker killed outright: a doorbell is all that is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import amqp
import pytest

from core.clock import now
from core.heartbeat import heartbeats
from core.models import OutboxMessage
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
