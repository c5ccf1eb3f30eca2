"""What is done at its hour, whoever asks and however often: one register, each time done once.

``tick`` may be called every minute, by several at once, or again after a missed night: it promises
what has become due as a row of the outbox, which is where failures are tried again. A function of
the register therefore may run more than once for one time, and has to find out itself what is
done already: messages by their keys, rows by their state.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import close_old_connections, transaction
from django.db.models import Max

from core.clock import now
from core.heartbeat import beat
from core.models import OutboxMessage, ScheduledRun
from core.outbox import enqueue, handler, still_at_it
from core.shop import shop_zone

logger = logging.getLogger(__name__)

RUN = "schedule.run"
LEASE = dt.timedelta(minutes=30)
# Older times than that are let go of even by what makes up for every one.
MOST_MADE_UP = 7
EVERY_SECONDS = 20.0
Work = Callable[[dt.datetime], str]
"""Takes the instant that it was due at; returns a sentence on what it did."""


@dataclass(frozen=True)
class Slot:
    """One time of a scheduled work: its name, and the instant that it is due at."""

    name: str
    due_at: dt.datetime


@dataclass(frozen=True)
class Daily:
    """Every day at a wall clock's time where the shop is; on days that lack it, an hour later."""

    at: dt.time

    def latest(self, moment: dt.datetime, zone: str) -> Slot:
        """The newest time that has come."""
        day = moment.astimezone(ZoneInfo(zone)).date()
        slot = self._on(day, zone)
        return slot if slot.due_at <= moment else self._on(day - dt.timedelta(days=1), zone)

    def before(self, slot: Slot, zone: str) -> Slot:
        """The time before that one."""
        return self._on(dt.date.fromisoformat(slot.name) - dt.timedelta(days=1), zone)

    def in_words(self) -> str:
        """When, as the office reads it."""
        return f"every day at {self.at:%H:%M}"

    def _on(self, day: dt.date, zone: str) -> Slot:
        local = dt.datetime.combine(day, self.at, tzinfo=ZoneInfo(zone))
        return Slot(day.isoformat(), local.astimezone(dt.UTC))


@dataclass(frozen=True)
class Hourly:
    """Every hour, at this minute."""

    minute: int

    def latest(self, moment: dt.datetime, zone: str) -> Slot:
        """The newest time that has come."""
        due = moment.astimezone(dt.UTC).replace(minute=self.minute, second=0, microsecond=0)
        return self._at(due if due <= moment else due - dt.timedelta(hours=1))

    def before(self, slot: Slot, zone: str) -> Slot:
        """The time before that one."""
        return self._at(slot.due_at - dt.timedelta(hours=1))

    def in_words(self) -> str:
        """When, as the office reads it."""
        return f"every hour at {self.minute:02d} past"

    def _at(self, due: dt.datetime) -> Slot:
        return Slot(f"{due:%Y-%m-%dT%H:%MZ}", due)


@dataclass(frozen=True)
class Scheduled:
    """One entry of the register.

    Attributes:
        name: Stands in ``ScheduledRun``; never changed.
        title: What it is, for the office.
        when: Its times.
        work: Does it.
        makes_up: Whether each missed time is made up for; else the latest one alone is.
    """

    name: str
    title: str
    when: Daily | Hourly
    work: Work
    makes_up: bool = False


_register: dict[str, Scheduled] = {}


def scheduled(
    name: str, *, title: str, when: Daily | Hourly, makes_up: bool = False
) -> Callable[[Work], Work]:
    """Enter a function into the register; see ``Scheduled``."""

    def enter(work: Work) -> Work:
        _register[name] = Scheduled(name, title, when, work, makes_up)
        return work

    return enter


def registered() -> list[Scheduled]:
    """The register, by name."""
    return [_register[name] for name in sorted(_register)]


def tick() -> int:
    """Promise everything that has become due since it was last asked.

    What is seen for the first time begins with its next time: a new shop that is opened in the
    afternoon sends nobody the list of the morning.

    Returns:
        How many promises were made now, by this call or by another at the same moment.
    """
    newest = ScheduledRun.objects.values_list("name").annotate(Max("due_at"))
    known = dict(newest.order_by())
    moment, zone = now(), shop_zone()
    made = 0
    for entry in registered():
        for slot in _missing(entry, known.get(entry.name), moment, zone):
            made += _promise(entry, slot, is_first=entry.name not in known)
    return made


def _missing(
    entry: Scheduled, known: dt.datetime | None, moment: dt.datetime, zone: str
) -> list[Slot]:
    """Times that have come after the newest known one, the oldest first."""
    slot = entry.when.latest(moment, zone)
    if known is None:
        return [slot]
    found: list[Slot] = []
    while slot.due_at > known and len(found) < (MOST_MADE_UP if entry.makes_up else 1):
        found.insert(0, slot)
        slot = entry.when.before(slot, zone)
    return found


def _promise(entry: Scheduled, slot: Slot, *, is_first: bool) -> int:
    with transaction.atomic():
        run = ScheduledRun(name=entry.name, slot=slot.name, due_at=slot.due_at)
        if is_first:
            run.note = "Begins with its next time."
        ScheduledRun.objects.bulk_create([run], ignore_conflicts=True)
        if is_first:
            return 0
        payload = {"name": entry.name, "slot": slot.name}
        enqueue(kind=RUN, key=f"{RUN}:{entry.name}:{slot.name}", payload=payload)
    return 1


@handler(RUN, is_long=True)
def run_promised(message: OutboxMessage) -> None:
    """Do one time of one entry; what it raises is noted, and tried again by the outbox."""
    runs = ScheduledRun.objects.filter(name=message.payload["name"], slot=message.payload["slot"])
    run, entry = runs.first(), _register.get(message.payload["name"])
    if run is None or entry is None:
        logger.warning("nothing is scheduled any more as %s", message.key)
        return
    still_at_it(message, lease=LEASE)
    runs.update(started_at=now(), error="")
    try:
        note = entry.work(run.due_at)
    except Exception as error:
        runs.update(error=f"{type(error).__name__}: {error}"[:300].replace("\0", ""))
        raise
    runs.update(finished_at=now(), note=note[:300])


def tick_forever(stop: threading.Event) -> None:
    """Keep the schedule until ``stop`` is set, where no other clock does (``manage.py serve``)."""
    while not stop.is_set():
        try:
            beat("scheduler")
            tick()
        except Exception:  # the thread must outlive a database that is away for a moment
            logger.exception("the schedule could not be kept")
        finally:
            close_old_connections()
        stop.wait(EVERY_SECONDS)
