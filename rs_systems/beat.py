"""Celery Beat without a file of its own: what was done is known by the database."""

import logging
from typing import Any

from celery.beat import Scheduler
from django.db import close_old_connections

from core.heartbeat import beat

logger = logging.getLogger(__name__)
LONGEST_SLEEP_SECONDS = 20


class Clock(Scheduler):
    """Rings `schedule.tick` each minute, and says that it lives."""

    max_interval = LONGEST_SLEEP_SECONDS

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until it wants to be asked again."""
        try:
            beat("beat")
        except Exception as error:  # noqa: BLE001 - a clock goes on while the database is away
            logger.warning("the heartbeat could not be written: %r", error)
        finally:
            close_old_connections()
        wait: float = super().tick(*args, **kwargs)
        return wait
