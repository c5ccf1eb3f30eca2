"""RabbitMQ behind a door, and what can happen to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import amqp

from tests.faults.proxy import Proxy
from tools.services import Service, rabbitmqctl

QUEUES = ("outbox", "outbox.long")
# What an administrator would set, to harm it and to heal it.
NO_MEMORY = ("set_vm_memory_high_watermark", "0.00001")
MEMORY = ("set_vm_memory_high_watermark", "0.4")
FULL_QUEUES = (
    *("set_policy", "full", "^outbox", '{"max-length":0,"overflow":"reject-publish"}'),
    *("--apply-to", "queues"),
)
QUEUES_WITH_ROOM = ("clear_policy", "full")
BY_COMMAND = {"no memory": (NO_MEMORY, MEMORY), "full queues": (FULL_QUEUES, QUEUES_WITH_ROOM)}
HARMS = ("refuse", "hang", *BY_COMMAND)


def broker_url(proxy: Proxy) -> str:
    """The broker, as it is seen through the door."""
    return f"amqp://guest:guest@127.0.0.1:{proxy.port}//"


@contextmanager
def harmed(harm: str, server: Service, proxy: Proxy) -> Iterator[None]:
    """Gone, hung, or full in one of two ways, until the block ends.

    Without memory RabbitMQ stops to read from whoever publishes; full queues refuse each message.
    """
    if harm in BY_COMMAND:
        harming, healing = BY_COMMAND[harm]
        rabbitmqctl(server, *harming)
        try:
            yield
        finally:
            rabbitmqctl(server, *healing)
    else:
        proxy.harm(harm)
        yield
        proxy.harm("pass")


def wipe(server: Service) -> int:
    """Delete the queues with all that is in them; how many messages were."""
    with amqp.Connection(f"127.0.0.1:{server.port}") as link:
        return sum(link.channel().queue_delete(queue=name) or 0 for name in QUEUES)


def is_rung(server: Service) -> bool:
    """Whether messages wait that no worker has taken."""
    with amqp.Connection(f"127.0.0.1:{server.port}") as link:
        found = link.channel().queue_declare(queue=QUEUES[0], passive=True)
        return bool(found.message_count)
