"""A repair's history in plain sentences, for the pages of every portal."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.dateparse import parse_datetime

from apps.audit.models import AuditEntry
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.models.prices import TIER_FIELDS
from core.templatetags.status_words import Reader
from core.templatetags.ui import money, when, words

Change = Mapping[str, Any]
Changes = Mapping[str, Change]
Sentence = Callable[[Changes], str]


@dataclass(frozen=True)
class ChangeWords:
    """One field, before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class TimelineEntry:
    """Who did what, when."""

    text: str
    actor: str
    at: dt.datetime
    changes: tuple[ChangeWords, ...] = ()


def timeline(entries: Iterable[AuditEntry], *, reader: Reader = "office") -> list[TimelineEntry]:
    """The entries of ``history_of`` as sentences, newest first; a customer is spoken to."""
    told = [_told(entry) for entry in reversed(list(entries))]
    if reader != "customer":
        return told
    return [replace(entry, text=to_customer(entry.text)) for entry in told]


def to_customer(text: str) -> str:
    """A sentence about the customer as it is said to them."""
    for about, to in SECOND_PERSON:
        text = text.replace(about, to)
    return text


def price_label(repair: Repair) -> str:
    """What the sum under a price's lines is called."""
    if repair.voided_at is not None:
        return "Voided, not charged"
    if repair.priced_at is not None:
        return "Charged"
    return "Price today" if repair.queue_status == QueueStatus.REQUESTED else "At most"


def in_full(entry: AuditEntry) -> TimelineEntry:
    """One entry with every field that it changed."""
    return replace(_told(entry), changes=tuple(map(_change, entry.changes)))


def _told(entry: AuditEntry) -> TimelineEntry:
    changes = {change["field"]: change for change in entry.changes}
    sentence = SENTENCES.get(entry.verb)
    text = sentence(changes) if sentence else words(entry.verb.rpartition(".")[2])
    if entry.note:
        text = f"{text.removesuffix('.')}: “{entry.note}”"
    listed = entry.changes if entry.verb in LISTING else ()
    return TimelineEntry(text, entry.actor_name, entry.at, tuple(map(_change, listed)))


def _change(change: Change) -> ChangeWords:
    label = LABELS.get(change["field"], words(change["field"]))
    return ChangeWords(label, _shown(change, "old"), _shown(change, "new"))


def _shown(change: Change, side: str) -> str:
    text = _side(change, side)
    if change["field"].endswith(INSTANTS) and INSTANT.match(text):
        return when(parse_datetime(text))
    return money(text) if change["field"] in AMOUNTS else text


def _side(change: Change, side: str) -> str:
    value = change.get(f"{side}_label") or change.get(side)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _new(changes: Changes, field: str) -> str:
    return _side(changes[field], "new") if field in changes else ""


def _plain(text: str) -> Sentence:
    return lambda _changes: text


def _amount(changes: Changes, field: str, before: str) -> str:
    amount = _new(changes, field)
    return f"{before}{money(amount)}" if amount else ""


def _found(changes: Changes) -> str:
    clause = _new(changes, "clause")
    return f"Damage found in the field. {clause}." if clause else "Damage found in the field"


def _approved(changes: Changes) -> str:
    return _decision("Approved" + _amount(changes, "approved_amount", ", at most "), changes)


def _taken(changes: Changes) -> str:
    return "Taken" + _amount(changes, "approved_amount", ", at most ")


def _denied(changes: Changes) -> str:
    return _decision(_new(changes, "reason_code") or "Declined", changes)


def _decision(text: str, changes: Changes) -> str:
    how, name = _new(changes, "decided"), _new(changes, "decided_by")
    if not how:
        return text
    return f"{text}. {how} by {name}." if name else f"{text}. {how}."


def _completed(changes: Changes) -> str:
    return f"Completed{_amount(changes, 'cost', ', ') or ', free of charge'}"


def _voided(changes: Changes) -> str:
    reason = _new(changes, "void_reason")
    return f"Voided, nothing is charged: “{reason}”" if reason else "Voided, nothing is charged"


def _price_set(changes: Changes) -> str:
    amount = _amount(changes, "cost_override", "Price set to ")
    return amount or "Price by the list again"


def _photo(changes: Changes) -> str:
    return f"Picture added: {_new(changes, 'photo').lower()}"


