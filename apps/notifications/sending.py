"""Handing planned deliveries over: which go together, what became of them.

The steps commit one by one, so that a crash between any two repeats the same message and never
makes another one:

1. what goes out in one message is fixed: all its rows get one ``message_id``;
2. the message is handed over, outside any transaction;
3. its rows are marked.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.notifications.channels import CHANNELS, Refused
from apps.notifications.enums import DeliveryState
from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery
from apps.notifications.services import INACTIVE, QUIET, mail_to, promise_for
from apps.notifications.texts import compose
from apps.notifications.wishes import contacts_of
from core.clock import now
from core.models import OutboxMessage
from core.outbox import MAX_ATTEMPTS
from core.shop import shop_zone
from core.templatetags.times import full_words

OPEN = (DeliveryState.PLANNED, DeliveryState.FAILED)
# More would be no message that anybody reads.
MOST_TOGETHER = 50


def hand_over(message: OutboxMessage) -> None:
    """Send what an outbox row promises, unless it went out with another or need not any more."""
    rows = gather(message)
    if not rows:
        return
    outgoing = compose(rows, to=rows[0].address)
    try:
        CHANNELS[rows[0].way].send(outgoing)
    except Refused as refusal:
        mark(rows, DeliveryState.FAILED, str(refusal))
        return
    except Exception as error:
        is_last = message.attempts >= MAX_ATTEMPTS
        told = f"Try {message.attempts} of {MAX_ATTEMPTS} failed: {type(error).__name__}"
        mark(rows, DeliveryState.FAILED if is_last else DeliveryState.PLANNED, told)
        raise
    others = len(rows) - 1
    word = "other" if others == 1 else "others"
    together = f"In one message with {others} {word}" if others else ""
    mark(rows, DeliveryState.SENT, together)


@transaction.atomic
def gather(message: OutboxMessage) -> list[Delivery]:
    """Fix what goes out in one message with this promise; nothing when it is not ours to send."""
    rows = _locked(message)
    if not rows or rows[0].state not in OPEN:
        return []
    first, others = rows[0], rows[1:]
    if first.message_id:
        return _fixed(first)
    if not _is_reached(first):
        return []
    return _fix([first, *others])


def mark(rows: list[Delivery], state: DeliveryState, reason: str) -> None:
    """Write what became of the rows of one message; a way in that was sent is forgotten."""
    sent_at = now() if state == DeliveryState.SENT else None
    with transaction.atomic():
        mine = Delivery.objects.filter(pk__in=[row.pk for row in rows])
        list(mine.select_for_update(no_key=True).order_by("pk"))
        mine.update(state=state, reason=reason[:200], sent_at=sent_at)
        if sent_at:
            _forget([row.key for row in rows if kind_of(row.kind).is_secret])


def _forget(keys: list[str]) -> None:
    Delivery.objects.filter(key__in=keys).update(fields={})
    # A promise that another package made carries the way in itself.
    for promise in OutboxMessage.objects.filter(key__in=keys):
        if "fields" in promise.payload:
            OutboxMessage.objects.filter(pk=promise.pk).update(
                payload=promise.payload | {"fields": {}}
            )


def _locked(message: OutboxMessage) -> list[Delivery]:
    """The delivery of a promise first, then what may go out with it; locked in their order."""
    key = message.payload.get("delivery", message.key)
    found = Delivery.objects.filter(key=key).first() or _promised_elsewhere(message)
    if found is None:
        return []
    every = Delivery.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = list(every.select_related("recipient").filter(Q(pk=found.pk) | _beside(found)))
    first = next(row for row in rows if row.pk == found.pk)
    others = [row for row in rows if row.pk != found.pk and kind_of(row.kind).is_merged(row.way)]
    return [first, *others[: MOST_TOGETHER - 1]]


def _promised_elsewhere(message: OutboxMessage) -> Delivery | None:
    """A mail that a package of our own row has promised; it may not import this one."""
    told = message.payload
    if "kind" not in told:
        return None
    fields = told["fields"] | _on_their_clock(told.get("moments", {}), told.get("reader"))
    row = mail_to(to=told["to"], kind=told["kind"], fields=fields, key=message.key)
    Delivery.objects.bulk_create([row], ignore_conflicts=True)
    return Delivery.objects.get(key=message.key)


def _on_their_clock(moments: Mapping[str, str], reader: int | None) -> dict[str, str]:
    """Instants as they are told to a person, or to somebody without an account."""
    if not moments:
        return {}
    contact = contacts_of([reader]).get(reader) if reader else None
    zone = contact.zone if contact else shop_zone()
    return {name: full_words(dt.datetime.fromisoformat(at), zone) for name, at in moments.items()}


def _beside(first: Delivery) -> Q:
    """What is planned for the same person, way and group within the time of a burst."""
    seconds = settings.MESSAGES_TOGETHER_SECONDS
    if not seconds or first.recipient_id is None or not kind_of(first.kind).is_merged(first.way):
        return Q(pk__in=[])
    return Q(
        recipient=first.recipient_id,
        way=first.way,
        group=first.group,
        state=DeliveryState.PLANNED,
        message_id="",
        planned_for__lte=now() + dt.timedelta(seconds=seconds),
    )


def _is_reached(row: Delivery) -> bool:
    """Whether it can go out now; else it says why not, or when."""
    if row.recipient is None:
        return bool(row.address) or _skip(row, "There is no e-mail address")
    contact = contacts_of([row.recipient.pk])[row.recipient.pk]
    row.address = contact.address(row.way)
    if not row.recipient.is_active:
        return _skip(row, INACTIVE)
    if not row.address:
        return _skip(row, "There is no address or number any more")
    quiet = None if kind_of(row.kind).is_personal else contact.quiet_at(now())
    return quiet is None or _wait(row, quiet)


def _skip(row: Delivery, why: str) -> bool:
    row.state, row.reason = DeliveryState.SKIPPED, why
    row.save(update_fields=["state", "reason"])
    return False


def _wait(row: Delivery, until: dt.datetime) -> bool:
    """Whatever has held it up until the quiet hours, it waits for their end."""
    row.planned_for, row.reason = until, QUIET
    row.save(update_fields=["planned_for", "reason"])
    again = promise_for(row, key=f"{row.key[:180]}:{until:%Y%m%d%H%M}", at=until)
    OutboxMessage.objects.bulk_create([again], ignore_conflicts=True)
    return False


def _fixed(first: Delivery) -> list[Delivery]:
    """The rows of a message that was begun; only the promise of its first row goes on with it."""
    if first.message_id != _fingerprint(first.key):
        return []
    begun = Delivery.objects.filter(message_id=first.message_id).select_related("recipient")
    rows = list(begun.order_by("pk"))
    return [first, *(row for row in rows if row.pk != first.pk)]


def _fix(rows: list[Delivery]) -> list[Delivery]:
    for row in rows:
        row.message_id, row.address = _fingerprint(rows[0].key), rows[0].address
    Delivery.objects.bulk_update(rows, ["message_id", "address"])
    return rows


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
