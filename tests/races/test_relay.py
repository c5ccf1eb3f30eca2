"""Several relays, workers and clocks at the same moment: each ring, work and time once."""

import datetime as dt
from collections import Counter

import pytest

from core import outbox, relay, schedule
from core.clock import now, pretending
from core.models import OutboxMessage, ScheduledRun
from core.relay import Ring
from core.schedule import Daily, tick
from tests.races.harness import CROWD, at_once, happens, succeeded

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROWS = 64
done: Counter[str] = Counter()


@outbox.handler("test.counted")
def count(message: OutboxMessage) -> None:
    done[message.key] += 1


def promise(number: int = ROWS) -> list[int]:
    """Due rows; their ids."""
    done.clear()
    OutboxMessage.objects.all().delete()
    for place in range(number):
        outbox.enqueue(kind="test.counted", key=str(place), payload={})
    return sorted(OutboxMessage.objects.values_list("id", flat=True))


def claim() -> list[Ring]:
    return relay.claim(until=now() + outbox.lease(), limit=8)


def claim_by_hand() -> list[Ring]:
    """What a relay does that reads first and writes then."""
    due = outbox.waiting().filter(next_at__lte=now()).order_by("next_at")[:8]
    rings = [Ring(row.pk, row.kind) for row in due]
    OutboxMessage.objects.filter(pk__in=[ring.id for ring in rings]).update(
        next_at=now() + outbox.lease(), rung_at=now()
    )
    return rings


def test_sixteen_relays_ring_once_for_each_row() -> None:
    ids = promise()
    rung = [ring.id for found in succeeded(at_once([claim] * CROWD)) for ring in found]
    rung += [ring.id for ring in claim()]
    assert sorted(rung) == ids


def test_without_the_one_statement_some_are_rung_for_twice() -> None:
    def twice() -> bool:
        promise()
        rung = [ring.id for found in succeeded(at_once([claim_by_hand] * CROWD)) for ring in found]
        return len(rung) > len(set(rung))

    assert happens(twice)


def test_one_ring_heard_by_sixteen_workers_is_work_once() -> None:
    (row,) = promise(1)
    claim()
    heard = succeeded(at_once([lambda: outbox.run_rung(row)] * CROWD))
    assert (sum(heard), dict(done)) == (1, {"0": 1})


def run_unasked(row: int) -> None:
    """What a worker does that looks first and claims then."""
    if outbox.waiting().filter(pk=row, rung_at__isnull=False).exists():
        OutboxMessage.objects.filter(pk=row).update(rung_at=None)
        outbox._do(OutboxMessage.objects.get(pk=row))


def test_without_compare_and_set_it_is_work_several_times() -> None:
    def several() -> bool:
        (row,) = promise(1)
        claim()
        at_once([lambda: run_unasked(row)] * CROWD)
        return done["0"] > 1

    assert happens(several)


def test_sixteen_clocks_promise_each_time_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_register", {})

    @schedule.scheduled("test.clocks", title="Clocks", when=Daily(dt.time(7)))
    def work(due_at: dt.datetime) -> str:
        return ""

    monday = dt.datetime(2026, 11, 9, 20, tzinfo=dt.UTC)

    def tick_on(day: int) -> int:
        with pretending(monday + dt.timedelta(days=day)):
            return tick()

    assert len(succeeded(at_once([lambda: tick_on(0)] * CROWD))) == CROWD
    assert len(succeeded(at_once([lambda: tick_on(1)] * CROWD))) == CROWD
    assert list(ScheduledRun.objects.values_list("slot", flat=True).order_by("slot")) == [
        "2026-11-09",
        "2026-11-10",
    ]
    assert outbox.waiting().count() == 1
