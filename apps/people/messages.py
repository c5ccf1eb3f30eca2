"""Promises of notices about people: outbox rows that ``apps.notifications`` fulfils.

Both packages stand in one row of the house, so neither imports the other.
"""

from collections.abc import Iterable

from django.db import models

from core.models import User
from core.outbox import enqueue

Fields = dict[str, str]


def promise_notice(
    *, kind: str, recipients: Iterable[User], target: models.Model, fields: Fields, key: str
) -> None:
    """Promise a notice, with its mail, to each of these people; the key is made once."""
    payload = {
        "kind": kind,
        "fields": fields,
        "recipients": [user.pk for user in recipients],
        "target_type": target._meta.label_lower,
        "target_id": target.pk,
        "key": key,
    }
    enqueue(kind="notice.write", key=f"notice:{key}", payload=payload)
