"""Whether this process serves, for proxies and watchers: no session, no internals."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from core.clock import now


@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """The guide's check: 200 and ``healthy``, or 503 and ``unhealthy``."""
    connected = _database_answers()
    return JsonResponse(
        {
            "status": "healthy" if connected else "unhealthy",
            "database": "connected" if connected else "unavailable",
            "timestamp": now().isoformat(),
        },
        status=200 if connected else 503,
    )


@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """The process runs; it touches nothing else."""
    return JsonResponse({"status": "healthy", "timestamp": now().isoformat()})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False
