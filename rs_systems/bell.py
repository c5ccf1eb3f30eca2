"""Ringing: ids published to RabbitMQ in batches, each batch confirmed in whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from celery.utils import uuid
from kombu.connection import Connection

from core.outbox import is_long
from core.relay import Ring
from rs_systems.celery import LONG, SHORT, app

TIMEOUT_SECONDS = 5.0


class NotConfirmedError(Exception):
    """The broker has not said in time that it has every message."""


class Bell:
    """A connection of its own, opened when first needed and dropped at any fault."""

    def __init__(self, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._connection: Connection | None = None
        self._channel: Any = None  # py-amqp has no types
        self._sent = 0
        self._open: set[int] = set()

    def __call__(self, rings: Sequence[Ring]) -> None:
        """Publish a message for each, and return when the broker has confirmed them all.

        Raises:
            Exception: Whatever the connection raises, `NotConfirmedError` among it.
        """
        try:
            self._connect()
            for ring in rings:
                self._publish(ring)
            self._wait()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection; a broker that hangs is not waited for."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.collect(socket_timeout=0.5)

    def _connect(self) -> None:
        if self._connection is not None and self._connection.connected:
            return
        self.close()
        # Confirmations are counted here, for the whole batch; kombu would wait for each.
        limits = {"confirm_publish": False, "read_timeout": self._timeout}
        self._connection = app.connection_for_write(
            connect_timeout=self._timeout,
            transport_options={**limits, "write_timeout": self._timeout},
        )
        self._channel = self._connection.channel()
        for queue in (SHORT, LONG):
            queue(self._channel).declare()
        self._channel.confirm_select()
        self._sent, self._open = 0, set()
        self._channel.events["basic_ack"].add(self._confirmed)
        self._channel.events["basic_nack"].add(self._refused)

    def _publish(self, ring: Ring) -> None:
        name, queue = ("outbox.run_long", LONG) if is_long(ring.kind) else ("outbox.run", SHORT)
        task = app.amqp.as_task_v2(uuid(), name, args=(ring.id,), ignore_result=True)
        message = self._channel.prepare_message(
            json.dumps(task.body),
            content_type="application/json",
            content_encoding="utf-8",
            headers=task.headers,
            properties={**task.properties, "delivery_mode": 2},
        )
        self._sent += 1
        self._open.add(self._sent)
        # Mandatory: where the queue was deleted meanwhile, the broker would drop the message and
        # confirm it. Like this the channel raises, and the next connection declares the queue.
        self._channel.basic_publish(
            message, exchange=queue.exchange.name, routing_key=queue.routing_key, mandatory=True
        )

    def _confirmed(self, delivery_tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp's own
        if multiple:
            self._open = {tag for tag in self._open if tag > delivery_tag}
        else:
            self._open.discard(delivery_tag)

    def _refused(self, delivery_tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp's own
        raise NotConfirmedError(f"the broker refused message {delivery_tag} ({multiple=})")

    def _wait(self) -> None:
        deadline = time.monotonic() + self._timeout
        while self._open:
            left = deadline - time.monotonic()
            if left <= 0 or self._connection is None:
                raise NotConfirmedError(f"{len(self._open)} messages were not confirmed in time")
            self._connection.drain_events(timeout=left)
