"""What is asked of every site: whether this process serves, and its icon; no session."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import never_cache

from core.clock import now


@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """The guide's check: 200 and ``healthy``, or 503 and ``unhealthy``."""
    connected = database_answers()
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


def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look on pages that name no icon, such as those of the admin site."""
    return redirect(static("img/icon.svg"))


def database_answers() -> bool:
    """Whether the database answers at all."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False
