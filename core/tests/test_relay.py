"""A relay rings for due rows; a ring is heard once, and a lost one is rung for again."""

import datetime as dt
import threading
from collections.abc import Sequence

import pytest

from core import heartbeat, outbox, relay
from core.clock import now, pretending
from core.models import Heartbeat, OutboxMessage
from core.relay import Ring

pytestmark = pytest.mark.django_db
done: list[str] = []


@outbox.handler("test.rung")
def note(message: OutboxMessage) -> None:
    done.append(message.key)


@outbox.handler("test.rung_fails")
def fail(message: OutboxMessage) -> None:
    raise ValueError("no luck")


@outbox.handler("test.overtaken")
def lose(message: OutboxMessage) -> None:
    """Somebody else claims the row while its work is done here."""
    done.append(message.key)
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=9, last_error="theirs")


class Broker:
    """Keeps what is rung, or is away."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.is_away = False

    def __call__(self, rings: Sequence[Ring]) -> None:
        if self.is_away:
            raise ConnectionError("away")
        self.heard += [ring.id for ring in rings]


@pytest.fixture
def broker() -> Broker:
    done.clear()
    return Broker()


def promise(key: str = "a", kind: str = "test.rung") -> OutboxMessage:
    outbox.enqueue(kind=kind, key=key, payload={})
    return OutboxMessage.objects.get(key=key)


def later() -> dt.datetime:
    return now() + outbox.lease() + dt.timedelta(seconds=1)


def test_a_ring_heard_five_times_is_work_once(broker: Broker) -> None:
    rows = [promise(key) for key in "abc"]
    assert relay.relay(broker) == 3
    assert relay.relay(broker) == 0
    assert sorted(broker.heard) == [row.pk for row in rows]
    heard = [outbox.run_rung(pk) for pk in broker.heard * 5]
    assert (sum(heard), sorted(done)) == (3, ["a", "b", "c"])
    assert not outbox.waiting().exists()


def test_a_lost_ring_is_rung_again_after_its_lease(broker: Broker) -> None:
    row = promise()
    relay.relay(broker)
    with pretending(later()):
        assert relay.relay(broker) == 1
    assert broker.heard == [row.pk, row.pk]
    row.refresh_from_db()
    assert row.attempts == 0


def test_nobody_works_without_a_ring_or_after_a_fault_before_its_time(broker: Broker) -> None:
    row = promise(kind="test.rung_fails")
    assert not outbox.run_rung(row.pk)
    relay.relay(broker)
    assert outbox.run_rung(row.pk)
    assert not outbox.run_rung(row.pk)  # heard again: its time comes with the next ring
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (1, "ValueError: no luck")
    assert relay.relay(broker) == 0


def test_a_broker_that_is_away_costs_no_attempt(broker: Broker) -> None:
    row = promise()
    broker.is_away = True
    with pytest.raises(ConnectionError):
        relay.relay(broker)
    row.refresh_from_db()
    assert (row.attempts, row.next_at <= now()) == (0, True)
    broker.is_away = False
    assert relay.relay(broker) == 1


def test_what_a_worker_has_claimed_is_not_given_back(broker: Broker) -> None:
    row = promise()
    claimed_until = later()
    rings = relay.claim(until=claimed_until, limit=10)
    assert outbox.run_rung(row.pk)
    relay.give_back(rings, claimed_until)
    row.refresh_from_db()
    assert row.next_at > now()


def test_the_drainer_takes_what_was_rung_for_in_vain_and_the_ring_comes_late(
    broker: Broker,
) -> None:
    row = promise()
    relay.relay(broker)
    with pretending(later()):
        assert outbox.drain() == 1
    assert not outbox.run_rung(row.pk)
    assert done == ["a"]


def test_the_oldest_are_rung_for_first(broker: Broker) -> None:
    rows = [promise(key) for key in "abc"]
    OutboxMessage.objects.filter(key="c").update(next_at=now() - dt.timedelta(hours=1))
    assert relay.relay(broker, limit=1) == 1
    assert broker.heard == [rows[2].pk]


def test_who_was_overtaken_marks_nothing() -> None:
    row = promise(kind="test.overtaken")
    outbox.drain()
    row.refresh_from_db()
    # Its work is undone with the mark: here the other's claim, which stood in the same transaction.
    assert (row.done_at, row.last_error, row.attempts) == (None, "", 1)


@pytest.mark.django_db(transaction=True)
def test_the_relay_outlives_a_broker_that_is_away(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    row = promise()
    stop = threading.Event()
    broker.is_away = True

    def ring(rings: Sequence[Ring]) -> None:
        try:
            broker(rings)
            stop.set()
        finally:
            broker.is_away = False

    heartbeat._told_at.clear()
    relay.relay_forever(stop, ring, pause_seconds=0)
    assert broker.heard == [row.pk]
    assert caplog.messages == ["ringing for the outbox failed (1 times): ConnectionError('away')"]
    assert Heartbeat.objects.filter(name="relay").count() == 1


def test_a_heartbeat_is_written_every_twenty_seconds() -> None:
    heartbeat._told_at.clear()
    heartbeat.beat("test")
    seen = heartbeat.heartbeats()
    heartbeat.beat("test")
    assert heartbeat.heartbeats() == seen
    heartbeat._told_at["test"] -= 2 * heartbeat.EVERY_SECONDS
    heartbeat.beat("test")
    assert heartbeat.heartbeats()["test"] > seen["test"]
