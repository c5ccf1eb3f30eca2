"""Writing messages, in the transaction of their cause."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from apps.notifications.kinds import Fields, kind_of
from apps.notifications.models import Notification
from core.clock import now
from core.errors import NotFound
from core.models import CustomerPreference, OutboxMessage, User

EMAIL = "email.send"
NOTICE = "notice.write"


def notify(
    *,
    kind: str,
    recipients: Iterable[User],
    target: models.Model,
    fields: Fields,
    key: str,
    own: Mapping[int, Fields] | None = None,
) -> None:
    """Tell people that something happened, once a person and event, whatever is repeated.

    Costs three statements, however many are told; one for a kind without a mail. Writes a notice
    for each active recipient, and a promise of a mail for those with an address, unless their
    customer wants none.

    Args:
        kind: Code of a registered kind.
        recipients: Who is told; inactive people and repeated ones are left out.
        target: What it is about.
        fields: Values for the kind's text and template.
        key: Names the event, such as ``repair.completed:17``; at most 150 characters.
        own: By the recipient's id, fields of their mail that nobody else gets.

    Raises:
        ValueError: A field that the kind needs is missing.
        RuntimeError: No transaction is running.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"“{kind}” was sent outside a transaction.")
    text = kind_of(kind).sentence(fields)[:500]
    people = list({user.pk: user for user in recipients if user.is_active}.values())
    if not people:
        return
    Notification.objects.bulk_create(
        [_notice(user, kind, target, text, key) for user in people], ignore_conflicts=True
    )
    mailed = _mailed(people, kind)
    _promise(
        (f"email:{user.pk}:{key}", _mail(user, kind, target, dict(fields) | dict(more)))
        for user in mailed
        for more in [(own or {}).get(user.pk, {})]
    )


def send_email(*, to: str, kind: str, fields: Fields, key: str) -> None:
    """Promise a mail to an address without an account, such as an invitation.

    Args:
        to: The address.
        kind: Code of a registered kind.
        fields: Values for the kind's text and template.
        key: Names the event; at most 190 characters.
    """
    kind_of(kind).sentence(fields)
    _promise([(f"email:{key}", {"kind": kind, "fields": _plain(fields), "to": to})])


def mark_read(*, user: User, notification_id: int) -> Notification:
    """Mark one of the person's own notices as read; again changes nothing.

    Raises:
        NotFound: There is no such notice of theirs.
    """
    notice = Notification.objects.filter(recipient=user, pk=notification_id).first()
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, user: User) -> int:
    """Mark all notices of the person as read; returns how many were unread."""
    return Notification.objects.filter(recipient=user, read_at=None).update(read_at=now())


def _notice(user: User, kind: str, target: models.Model, text: str, key: str) -> Notification:
    return Notification(
        recipient=user,
        kind=kind,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_label=str(target)[:300],
        text=text,
        key=key,
        created_at=now(),
    )


def _mail(user: User, kind: str, target: models.Model, fields: Fields) -> dict[str, Any]:
    return {"kind": kind, "fields": _plain(fields), "target_id": target.pk, "user": user.pk}


def _mailed(people: Iterable[User], kind: str) -> list[User]:
    if kind_of(kind).is_notice_only:
        return []
    addressed = [user for user in people if user.email]
    if kind_of(kind).is_personal:
        return addressed
    unwanted = set(
        CustomerPreference.objects.filter(
            email_messages=False, customer__members__user__in=addressed
        ).values_list("customer__members__user_id", flat=True)
    )
    return [user for user in addressed if user.pk not in unwanted]


def _promise(mails: Iterable[tuple[str, dict[str, Any]]]) -> None:
    at = now()
    rows = [OutboxMessage(kind=EMAIL, key=key, payload=load, next_at=at) for key, load in mails]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def _plain(fields: Fields) -> dict[str, Any]:
    """Fields as JSON holds them; anything but numbers, flags and lists becomes its text."""
    return {
        name: value if isinstance(value, bool | int | list | None) else str(value)
        for name, value in fields.items()
    }
