"""Deploy checks: what starts, but will disappoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def check_mail(**_options: Any) -> Sequence[CheckMessage]:
    """Invitations and password resets need a mail server."""
    if settings.EMAIL_PROVIDER != "console":
        return []
    return [
        CheckWarning(
            "EMAIL_HOST is not set: nobody can be invited or reset a password by mail.",
            hint="Set EMAIL_HOST, and EMAIL_HOST_USER and EMAIL_HOST_PASSWORD if it asks for them, "
            "or EMAIL_PROVIDER.",
            id="rs_systems.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_https(**_options: Any) -> Sequence[CheckMessage]:
    """Sessions must not travel in the clear."""
    if settings.USE_HTTPS:
        return []
    return [
        CheckWarning(
            "USE_HTTPS is off: passwords and sessions travel in the clear.",
            hint="Put a proxy that speaks TLS in front and set USE_HTTPS=True.",
            id="rs_systems.W002",
        )
    ]
