"""A repair by its own link: made, found, ended (DOMAIN, section 2).

A link shows one repair while it waits for approval, for 14 days, and dies with the decision.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, RepairLink
from apps.repairs.rules import parties_of
from apps.repairs.workflow import Party
from core.clock import now
from core.models import User

LIFETIME = dt.timedelta(days=14)


def add_links(
    *, repair: Repair, made_by: User, people: Sequence[User | None] = (None,)
) -> list[str]:
    """Make one link for each of these people; ``None`` is whoever holds it.

    Returns:
        The whole addresses in the same order, kept nowhere but where the caller sends them.
    """
    tokens = [secrets.token_urlsafe(32) for _ in people]
    at = now()
    RepairLink.objects.bulk_create(
        RepairLink(
            repair=repair,
            token_hash=token_hash(token),
            person=person,
            made_by=made_by,
            created_at=at,
            expires_at=at + LIFETIME,
        )
        for person, token in zip(people, tokens, strict=True)
    )
    return [f"{settings.PUBLIC_BASE_URL}{reverse('repair_link', args=[t])}" for t in tokens]


def live_link(token: str) -> RepairLink | None:
    """The link of this token with its repair, while that waits and its holder may decide."""
    link = (
        RepairLink.objects.filter(
            token_hash=token_hash(token),
            used_at=None,
            expires_at__gt=now(),
            repair__queue_status=QueueStatus.PENDING,
        )
        .select_related("repair__customer", "repair__unit", "repair__technician__user", "person")
        .first()
    )
    if link is None or link.person is None:
        return link
    return link if Party.APPROVER in parties_of(link.person, link.repair) else None


def end_links(repair: Repair) -> None:
    """No link of this repair opens anything any more."""
    repair.links.filter(used_at=None).update(used_at=now())


def token_hash(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()
