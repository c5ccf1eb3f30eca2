"""Sending what was promised."""

import hashlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from apps.notifications.kinds import kind_of
from apps.notifications.links import address, path_for
from apps.notifications.services import EMAIL, NOTICE, notify
from core.models import OutboxMessage, User
from core.outbox import handler


@handler(NOTICE)
def write_promised_notice(message: OutboxMessage) -> None:
    """Tell people what a package of our own row has to say; it may not import this one."""
    payload = message.payload
    notify(
        kind=payload["kind"],
        recipients=User.objects.filter(pk__in=payload["recipients"]),
        target=apps.get_model(payload["target_type"])._default_manager.get(pk=payload["target_id"]),
        fields=payload["fields"],
        key=payload["key"],
    )


@handler(EMAIL)
def send_promised_email(message: OutboxMessage) -> None:
    """Send one mail; its Message-ID comes from the row, so a repetition is the same mail.

    People who were deactivated since get nothing.
    """
    reader = _reader(message.payload)
    to = reader.email if reader else message.payload.get("to", "")
    if to:
        _compose(message, reader, to).send()
    if kind_of(message.payload["kind"]).is_secret:
        forgotten = message.payload | {"fields": {}}
        OutboxMessage.objects.filter(pk=message.pk).update(payload=forgotten)


def _reader(payload: dict[str, Any]) -> User | None:
    if "user" not in payload:
        return None
    return User.objects.filter(pk=payload["user"], is_active=True).first()


def _compose(message: OutboxMessage, reader: User | None, to: str) -> EmailMessage:
    payload = message.payload
    kind = kind_of(payload["kind"])
    path = path_for(kind.code, payload["target_id"], reader) if reader else ""
    context = payload["fields"] | {"reader": reader, "link": address(path), "site": address("/")}
    fingerprint = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    return EmailMessage(
        # A line end in a name would begin another header, which no mail may carry.
        subject=" ".join(kind.sentence(payload["fields"]).split())[:200],
        body=render_to_string(kind.template, context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Message-ID": f"<{fingerprint}@rs-systems>", "Auto-Submitted": "auto-generated"},
    )
