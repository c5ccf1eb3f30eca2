"""How often somebody may knock: counters of a minute in Django's cache."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from apps.security.addresses import client_network
from apps.security.errors import TooManyRequests

MINUTE = 60


def seconds_to_wait(scope: str, who: str) -> int:
    """Count one call of ``who``; how long to wait when the scope's limit is exceeded, else 0.

    The limits are ``settings.CALLS_PER_MINUTE``; 0 switches a scope off.
    """
    limit = settings.CALLS_PER_MINUTE[scope]
    if not limit:
        return 0
    minute, second = divmod(int(time.time()), MINUTE)
    key = f"rate:{scope}:{who}:{minute}"
    cache.add(key, 0, timeout=MINUTE)
    try:
        used = cache.incr(key)
    except ValueError:  # the cache let go of it in between
        used = 1
    return MINUTE - second if used > limit else 0


def limit_sign_ins(request: HttpRequest) -> None:
    """Refuse a machine that tries sign-in too often, whatever names it uses.

    Raises:
        TooManyRequests: Its minute is used up.
    """
    if wait := seconds_to_wait("sign_in", client_network(request)):
        raise TooManyRequests(extra={"retry_after": wait})


def limit_calendars(request: HttpRequest) -> None:
    """Refuse a machine that reads calendars too often, whichever it asks for.

    Raises:
        TooManyRequests: Its minute is used up.
    """
    if wait := seconds_to_wait("calendar", client_network(request)):
        raise TooManyRequests(extra={"retry_after": wait})


def limit_drivers(request: HttpRequest, unit_id: int) -> None:
    """Refuse reports by sticker that come too often from one machine, or for one unit.

    Raises:
        TooManyRequests: One of the two minutes is used up.
    """
    waits = [seconds_to_wait("driver", who) for who in (client_network(request), f"unit:{unit_id}")]
    if wait := max(waits):
        raise TooManyRequests(extra={"retry_after": wait})
