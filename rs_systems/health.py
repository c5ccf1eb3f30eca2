"""Whether this process can serve, and how the parts behind it are; the parts' names to admins only.

503 only for what nothing can be served without. A broker, cache or worker that is away delays
messages and nothing else: taking the web down for it would make a small fault a large one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from core.clock import now
from core.heartbeat import SILENT, heartbeats
from core.rules import is_admin, is_signed_in
from core.views import database_answers

TIMEOUT_SECONDS = 1.0
GREETING = b"AMQP\x00\x00\x09\x01"
PORTS = {"amqp": 5672, "amqps": 5671}
WORD = {True: "ok", False: "away"}


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 and `healthy` or `degraded`, 503 and `unhealthy`."""
    database = database_answers()
    needed = {
        "database": database,
        "migrations": database and migrations_are_applied(),
        "storage": storage_answers(),
    }
    others = {name: check() for name, check in configured().items()} if database else {}
    status = "healthy" if all(others.values()) else "degraded"
    told: dict[str, object] = {
        "status": status if all(needed.values()) else "unhealthy",
        "database": "connected" if database else "unavailable",
        "timestamp": now().isoformat(),
    }
    if database and asked_by_an_admin(request):
        told["parts"] = {name: WORD[found] for name, found in (needed | others).items()}
    return JsonResponse(told, status=200 if all(needed.values()) else 503)


def configured() -> dict[str, Callable[[], bool]]:
    """The checks of the parts that this shop has."""
    checks: dict[str, Callable[[], bool]] = {}
    if settings.CELERY_BROKER_URL:
        seen = heartbeats()
        checks["broker"] = broker_answers
        for name in ("relay", "worker", "beat"):
            at = seen.get(name)
            checks[name] = lambda at=at: at is not None and at > now() - SILENT  # type: ignore[misc]  # bound by its default
    if settings.REDIS_URL:
        checks["cache"] = cache_answers
    return checks


def asked_by_an_admin(request: HttpRequest) -> bool:
    """Whether the caller may know more; without a cookie nobody is looked up."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return is_signed_in(request.user) and is_admin(request.user)


def migrations_are_applied() -> bool:
    """Whether the database is as new as the code; once it is, it stays so for this process."""
    try:
        return _migrations_are_applied(str(connection.settings_dict["NAME"]))
    except (DatabaseError, BehindError):
        return False


class BehindError(Exception):
    """The database lacks migrations; an exception, so that the answer is not kept."""


@cache
def _migrations_are_applied(_database: str) -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BehindError
    return True


def storage_answers() -> bool:
    """Whether the folder or bucket of the pictures can be asked."""
    try:
        default_storage.exists("photos/health")
    except Exception:  # noqa: BLE001 - each storage has errors of its own
        return False
    return True


def broker_answers() -> bool:
    """Whether it greets; nothing is published and nobody signs in."""
    parts = urlsplit(settings.CELERY_BROKER_URL)
    try:
        address = (parts.hostname or "", parts.port or PORTS[parts.scheme])
        with socket.create_connection(address, timeout=TIMEOUT_SECONDS) as link:
            if parts.scheme == "amqps":
                return True
            link.sendall(GREETING)
            return bool(link.recv(1))
    except OSError:
        return False


def cache_answers() -> bool:
    """Whether Redis itself keeps something, and not this process in its place."""
    found = caches["sessions"]
    found.set("health", True, timeout=10)
    return found.get("health") is True