def _assigned(changes: Changes) -> str:
    name = _new(changes, "technician")
    return f"Given to {name}" if name else "Waits for a technician"


SENTENCES: Mapping[str, Sentence] = {
    "repair.requested": _plain("Repair requested"),
    "repair.created": _found,
    "repair.approved": _approved,
    "repair.taken": _taken,
    "repair.pending": _plain("The customer is asked for approval"),
    "repair.denied": _denied,
    "repair.started": _plain("Work started"),
    "repair.put_back": _plain("Work put back"),
    "repair.completed": _completed,
    "repair.voided": _voided,
    "repair.price_set": _price_set,
    "repair.photo_added": _photo,
    "repair.edited": _plain("Details changed"),
    "repair.assigned": _assigned,
    "repair.released": _plain("Taken back from the technician"),
    "repair.pinned": _plain("Kept for its technician"),
    "repair.unpinned": _plain("Free to take again"),
    "repair.unit_merged": _plain("The unit was merged with another one"),
    "repair.link_made": _plain("A link was made with which the customer decides"),
    "repair.link_mailed": _plain("A link was mailed with which the customer decides"),
    "prices.shop_changed": _plain("The shop's prices changed"),
    "prices.shop_withdrawn": _plain("Planned prices taken back"),
    "prices.customer_changed": _plain("Own prices changed"),
    "resins.changed": _plain("The table of resins changed"),
    "shopsettings.changed": _plain("The shop's settings changed"),
    "messagetext.changed": _plain("The text of a message changed"),
    "messagewishes.changed": _plain("Messages chosen"),
    "rewardredemption.created": _plain("Redeemed"),
    "rewardredemption.chosen": _plain("The repair it comes off changed"),
    "rewardredemption.approved": _plain("Ready to be handed out"),
    "rewardredemption.fulfilled": _plain("Used or handed out"),
    "rewardredemption.rejected": _plain("Declined by the shop"),
    "pushsubscription.added": _plain("A browser shows messages"),
    "pushsubscription.ended": _plain("A browser shows no messages any more"),
    "customerpreference.changed": _plain("Approval and messages changed"),
    "unit.created": _plain("First seen"),
    "unit.edited": _plain("Vehicle data changed"),
    "unit.windshield_replaced": _plain("New windshield: the prices start again"),
    "unit.sticker_made": _plain("A sticker was made"),
    "unit.sticker_renewed": _plain("A new sticker was made; the old one leads nowhere now"),
    "unit.merged": _plain("Merged into another unit"),
    "unit.absorbed": _plain("Another unit was merged into this one"),
}
SECOND_PERSON = (
    ("The customer is asked", "You are asked"),
    ("The customer wants", "You want"),
    ("The customer approves", "You approve"),
    ("The customer asked", "You asked"),
    ("Decided by the customer's policy", "Decided by your approval rule"),
    ("Decided by the customer", "Decided by your company"),
    ("the customer's", "your"),
)
# What is told field by field; a move's fields are in its sentence.
LISTING = frozenset(
    {
        "repair.edited",
        "unit.edited",
        "customer.changed",
        "customerpreference.changed",
        "prices.customer_changed",
        "prices.shop_changed",
        "prices.shop_withdrawn",
        "resins.changed",
        "messagetext.changed",
        "messagewishes.changed",
        "shopsettings.changed",
    }
)
# Stored as text that only programs like to read.
INSTANTS = ("_at", "_from", "_date")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
AMOUNTS = frozenset(
    {*TIER_FIELDS, "cost", "cost_override", "asked_amount", "approved_amount", "offered_amount"}
    | {"override_limit", "price_per_repair", "price_per_month"}
)
LABELS = {
    "po_number": "PO number",
    "external_ref": "Reference",
    "damage_x": "Position from the left",
    "damage_y": "Position from the top",
    "vin": "VIN",
    "is_active": "In use",
    "first": "1st repair of a unit",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth_on": "5th and later",
    "valid_from": "In force from",
    "is_pinned": "Kept for its technician",
    "require_after_photo": "After-photo required",
    "on_the_spot": "May sign on the spot",
    "redo_months": "Months in which a repair can come back",
    "holiday_region": "Public holidays of",
    "closing_days": "Other days on which the shop is closed",
    "assignment_mode": "New requests",
}
