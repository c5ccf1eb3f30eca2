"""Calendars to subscribe to: made, given a new address, revoked."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.scheduling.models import CalendarFeed
from apps.scheduling.rules import has_calendar
from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.models import User
from core.rules import is_admin


@use_case
def make_calendar_feed(*, actor: User, user_id: int | None = None) -> tuple[CalendarFeed, str]:
    """Give a person's calendar an address; an earlier one ends.

    Args:
        actor: Who wants it.
        user_id: Whose calendar, for the office; else their own.

    Returns:
        The feed, and its address, which is shown this once and kept nowhere.

    Raises:
        Forbidden: Only the office makes one for others.
        Invalid: ``no_calendar``: this person has no visits to see.
    """
    owner_id = actor.pk if user_id is None else user_id
    if owner_id != actor.pk and not is_admin(actor):
        raise Forbidden("Only the office makes calendars of others.")
    # Two at once are one after another, and the later address is the one that counts.
    owner = User.objects.select_for_update(no_key=True).filter(pk=owner_id).first()
    if owner is None or not has_calendar(owner):
        message = "This person has no visits to subscribe to."
        raise Invalid(message, code="no_calendar", errors={"user": [message]})
    for feed in CalendarFeed.objects.filter(owner=owner, revoked_at=None):
        _revoke(actor, feed)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(owner=owner, created_by=actor, token_hash=token_hash(token))
    feed.save()
    record(actor=actor, verb="calendarfeed.created", target=feed)
    return feed, f"{settings.PUBLIC_BASE_URL}{reverse('calendar_feed', args=[token])}"


@use_case
def revoke_calendar_feed(*, actor: User, feed_id: int) -> None:
    """End an address at once; a revoked one stays as it is.

    Raises:
        NotFound.
    """
    visible = CalendarFeed.objects.visible_to(actor)
    feed = visible.select_for_update(no_key=True, of=("self",)).filter(pk=feed_id).first()
    if feed is None:
        raise NotFound
    _revoke(actor, feed)


def _revoke(actor: User, feed: CalendarFeed) -> None:
    if feed.revoked_at is None:
        before = snapshot(feed)
        feed.revoked_at = now()
        feed.save(update_fields=["revoked_at"])
        record(actor=actor, verb="calendarfeed.revoked", target=feed, before=before)


def token_hash(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()
