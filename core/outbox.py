"""What must happen later, committed with its cause (ARCHITECTURE, "In one breath").

A use case calls ``enqueue`` inside its transaction. A drainer claims due rows by compare-and-set
and runs the handler of their kind; with a broker, a relay rings for them (``core.relay``) and the
worker who hears it calls ``run_rung``, which claims and runs in the same way. Handlers are
idempotent, because a row whose handler finished but whose mark was lost is run again.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F, QuerySet

from core.clock import now
from core.heartbeat import beat
from core.models import OutboxMessage

logger = logging.getLogger(__name__)

Handler = Callable[[OutboxMessage], None]
MAX_ATTEMPTS = 12
# What takes longer than this leaves the time to others, as long as it has taken itself.
SLOW_SECONDS = 1.5
_handlers: dict[str, Handler] = {}
_long: set[str] = set()
_in_steps: set[str] = set()
_resting: dict[str, float] = {}


def handler(
    kind: str, *, is_long: bool = False, in_steps: bool = False
) -> Callable[[Handler], Handler]:
    """Register the function that does the work of one kind; it may run more than once a row.

    What is done in steps runs in no transaction, and begins its own short ones. It waits for
    servers of others: where one is slow, this process leaves the kind alone for as long again, so
    that other work has half of its time at least. What is long runs in no transaction too, since on
    SQLite nobody else could write meanwhile; it has workers of its own, and says by ``still_at_it``
    that it lives.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        if is_long:
            _long.add(kind)
        if is_long or in_steps:
            _in_steps.add(kind)
        return function

    return register


def enqueue(*, kind: str, key: str, payload: dict[str, Any]) -> None:
    """Promise work in the current transaction; a key that was promised before stays one promise.

    Args:
        kind: Names the handler.
        key: Unique; what makes the work the same work.
        payload: JSON for the handler: ids rather than copies.
    """
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(kind=kind, key=key, payload=payload, next_at=now())], ignore_conflicts=True
    )


def is_long(kind: str) -> bool:
    """Whether the work of this kind may take longer than a claim holds."""
    return kind in _long


def lease() -> dt.timedelta:
    """How long a claim holds: whoever has died meanwhile is succeeded by another."""
    return dt.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def waiting() -> "QuerySet[OutboxMessage]":
    """What is still to be done, due or later."""
    return OutboxMessage.objects.filter(done_at=None, dead_at=None)


def drain(*, limit: int = 100) -> int:
    """Do what is due, oldest first.

    Returns:
        How many rows were claimed, whether their work succeeded or will be tried again.
    """
    due = waiting().filter(next_at__lte=now()).exclude(kind__in=_at_rest())
    rows = list(due.order_by("next_at").values_list("id", "attempts", "kind")[:limit])
    # A kind may come to rest in the middle of its rows.
    return sum(
        _run(message_id, attempts) for message_id, attempts, kind in rows if not _rests_for(kind)
    )


def run_rung(message_id: int) -> bool:
    """Do the work of a row that a relay has rung for, once a ring, however often it is heard.

    Returns:
        Whether this call did it; not when somebody came before, or the row is gone.
    """
    rung = waiting().filter(id=message_id, rung_at__isnull=False)
    return not _is_put_off(rung) and _claim_and_do(rung, message_id)


def _is_put_off(rung: "QuerySet[OutboxMessage]") -> bool:
    """Whether the row's kind rests here; it is due again then, and this was no attempt."""
    kind = rung.values_list("kind", flat=True).first() if _at_rest() else None
    seconds = _rests_for(kind) if kind else 0.0
    if seconds:
        rung.update(rung_at=None, next_at=now() + dt.timedelta(seconds=seconds))
    return bool(seconds)


def _rests_for(kind: str) -> float:
    """How many seconds this process leaves the kind alone."""
    return max(0.0, _resting.get(kind, 0.0) - time.monotonic())


def _at_rest() -> list[str]:
    # Of a copy: another thread may add one.
    return [kind for kind in list(_resting) if _rests_for(kind)]


def _rest(kind: str, took: float) -> None:
    if kind in _in_steps and kind not in _long and took > SLOW_SECONDS:
        logger.warning("%s took %.1f s and is left alone for as long again", kind, took)
        _resting[kind] = time.monotonic() + took


def _run(message_id: int, attempts: int) -> bool:
    return _claim_and_do(waiting().filter(id=message_id, attempts=attempts), message_id)


def _claim_and_do(row: "QuerySet[OutboxMessage]", message_id: int) -> bool:
    claimed = row.update(attempts=F("attempts") + 1, next_at=now() + lease(), rung_at=None)
    if claimed:
        _do(OutboxMessage.objects.get(id=message_id))
    return bool(claimed)


def _do(message: OutboxMessage) -> None:
    began = time.monotonic()
    try:
        with nullcontext() if message.kind in _in_steps else transaction.atomic():
            _handlers[message.kind](message)
            _finish(message)
    except Overtaken:
        logger.warning("outbox row %s (%s) is somebody else's now", message.id, message.kind)
    except Exception as error:  # the row keeps any fault, and the next row must still run
        logger.exception("outbox row %s (%s) failed", message.id, message.kind)
        _postpone(message, error)
    finally:
        _rest(message.kind, time.monotonic() - began)


def _mine(message: OutboxMessage) -> "QuerySet[OutboxMessage]":
    """The row as long as nobody else has claimed it since."""
    return OutboxMessage.objects.filter(pk=message.pk, attempts=message.attempts, done_at=None)


def _finish(message: OutboxMessage) -> None:
    """Mark the work as done; in its transaction, so that work which was overtaken leaves nothing.

    Raises:
        Overtaken: Somebody else has claimed it meanwhile.
    """
    if not _mine(message).update(done_at=now(), last_error=""):
        raise Overtaken


def still_at_it(message: OutboxMessage, *, lease: dt.timedelta) -> None:
    """Keep a claimed row from others for so long; when its process dies, they have it after that.

    Raises:
        Overtaken: Somebody else has claimed it meanwhile: leave it to them.
    """
    if not _mine(message).update(next_at=now() + lease):
        raise Overtaken


class Overtaken(Exception):
    """A row's work is somebody else's now."""


def _postpone(message: OutboxMessage, error: Exception) -> None:
    is_last = message.attempts >= MAX_ATTEMPTS
    _mine(message).update(
        last_error=f"{type(error).__name__}: {error}"[:300].replace("\0", ""),
        next_at=now() + dt.timedelta(seconds=min(3600, 2**message.attempts)),
        dead_at=now() if is_last else None,
    )


def drain_forever(stop: threading.Event, *, pause_seconds: float = 0.5) -> None:
    """Drain until ``stop`` is set; a fault of the database is logged and waited out."""
    while not stop.is_set():
        try:
            beat("drainer")
            claimed = drain()
        except Exception:  # the thread must outlive a database that is away for a moment
            logger.exception("draining the outbox failed")
            claimed = 0
        finally:
            close_old_connections()
        if not claimed:
            stop.wait(pause_seconds)
