"""Signs of life of the processes in the background, for the office and for who watches."""

import datetime as dt
import time

from core.clock import now
from core.models import Heartbeat

EVERY_SECONDS = 20.0
# Nobody seen for so long is taken for dead.
SILENT = dt.timedelta(minutes=3)
_told_at: dict[str, float] = {}


def beat(name: str) -> None:
    """Say that a process of this name is at work; written every twenty seconds at most."""
    moment = time.monotonic()
    if moment - _told_at.get(name, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _told_at[name] = moment
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now()})


def heartbeats() -> dict[str, dt.datetime]:
    """When each was last seen, by name."""
    return dict(Heartbeat.objects.order_by("name").values_list("name", "seen_at"))
