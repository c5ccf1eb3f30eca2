"""What workers do: thin tasks with explicit names that take ids only and may come twice.

None is repeated by the queue: whatever fails is due again by its row's own `next_at`.
"""

from typing import Final

from django.db import close_old_connections

from core.heartbeat import beat
from core.outbox import run_rung
from core.schedule import tick
from rs_systems.celery import app

LONGEST_SECONDS: Final = 60 * 60


@app.task(name="outbox.run")
def run(message_id: int) -> None:
    """Do the work of one row of the outbox."""
    close_old_connections()
    beat("worker")
    run_rung(message_id)


@app.task(name="outbox.run_long", time_limit=LONGEST_SECONDS, soft_time_limit=LONGEST_SECONDS - 60)
def run_long(message_id: int) -> None:
    """The same for kinds that say themselves that they are still at it."""
    run(message_id)


@app.task(name="schedule.tick")
def tick_schedule() -> None:
    """Promise what has become due of the schedule."""
    close_old_connections()
    beat("worker")
    tick()
