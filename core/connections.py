"""Whether a kept connection still stands, seen without asking the server.

Django asks ``SELECT 1`` once a request (``CONN_HEALTH_CHECKS``), which is a third of the
statements of a short answer. A server that goes away says so and closes, and a broken connection
is readable too; so only a connection that has something to say between requests is asked.
"""

import select
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def ready_for_request() -> bool:
    """Do what Django does as a request begins, for who answers without it.

    Returns:
        Whether the database is one whose statements we prepare.
    """
    kept: Any = connections[DEFAULT_DB_ALIAS]
    if kept.vendor != "postgresql":
        return False
    kept.close_if_unusable_or_obsolete()
    trust_quiet_connection()
    return True


def trust_quiet_connection(**_signal: Any) -> None:
    """Spare a quiet connection the question; connected to ``request_started``."""
    kept: Any = connections[DEFAULT_DB_ALIAS]  # the stubs do not know what Django keeps of it
    raw = kept.connection
    if raw is not None and kept.vendor == "postgresql" and _is_quiet(raw):
        kept.health_check_done = True


def _is_quiet(raw: Any) -> bool:
    if raw.closed:
        return False
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN)
    return not waiting.poll(0)
