"""RabbitMQ gone, hung, full and wiped, its worker killed outright: only the doorbell is missing."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.heartbeat import heartbeats
from core.models import OutboxMessage
from tests.cast import Cast
from tests.faults.broker import HARMS, broker_url, harmed, is_rung, wipe
from tests.faults.conftest import Forge, MailServer, database_url
from tests.faults.processes import PATIENCE_SECONDS, Part, production, running, wait_until
from tests.faults.proxy import Proxy
from tests.faults.rounds import CYCLES
from tests.faults.shop import Fleet, check, let_leases_pass
from tools import services

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fleet(cast: Cast, forge: Forge) -> Fleet:
    return Fleet(cast, forge)


@pytest.fixture
def variables(proxy: Proxy, mail_server: MailServer, tmp_path: Path) -> dict[str, str]:
    """Of the processes behind the web."""
    return production(
        database=database_url(),
        mail_port=mail_server.port,
        folder=tmp_path,
        broker=broker_url(proxy),
    )


@pytest.fixture
def parts(fleet: Fleet, variables: dict[str, str], tmp_path: Path) -> Iterator[dict[str, Part]]:
    """A relay and a worker, which are never started again."""
    with running("relay worker", tmp_path, variables) as started:
        yield started
        assert all(part.process.poll() is None for part in started.values())


def is_all_done() -> bool:
    return not OutboxMessage.objects.filter(done_at=None).exists()


def says_again(part: Part, words: str) -> Callable[[], bool]:
    """Whether its log has the words more often than now."""
    before = part.said(words)
    return lambda: part.said(words) > before


@pytest.mark.parametrize("harm", HARMS)
def test_away_or_full_it_costs_no_attempt(
    *,
    fleet: Fleet,
    parts: dict[str, Part],
    server: services.Service,
    proxy: Proxy,
    mail_server: MailServer,
    harm: str,
) -> None:
    for _ in range(CYCLES):
        is_noticed = says_again(parts["relay"], "ringing for the outbox failed")
        with harmed(harm, server, proxy):
            for _order in range(CYCLES):
                fleet.ask()  # the web does not notice
            wait_until(is_noticed, parts["relay"].log)
            fleet.ask()
        wait_until(is_all_done, parts["worker"].log)
    check(fleet, mail_server, harms=f"broker, {harm}: {CYCLES} times")
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_wiped_it_costs_a_ring(
    fleet: Fleet,
    parts: dict[str, Part],
    server: services.Service,
    mail_server: MailServer,
) -> None:
    worker, wiped = parts["worker"], 0
    for _ in range(CYCLES):
        worker.kill(signal.SIGSTOP)
        fleet.ask()
        fleet.ask()
        wait_until(lambda: is_rung(server), parts["relay"].log)
        wiped += wipe(server)
        # What was lost is rung for again as soon as its lease is over.
        let_leases_pass()
        worker.kill(signal.SIGCONT)
        wait_until(is_all_done, worker.log)
    assert wiped >= CYCLES
    check(fleet, mail_server, harms=f"broker wiped {CYCLES} times, {wiped} rings gone")
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}
    assert {"relay", "worker"} <= heartbeats().keys()


def test_a_worker_killed_in_the_middle_of_a_mail(
    fleet: Fleet, variables: dict[str, str], mail_server: MailServer, tmp_path: Path
) -> None:
    with running("relay", tmp_path, variables):
        for _ in range(CYCLES):
            mail_server.hold = True
            mail_server.is_holding.clear()
            fleet.ask()
            with running("worker", tmp_path, variables) as parts:
                assert mail_server.is_holding.wait(PATIENCE_SECONDS)
                parts["worker"].kill()
            mail_server.hold = False
            # What it held comes again from the broker, and is nobody's to do before this.
            let_leases_pass()
            with running("worker", tmp_path, variables) as parts:
                wait_until(is_all_done, parts["worker"].log)
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1, 2}
    check(fleet, mail_server, harms=f"{CYCLES} workers killed in the middle of a mail")
