"""Ringing for due rows of the outbox, where a broker tells the workers (ARCHITECTURE, one breath).

A ring is a row's id and nothing else. Claiming a row moves its ``next_at`` behind the ring's
lease, so that of several relays one rings; when the ring is lost on its way, the row is simply due
again after that, and rung for again. Nothing here counts as an attempt at the work itself.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connection

from core.clock import now
from core.heartbeat import beat
from core.outbox import lease, waiting

logger = logging.getLogger(__name__)

BATCH = 500
LONGEST_PAUSE_SECONDS = 30.0
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM core_outboxmessage
        WHERE done_at IS NULL AND dead_at IS NULL AND next_at <= %s
        ORDER BY next_at LIMIT %s {lock}
    )
    UPDATE core_outboxmessage SET next_at = %s, rung_at = %s
    WHERE id IN (SELECT id FROM due)
    RETURNING id, kind
"""
# SQLite has one writer, who cannot meet another one there.
_LOCKS = {"postgresql": "FOR UPDATE SKIP LOCKED"}


@dataclass(frozen=True)
class Ring:
    """One row to ring for."""

    id: int
    kind: str


Bell = Callable[[Sequence[Ring]], None]
"""Tells the workers, returns when the broker has them all for certain, raises otherwise."""


def relay(ring: Bell, *, limit: int = BATCH) -> int:
    """Ring once for each due row, oldest first.

    Returns:
        For how many was rung.

    Raises:
        Exception: What the bell raised; its rows are due again at once.
    """
    claimed_until = now() + lease()
    rings = claim(until=claimed_until, limit=limit)
    if rings:
        try:
            ring(rings)
        except BaseException:
            give_back(rings, claimed_until)
            raise
    return len(rings)


def claim(*, until: dt.datetime, limit: int) -> list[Ring]:
    """Take due rows for oneself until then; others skip what we hold, and we what they hold."""
    at, then = map(connection.ops.adapt_datetimefield_value, (now(), until))
    statement = _CLAIM.format(lock=_LOCKS.get(connection.vendor, ""))
    with connection.cursor() as cursor:
        cursor.execute(statement, [at, limit, then, at])
        return [Ring(*row) for row in cursor.fetchall()]


def give_back(rings: Sequence[Ring], claimed_until: dt.datetime) -> None:
    """Let rows be due again that nobody was told of for certain.

    Their ``rung_at`` stays: where the ring did arrive, its worker may come. Rows that a worker
    has claimed already are left alone.
    """
    ids = [ring.id for ring in rings]
    waiting().filter(id__in=ids, next_at=claimed_until).update(next_at=now())


def relay_forever(stop: threading.Event, ring: Bell, *, pause_seconds: float = 0.25) -> None:
    """Relay until ``stop`` is set; a broker or database that is away is waited out."""
    failures = 0
    while not stop.is_set():
        rung = 0
        try:
            beat("relay")
            rung = relay(ring)
            failures = 0
        except Exception as error:  # noqa: BLE001 - whatever it is, the rows wait and so do we
            failures += 1
            logger.warning("ringing for the outbox failed (%s times): %r", failures, error)
        finally:
            close_old_connections()
        if not rung:
            stop.wait(min(LONGEST_PAUSE_SECONDS, pause_seconds * 2**failures))
