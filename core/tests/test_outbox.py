"""Work promised with its cause is done at least once, faults are tried again, then laid aside."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from core import outbox
from core.clock import now
from core.models import OutboxMessage

pytestmark = pytest.mark.django_db
done: list[str] = []


@outbox.handler("test.note")
def note(message: OutboxMessage) -> None:
    done.append(message.payload["text"])


@outbox.handler("test.fail")
def fail(message: OutboxMessage) -> None:
    raise ValueError(f"no luck with {message.payload['text']}\0")


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()
    outbox._resting.clear()


def promise(kind: str = "test.note", key: str = "a", text: str = "hello") -> OutboxMessage:
    outbox.enqueue(kind=kind, key=key, payload={"text": text})
    return OutboxMessage.objects.get(key=key)


def test_promise_is_kept_once() -> None:
    message = promise()
    assert (outbox.drain(), outbox.drain()) == (1, 0)
    message.refresh_from_db()
    assert done == ["hello"]
    assert (message.attempts, message.last_error) == (1, "")
    assert message.done_at is not None


def test_same_key_is_one_promise() -> None:
    promise(text="first")
    promise(text="second")
    outbox.drain()
    assert done == ["first"]


def test_promise_of_a_failed_transaction_is_none() -> None:
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0


def test_fault_is_kept_and_tried_again_later_each_time() -> None:
    message = promise("test.fail")
    waits = []
    for _ in range(3):
        OutboxMessage.objects.update(next_at=now())
        outbox.drain()
        message.refresh_from_db()
        waits.append((message.next_at - now()).total_seconds())
    assert message.last_error == "ValueError: no luck with hello"
    assert [round(wait) for wait in waits] == [2, 4, 8]
    assert (message.done_at, message.dead_at) == (None, None)


def test_twelfth_fault_lays_the_row_aside() -> None:
    promise("test.fail")
    for _ in range(outbox.MAX_ATTEMPTS + 3):
        OutboxMessage.objects.update(next_at=now())
        outbox.drain()
    message = OutboxMessage.objects.get()
    assert message.attempts == outbox.MAX_ATTEMPTS
    assert message.dead_at is not None


def test_fault_of_one_row_does_not_stop_the_next() -> None:
    promise("test.fail", "a")
    promise("test.note", "b")
    assert outbox.drain() == 2
    assert done == ["hello"]


def test_row_of_an_unknown_kind_is_a_fault_that_is_told() -> None:
    message = promise("test.unheard-of")
    outbox.drain()
    message.refresh_from_db()
    assert message.last_error.startswith("KeyError")


def test_row_that_is_not_due_or_claimed_by_another_is_left() -> None:
    message = promise()
    OutboxMessage.objects.update(next_at=now() + dt.timedelta(minutes=1))
    assert outbox.drain() == 0
    assert outbox._run(message.pk, attempts=7) == 0
    assert done == []


def test_limit_takes_the_oldest_first() -> None:
    for number in range(3):
        promise(key=str(number), text=str(number))
    assert outbox.drain(limit=2) == 2
    assert done == ["0", "1"]


# The drainer lets go of its connection, which a test inside a transaction needs.
@pytest.mark.django_db(transaction=True)
def test_drainer_stops_when_told() -> None:
    promise()
    stop = threading.Event()
    outbox.enqueue(kind="test.stop", key="stop", payload={})
    outbox.handler("test.stop")(lambda _: stop.set())
    outbox.drain_forever(stop, pause_seconds=0)
    assert done == ["hello"]


@pytest.mark.django_db(transaction=True)
def test_drainer_outlives_a_database_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    promise()
    stop = threading.Event()
    outbox.enqueue(kind="test.stop", key="stop", payload={})
    outbox.handler("test.stop")(lambda _: stop.set())
    faults = iter([OperationalError("the server is away")])

    def away_once(execute: Callable[..., Any], *statement: Any) -> Any:
        for fault in faults:
            raise fault
        return execute(*statement)

    with connection.execute_wrapper(away_once):
        outbox.drain_forever(stop, pause_seconds=0)
    assert done == ["hello"]
    assert caplog.messages == ["draining the outbox failed"]


@outbox.handler("test.long", is_long=True)
def long(message: OutboxMessage) -> None:
    outbox.still_at_it(message, lease=dt.timedelta(seconds=9))
    done.append(message.payload["text"])
    note(message)


def test_what_is_long_says_that_it_lives() -> None:
    message = promise("test.long")
    outbox.drain()
    message.refresh_from_db()
    assert message.done_at is not None
    assert done == ["hello", "hello"]
    assert message.next_at < now() + dt.timedelta(seconds=10)


def test_whoever_was_overtaken_leaves_it() -> None:
    message = promise("test.long")
    OutboxMessage.objects.update(attempts=1)
    with pytest.raises(outbox.Overtaken):
        outbox.still_at_it(message, lease=dt.timedelta(seconds=9))


@pytest.mark.django_db(transaction=True)
def test_what_is_long_or_done_in_steps_runs_in_no_transaction() -> None:
    seen: list[bool] = []
    for kind, how in (("open", {"is_long": True}), ("steps", {"in_steps": True}), ("closed", {})):
        run = outbox.handler(f"test.{kind}", **how)
        run(lambda _: seen.append(connection.in_atomic_block))
        promise(f"test.{kind}", kind)
    outbox.drain()
    assert seen == [False, False, True]
    assert [outbox.is_long(f"test.{kind}") for kind in ("open", "steps")] == [True, False]


@outbox.handler("test.slow", in_steps=True)
def slow(message: OutboxMessage) -> None:
    time.sleep(0.3)
    done.append(message.payload["text"])


@pytest.fixture
def slow_rows(monkeypatch: pytest.MonkeyPatch) -> list[OutboxMessage]:
    """Two that wait for somebody slow, then one that does not."""
    monkeypatch.setattr(outbox, "SLOW_SECONDS", 0.25)
    rows = [promise("test.slow", key, key) for key in ("slow 1", "slow 2")]
    return [*rows, promise(key="quick", text="quick")]


@pytest.mark.django_db(transaction=True)
def test_what_is_slow_leaves_as_much_time_to_the_others(slow_rows: list[OutboxMessage]) -> None:
    assert outbox.drain() == 2
    assert done == ["slow 1", "quick"]
    assert outbox.drain() == 0
    slow_rows[1].refresh_from_db()
    assert slow_rows[1].attempts == 0
    time.sleep(0.4)
    assert outbox.drain() == 1
    assert done[-1] == "slow 2"


@pytest.mark.django_db(transaction=True)
def test_a_worker_puts_off_what_is_slow_without_trying(slow_rows: list[OutboxMessage]) -> None:
    OutboxMessage.objects.update(rung_at=now())
    assert [outbox.run_rung(row.pk) for row in slow_rows] == [True, False, True]
    assert outbox.run_rung(slow_rows[0].pk) is False
    later = slow_rows[1]
    later.refresh_from_db()
    assert (done, later.attempts, later.rung_at) == (["slow 1", "quick"], 0, None)
    assert 0 < (later.next_at - now()).total_seconds() < 0.4


@pytest.mark.django_db(transaction=True)
def test_what_is_long_or_quick_is_not_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "SLOW_SECONDS", 0.0)
    for key in ("a", "b"):
        promise("test.note", key, key)
        promise("test.long", f"long {key}", key)
    assert outbox.drain() == 4
