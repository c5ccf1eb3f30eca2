"""The owner's own words: a broken text cannot be saved, and is told where it is broken."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.notifications.kinds import MessageKind, kind_of
from apps.notifications.models import MessageText
from apps.notifications.places import PLACE, faults, fill
from apps.notifications.texts import LONGEST_SMS, LONGEST_SUBJECT, body_of, text_in_force
from core.errors import Forbidden, Invalid, PreconditionFailed
from core.keys import is_printable
from core.models import User
from core.rules import is_admin

CORRECT = "Please correct what is marked."


@dataclass(frozen=True)
class Texts:
    """The texts of a kind: of the notice (also the subject), of the mail, of the text message."""

    notice: str
    body: str
    sms: str


def originals_of(kind: MessageKind) -> Texts:
    """The texts as delivered, with places for the fields, to begin with."""
    places: dict[str, object] = {name: f"{{{name}}}" for name in kind.sample}
    lists = [name for name, value in kind.sample.items() if isinstance(value, list)]
    body = render_to_string(kind.template, places | dict.fromkeys(lists, ())).strip()
    return Texts(kind.text, "\n\n".join([body, *(f"{{{name}}}" for name in lists)]), kind.text)


def texts_of(kind: MessageKind) -> Texts:
    """The texts in force, with places for the fields."""
    own, original = text_in_force(kind.code), originals_of(kind)
    return Texts(own.notice or original.notice, own.body or original.body, own.sms or original.sms)


def preview(kind: MessageKind, wanted: Texts) -> Texts:
    """How these texts read with the kind's sample."""
    own = "" if wanted.body == originals_of(kind).body else wanted.body
    return Texts(
        " ".join(fill(wanted.notice, kind.sample).split()),
        body_of(kind, kind.sample, own),
        fill(wanted.sms, kind.sample, row=kind.row),
    )


@use_case
def set_message_texts(
    *, actor: User, kind: str, wanted: Texts | None, version: int | None
) -> MessageText:
    """Put the owner's texts of a kind in force; the same ones write nothing.

    Args:
        actor: An admin.
        kind: Code of a registered kind.
        wanted: All three texts; ``None`` goes back to those as delivered.
        version: Id of the version that was read, 0 for the texts as delivered; ``None`` when it
            does not matter.

    Raises:
        Forbidden: Only admins.
        PreconditionFailed: Somebody changed them since they were read.
        Invalid: By field and line: an unknown field, a stray brace, a text too long.
    """
    if not is_admin(actor):
        raise Forbidden("Only the office decides this.")
    said, present = kind_of(kind), text_in_force(kind)
    if version is not None and version != (present.pk or 0):
        raise PreconditionFailed(extra={"version": present.pk or 0})
    own = Texts("", "", "") if wanted is None else checked(said, wanted)
    if own == Texts(present.notice, present.body, present.sms):
        return present
    successor = MessageText(
        kind=kind, notice=own.notice, body=own.body, sms=own.sms, created_by=actor
    )
    successor.save()
    record(actor=actor, verb="messagetext.changed", target=successor, before=snapshot(present))
    return successor


def checked(kind: MessageKind, wanted: Texts) -> Texts:
    """The texts as they are stored: those that are as delivered are empty.

    Raises:
        Invalid: By field, with the line.
    """
    original = originals_of(kind)
    own = Texts(
        _own(" ".join(wanted.notice.split()), original.notice),
        _own(_lines(wanted.body), original.body),
        _own(_lines(wanted.sms), original.sms),
    )
    errors = {
        "notice": _faults(kind, own.notice, longest=LONGEST_SUBJECT),
        "body": _faults(kind, own.body, longest=3000) + _missing(kind, own.body),
        "sms": _faults(kind, own.sms, longest=LONGEST_SMS),
    }
    if any(errors.values()):
        raise Invalid(CORRECT, errors={name: told for name, told in errors.items() if told})
    return own


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _own(text: str, original: str) -> str:
    return "" if text == original else text


def _faults(kind: MessageKind, text: str, *, longest: int) -> list[str]:
    found = faults(text, kind.sample)
    if not is_printable(text.replace("\n", " ")):
        found.append("Please leave out invisible characters.")
    if not found and (length := len(fill(text, kind.sample, row=kind.row))) > longest:
        found.append(f"With the sample's values it has {length} characters; {longest} fit.")
    if len(text) > longest:
        found.append(f"Please write at most {longest} characters.")
    return found[:5]


def _missing(kind: MessageKind, text: str) -> list[str]:
    """A mail without its way in would be useless."""
    named = set(PLACE.findall(text))
    lost = [name for name in kind.must_have if text and name not in named]
    return [f"Leave {{{name}}} in: without it the mail leads nowhere." for name in lost]
