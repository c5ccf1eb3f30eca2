"""How much waits in the broker's queues."""

import logging

from rs_systems.celery import LONG, SHORT, app

TIMEOUT_SECONDS = 1.0
logger = logging.getLogger(__name__)


def depths() -> dict[str, tuple[int, int]] | None:
    """Messages and consumers by queue; nothing when the broker does not answer at once."""
    limits = {"read_timeout": TIMEOUT_SECONDS, "write_timeout": TIMEOUT_SECONDS}
    connection = app.connection_for_read(connect_timeout=TIMEOUT_SECONDS, transport_options=limits)
    found = {}
    try:
        channel = connection.channel()
        for queue in (SHORT, LONG):
            told = channel.queue_declare(queue=queue.name, durable=True, auto_delete=False)
            found[queue.name] = (told.message_count, told.consumer_count)
    except Exception as error:  # noqa: BLE001 - whatever it is, the broker does not answer
        logger.warning("the broker's queues could not be read: %r", error)
        return None
    finally:
        connection.collect(socket_timeout=TIMEOUT_SECONDS)
    return found
