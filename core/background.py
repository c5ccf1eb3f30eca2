"""How the work in the background is doing, for the office and for who watches; four statements."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from core.clock import now
from core.heartbeat import SILENT, heartbeats
from core.models import OutboxMessage, ScheduledRun
from core.schedule import Scheduled, registered

NAMES = {
    "worker": "Workers",
    "relay": "Relay (rings for the workers)",
    "beat": "Clock of the workers' schedule",
    "drainer": "Worker inside the web server",
    "scheduler": "Clock inside the web server",
}


@dataclass(frozen=True)
class Depth:
    """How much is to be done: due now, later, since when the oldest has been due, given up."""

    due: int
    later: int
    oldest: dt.datetime | None
    dead: int


@dataclass(frozen=True)
class Sign:
    """When a kind of process was last seen at work, and whether that is too long ago."""

    title: str
    seen_at: dt.datetime
    is_silent: bool


@dataclass(frozen=True)
class LastRun:
    """An entry of the schedule and the last time of it, if any came."""

    entry: Scheduled
    run: ScheduledRun | None


def depth() -> Depth:
    """How much is to be done."""
    due = Q(dead_at=None, next_at__lte=now())
    found = OutboxMessage.objects.filter(done_at=None).aggregate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=Q(dead_at=None, next_at__gt=now())),
        oldest=Min("next_at", filter=due),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
    )
    return Depth(**found)


def signs() -> list[Sign]:
    """Who was seen at work, and when."""
    latest = now() - SILENT
    return [
        Sign(NAMES.get(name, name), seen_at, seen_at < latest)
        for name, seen_at in heartbeats().items()
    ]


def last_runs() -> list[LastRun]:
    """Every entry of the schedule with its last time."""
    newest = ScheduledRun.objects.order_by().values("name").annotate(newest=Max("pk"))
    found = {run.name: run for run in ScheduledRun.objects.filter(pk__in=newest.values("newest"))}
    return [LastRun(entry, found.get(entry.name)) for entry in registered()]


def given_up() -> "QuerySet[OutboxMessage]":
    """Rows that failed too often, to be looked at."""
    return OutboxMessage.objects.filter(done_at=None, dead_at__isnull=False)
