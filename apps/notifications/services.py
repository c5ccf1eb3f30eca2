"""Writing messages, in the transaction of their cause."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import models, transaction

from apps.notifications.enums import DeliveryState, Way
from apps.notifications.kinds import Fields, MessageKind, kind_of
from apps.notifications.models import Delivery, Notification
from apps.notifications.wishes import Contact, contacts_of, obstacle, ways
from core.clock import now
from core.errors import NotFound
from core.models import Customer, OutboxMessage, User

EMAIL = "email.send"
NOTICE = "notice.write"
PROMISES: Mapping[str, str] = {Way.EMAIL: EMAIL, Way.SMS: "sms.send", Way.PUSH: "push.send"}
INACTIVE = "They no longer have an account"
QUIET = "Waits for the end of their quiet hours"


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

    Costs four statements, however many are told. Writes a notice for each active recipient, and
    for each way out that they want a delivery with the promise to hand it over; where it cannot
    be, the delivery says why.

    Args:
        kind: Code of a registered kind.
        recipients: Who is told; repeated people once.
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
    said, people = kind_of(kind), {user.pk: user for user in recipients}
    said.sentence(fields)
    if not people:
        return
    contacts = contacts_of(people, kind)
    text = said.sentence(fields, next((c.notice_text for c in contacts.values()), ""))[:500]
    active = [user for user in people.values() if user.is_active]
    Notification.objects.bulk_create(
        [_notice(user, kind, target, text, key) for user in active], ignore_conflicts=True
    )
    told = [
        row
        for user in people.values()
        if user.pk in contacts
        for row in _deliveries(user, contacts[user.pk], said, dict((own or {}).get(user.pk, {})))
    ]
    _promise([_about(row, target, text, fields, key) for row in told])


def send_email(
    *, to: str, kind: str, fields: Fields, key: str, target: models.Model | None = None
) -> None:
    """Promise a mail to an address without an account, such as an invitation.

    Args:
        to: The address.
        kind: Code of a registered kind.
        fields: Values for the kind's text and template.
        key: Names the event; at most 190 characters.
        target: What it is about, where that is one object: its page then tells of the mail.
    """
    _promise([mail_to(to=to, kind=kind, fields=fields, key=f"email:{key}", target=target)])


def mail_to(
    *, to: str, kind: str, fields: Fields, key: str, target: models.Model | None = None
) -> Delivery:
    """The planned delivery of a mail to an address, not saved yet."""
    said, at = kind_of(kind), now()
    row = Delivery(key=key, way=Way.EMAIL, kind=kind, group=said.group, address=to)
    row.planned_for = row.created_at = at
    row.text, row.fields = said.sentence(fields)[:500], _plain(fields)
    if target is not None:
        _set_target(row, target)
    return row


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


def send_nothing(user_ids: Iterable[int], *, why: str) -> None:
    """Take back what is planned for people whose addresses nobody reads."""
    ids = list(user_ids)
    planned = Delivery.objects.filter(recipient__in=ids, state=DeliveryState.PLANNED)
    planned.update(state=DeliveryState.SKIPPED, reason=why)
    kinds = list(PROMISES.values())
    mails = OutboxMessage.objects.filter(kind__in=kinds, done_at=None, payload__user__in=ids)
    mails.update(done_at=now(), last_error=why)


def promise_for(row: Delivery, *, key: str, at: dt.datetime) -> OutboxMessage:
    """The outbox row that hands a delivery over, not saved yet."""
    payload: dict[str, Any] = {"delivery": row.key}
    if row.recipient_id is not None:
        payload["user"] = row.recipient_id
    return OutboxMessage(kind=PROMISES[row.way], key=key, payload=payload, next_at=at)


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


def _deliveries(user: User, contact: Contact, kind: MessageKind, own: Fields) -> list[Delivery]:
    """A row for each way that leads to this person, or that they should know does not."""
    found = []
    for way in () if kind.is_bell_only else ways():
        why = obstacle(contact, kind, way) if user.is_active else _gone(way)
        if why == "":
            continue
        row = Delivery(way=way, kind=kind.code, group=kind.group, recipient=user, fields=own)
        if why is None:
            row.planned_for, row.reason = planned_for(contact, kind, way)
        else:
            row.state, row.reason, row.planned_for = DeliveryState.SKIPPED, why, now()
        found.append(row)
    return found


def _gone(way: Way) -> str:
    return INACTIVE if way == Way.EMAIL else ""


def planned_for(contact: Contact, kind: MessageKind, way: Way) -> tuple[dt.datetime, str]:
    """When a message is due, and why it waits: until a burst is over, or quiet hours are."""
    at = now()
    if kind.is_personal:
        return at, ""
    if kind.is_merged(way):
        at += dt.timedelta(seconds=settings.MESSAGES_TOGETHER_SECONDS)
    quiet = contact.quiet_at(at)
    return (quiet, QUIET) if quiet else (at, "")


def _about(row: Delivery, target: models.Model, text: str, fields: Fields, key: str) -> Delivery:
    row.key, row.text, row.created_at = f"{row.way}:{row.recipient_id}:{key}", text, now()
    row.fields = _plain(dict(fields) | row.fields)
    _set_target(row, target)
    return row


def _set_target(row: Delivery, target: models.Model) -> None:
    row.target_type, row.target_id = target._meta.label_lower, target.pk
    of_customer = target.pk if isinstance(target, Customer) else None
    row.customer_id = getattr(target, "customer_id", of_customer)


def _promise(rows: list[Delivery]) -> None:
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    OutboxMessage.objects.bulk_create(
        [
            promise_for(row, key=row.key, at=row.planned_for)
            for row in rows
            if row.state == DeliveryState.PLANNED
        ],
        ignore_conflicts=True,
    )


def _plain(fields: Fields) -> dict[str, Any]:
    """Fields as JSON holds them; anything but numbers, flags and lists becomes its text."""
    return {
        name: value if isinstance(value, bool | int | list | None) else str(value)
        for name, value in fields.items()
    }
