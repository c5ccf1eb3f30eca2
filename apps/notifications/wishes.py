"""Which messages reach whom by which way, and when: one statement for all who are told."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from apps.notifications.enums import MessageGroup, Way
from apps.notifications.kinds import MessageKind
from apps.notifications.models import MessageText, PushSubscription
from apps.notifications.quiet import quiet_until
from core.models import Site, User
from core.shop import newest_zone

# Whoever has not chosen: mail about everything, text messages about nothing (they cost money), and
# everything in the browsers that they subscribed.
DEFAULTS: Mapping[str, bool] = {Way.EMAIL: True, Way.SMS: False, Way.PUSH: True}
# A mail about one's own account cannot be switched off.
LOCKED = frozenset({(MessageGroup.ACCOUNT.value, Way.EMAIL.value)})


@dataclass(frozen=True)
class Contact:
    """What is known of somebody who is to be told."""

    pk: int
    email: str
    phone: str
    has_browser: bool
    company_wants_mail: bool
    choices: Mapping[str, bool]
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    zone: str
    notice_text: str

    def address(self, way: str) -> str:
        """Where a way leads to them; empty when it does not."""
        if way == Way.PUSH:
            return str(self.pk) if self.has_browser else ""
        return self.email if way == Way.EMAIL else self.phone

    def quiet_at(self, at: dt.datetime) -> dt.datetime | None:
        """When the quiet hours that hold then are over."""
        return quiet_until(at, begins=self.quiet_from, ends=self.quiet_until, zone=self.zone)


def ways() -> tuple[Way, ...]:
    """The ways out that this shop has."""
    has = {Way.EMAIL: True, Way.SMS: settings.SMS_PROVIDER, Way.PUSH: settings.VAPID_PRIVATE_KEY}
    return tuple(way for way in Way if has[way])


def is_chosen(choices: Mapping[str, bool], group: str, way: str) -> bool:
    """Whether somebody with these choices wants this group by this way."""
    return (group, way) in LOCKED or choices.get(f"{group}.{way}", DEFAULTS[way])


def obstacle(contact: Contact, kind: MessageKind, way: Way) -> str | None:
    """Why this message does not go this way to them: a sentence; nothing when it does.

    A way that nobody asked for is an empty sentence: there is nothing to tell of it.
    """
    if kind.is_personal:
        wanted, why = way == Way.EMAIL, ""
    elif way == Way.PUSH and not contact.has_browser:
        wanted, why = False, ""
    elif way == Way.EMAIL and not contact.company_wants_mail:
        wanted, why = False, "Their company wants no e-mail"
    else:
        wanted = is_chosen(contact.choices, kind.group, way)
        why = "They want none of these" if DEFAULTS[way] else ""
    if not wanted:
        return why
    missing = "There is no e-mail address" if way == Way.EMAIL else "There is no phone number"
    return None if contact.address(way) else missing


def contacts_of(user_ids: Iterable[int], kind: str = "") -> dict[int, Contact]:
    """Everybody's ways, wishes and clock, and the owner's text of the notice: one statement.

    The clock is the one they chose, else that of their company's own place, else the shop's.
    """
    theirs = "customer_user__customer"
    place = Site.objects.filter(customer=OuterRef(theirs), is_default=True, is_active=True)
    text = MessageText.objects.filter(kind=kind).order_by("-pk")
    rows = User.objects.filter(pk__in=list(user_ids)).values_list(
        "pk",
        "email",
        "phone",
        Exists(PushSubscription.objects.filter(user=OuterRef("pk"))),
        f"{theirs}__customer_preference__email_messages",
        "message_wishes__choices",
        "message_wishes__quiet_from",
        "message_wishes__quiet_until",
        "message_wishes__time_zone",
        Subquery(place.values("time_zone")[:1]),
        newest_zone(),
        Subquery(text.values("notice")[:1]),
    )
    return {row[0]: _contact(row) for row in rows}


def _contact(row: tuple[Any, ...]) -> Contact:
    pk, email, phone, has_browser, wants_mail, choices, begins, ends, *zones, text = row
    return Contact(
        pk=pk,
        email=email,
        phone=phone,
        has_browser=has_browser,
        company_wants_mail=wants_mail is not False,
        choices=choices or {},
        quiet_from=begins,
        quiet_until=ends,
        zone=next(filter(None, zones)),
        notice_text=text or "",
    )
