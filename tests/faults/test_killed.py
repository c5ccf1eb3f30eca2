"""Killed outright at every point, before and after each write, commit and mail: nothing is lost."""

import datetime as dt

import pytest

from core.models import OutboxMessage
from tests.cast import Cast
from tests.faults.conftest import Forge, MailServer
from tests.faults.rounds import IS_LONG, STEP
from tests.faults.shop import Fleet, check, let_leases_pass, tell

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fleet(forge: Forge, cast: Cast) -> Fleet:
    return Fleet(cast, forge)


def some(points: list[str]) -> range:
    """The points to die at."""
    return range(1, len(points) + 1, STEP)


def test_the_web_dies_at_any_point_and_the_client_asks_again(
    fleet: Fleet, forge: Forge, mail_server: MailServer
) -> None:
    fleet.ask()  # the first of all writes more than the others
    points = fleet.ask()["passed"]
    assert {"before write", "after write", "before commit", "after commit"} == set(points)
    for place in some(points):
        fleet.ask(kill_at=place)
    assert forge.killed == len(some(points))
    forge.run("drain")
    check(fleet, mail_server)


def test_the_drainer_dies_at_any_point(fleet: Fleet, forge: Forge, mail_server: MailServer) -> None:
    fleet.ask()
    points = forge.points("drain")
    assert {"before mail", "after mail", "before commit", "after commit"} < set(points)
    doubled = 0
    for place in some(points):
        fleet.ask()
        doubled += forge.run("drain", kill_at=place).get("mail_is_open", False)
        let_leases_pass()
        forge.run("drain")
    check(fleet, mail_server, in_the_window=doubled)


def claimed() -> list[int]:
    return list(OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True))


def test_relay_and_worker_die_at_any_point_and_each_ring_is_heard_five_times(
    fleet: Fleet, forge: Forge, mail_server: MailServer
) -> None:
    fleet.ask()
    at_relay = forge.points("claim")
    at_worker = forge.points("work", ids=claimed() * 5)
    doubled = 0
    for place in some(at_relay):
        fleet.ask()
        forge.run("claim", kill_at=place)
        let_leases_pass()
        forge.run("claim")
        forge.run("work", ids=claimed() * 5)
    for place in some(at_worker):
        fleet.ask()
        forge.run("claim")
        ids = claimed()
        doubled += forge.run("work", kill_at=place, ids=ids * 5).get("mail_is_open", False)
        forge.run("work", ids=ids * 5)
        let_leases_pass()
        forge.run("claim")
        forge.run("work", ids=ids * 5)
    check(fleet, mail_server, in_the_window=doubled)


def test_a_mail_server_that_refuses_is_asked_again(
    fleet: Fleet, forge: Forge, mail_server: MailServer
) -> None:
    fleet.ask()
    for attempt, refusal in enumerate(("451 busy, try later", "550 not here"), start=1):
        mail_server.refusal = refusal
        let_leases_pass()
        forge.run("drain")
        waiting = OutboxMessage.objects.filter(done_at=None)
        tried = set(waiting.values_list("kind", "attempts", "dead_at"))
        assert tried == {("email.send", attempt, None)}
    mail_server.refusal = ""
    let_leases_pass()
    forge.run("drain")
    check(fleet, mail_server, harms="mail refused twice")


def test_a_clock_that_dies_at_any_point_brings_each_time_once(
    fleet: Fleet, forge: Forge, mail_server: MailServer
) -> None:
    fleet.ask()
    forge.run("tick", at="2030-01-01T12:00:00+00:00")
    points = forge.points("tick", at="2030-01-02T12:00:00+00:00")
    first = OutboxMessage.objects.filter(kind="schedule.run").count()
    places = range(1, len(points) + 1, 1 if IS_LONG else len(points) // 4)
    for day, place in enumerate(places, start=1):
        at = f"{dt.date(2030, 1, 2) + dt.timedelta(days=day)}T12:00:00+00:00"
        forge.run("tick", kill_at=place, at=at)
        let_leases_pass()
        forge.run("tick", at=at)
    tell(f"{forge.killed} points for the clock to be killed at, {len(places)} days, each once")
    assert first > 0
    assert not OutboxMessage.objects.filter(kind="schedule.run", done_at=None).exists()
    let_leases_pass()
    forge.run("drain")
