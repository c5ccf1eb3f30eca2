"""A person's visits for their calendar program, by a secret address and without signing in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from apps.scheduling.feed import calendar_of, etag_of, feed_of
from apps.security.errors import TooManyRequests
from apps.security.rates import limit_calendars
from core.problems import marked

KEPT = "private, max-age=300"


def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar; 404 where the address was revoked or never was."""
    try:
        limit_calendars(request)
    except TooManyRequests as refusal:
        return marked(HttpResponse(refusal.detail, content_type="text/plain"), refusal)
    feed = feed_of(token)
    if feed is None:
        raise Http404
    content = calendar_of(feed.owner)
    etag = etag_of(content)
    answer = HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "ETag": etag,
            "Cache-Control": KEPT,
            "Content-Disposition": 'inline; filename="visits.ics"',
            "Referrer-Policy": "no-referrer",
        },
    )
    return get_conditional_response(request, etag=etag, response=answer) or answer
