"""Promises of mail to one address: outbox rows that ``apps.notifications`` fulfils.

For packages that stand below it, or in one row with it, and so may not import it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core.models import User
from core.outbox import enqueue


def promise_mail(
    *,
    to: str,
    kind: str,
    fields: Mapping[str, str],
    key: str,
    reader: User | None = None,
    moments: Mapping[str, dt.datetime] | None = None,
) -> None:
    """Promise one mail to an address, with or without an account; the key is made once.

    Args:
        to: The address.
        kind: Code of a kind of message.
        fields: Values for its text.
        key: Names the event; at most 190 characters.
        reader: Whose clock the moments are told on; the shop's where it is left out.
        moments: Further values, which are instants.
    """
    payload: dict[str, Any] = {"kind": kind, "fields": dict(fields), "to": to}
    if moments:
        payload["moments"] = {name: at.isoformat() for name, at in moments.items()}
        payload["reader"] = reader and reader.pk
    enqueue(kind="email.send", key=f"email:{key}", payload=payload)


def address(path: str) -> str:
    """The whole address of one of our pages, for a mail."""
    return f"{settings.PUBLIC_BASE_URL}{path}"
