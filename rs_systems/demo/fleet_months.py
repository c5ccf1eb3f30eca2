"""A time that is told event by event: what is still to happen, and when somebody works."""

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from apps.technicians.models import Technician
from core.clock import now, pretending
from core.models import Customer, User
from rs_systems.demo.fleet_cast import Fleet

OPENS, CLOSES = 7, 17
SUNDAY = 6
Progress = Callable[[float, str], None]
Event = Callable[[], None]


@dataclass
class Company:
    """A fleet as it stands in the database."""

    plan: Fleet
    customer: Customer
    contact: User
    sites: list[int]
    numbers: list[str]


@dataclass
class Months:
    """What is still to happen, by the time at which it does."""

    dice: random.Random
    admin: User
    technicians: list[Technician]
    begin: dt.datetime
    end: dt.datetime
    zone: ZoneInfo
    companies: list[Company] = field(default_factory=list)
    _events: list[tuple[dt.datetime, int, Event]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=itertools.count)

    def at(self, when: dt.datetime, event: Event) -> None:
        """Let something happen then; what lies in the future never does."""
        if when < self.end:
            heapq.heappush(self._events, (when, next(self._serial), event))

    def later(self, hours: float, event: Event) -> None:
        """Let something happen so many hours from now, when the shop is open."""
        self.at(
            self.in_hours(now() + dt.timedelta(hours=hours * self.dice.uniform(0.5, 1.5))), event
        )

    def in_hours(self, when: dt.datetime) -> dt.datetime:
        """The instant itself, or the next morning on which somebody works."""
        local = when.astimezone(self.zone)
        if local.hour >= CLOSES or local.weekday() == SUNDAY:
            local = local.replace(hour=OPENS) + dt.timedelta(days=1)
        if local.weekday() == SUNDAY:
            local += dt.timedelta(days=1)
        return local.replace(hour=max(local.hour, OPENS)).astimezone(dt.UTC)

    def run(self, progress: Progress) -> None:
        """Let everything happen, in order."""
        while self._events:
            when, _, event = heapq.heappop(self._events)
            with pretending(when):
                event()
            progress((when - self.begin) / (self.end - self.begin), f"{when:%d %b %Y}")
