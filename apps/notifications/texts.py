"""What a message says: the text as delivered or the owner's, as plain text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.apps import apps
from django.template.loader import render_to_string

from apps.notifications.channels import Outgoing
from apps.notifications.enums import Way
from apps.notifications.kinds import Fields, MessageKind, kind_of
from apps.notifications.links import address, path_for
from apps.notifications.models import Delivery, MessageText
from apps.notifications.places import fill
from core.models import User

LONGEST_SUBJECT = 200
# Two parts of a text message.
LONGEST_SMS = 320
# Fields that hold a way in; a button leads there rather than to a page behind the sign-in.
WAYS_IN = ("direct", "address")


@dataclass(frozen=True)
class Line:
    """One of several messages in one: what happened, and where to see it."""

    text: str
    link: str


def text_in_force(kind: str) -> MessageText:
    """The owner's texts of a kind; all empty where they are as delivered."""
    return MessageText.objects.filter(kind=kind).first() or MessageText(kind=kind)


def body_of(kind: MessageKind, fields: Fields, own: str = "") -> str:
    """The mail's text without greeting and end."""
    if own:
        return fill(own, fields, row=kind.row)
    return render_to_string(kind.template, dict(fields)).strip()


def sms_of(kind: MessageKind, fields: Fields, own: str, link: str) -> str:
    """The text message, with the link where there is room for it."""
    text = fill(own, fields, row=kind.row) if own else kind.sentence(fields)
    with_link = f"{text}\n{link}"
    return with_link if link and len(with_link) <= LONGEST_SMS else text[:LONGEST_SMS]


def link_of(kind: MessageKind, fields: Fields, target_id: int | None, reader: User | None) -> str:
    """Where a message leads: the way in that it carries, else the page of its target."""
    carried = next((str(fields[name]) for name in WAYS_IN if fields.get(name)), "")
    path = path_for(kind.code, target_id, reader) if reader and target_id is not None else ""
    return carried or address(path)


def compose(rows: Sequence[Delivery], *, to: str) -> Outgoing:
    """The one message that these deliveries become."""
    first = rows[0]
    if first.way == Way.SMS:
        return _outgoing(first, to, "", _sms(rows), "")
    if first.way == Way.PUSH:
        link = link_of(kind_of(first.kind), first.fields, first.target_id, first.recipient)
        return replace(_outgoing(first, to, first.text, "", ""), link=link)
    if len(rows) == 1:
        return _mail(first, to)
    heading, lines = heading_of(rows), [_line(row) for row in rows]
    context = {"reader": first.recipient, "site": address("/"), "heading": heading, "lines": lines}
    return _outgoing(
        first,
        to,
        heading,
        render_to_string("notifications/several.txt", context),
        render_to_string("notifications/several.html", context),
    )


def mail_parts(
    kind: MessageKind, fields: Fields, *, own: str, reader: User | None, link: str
) -> tuple[str, str]:
    """A mail as plain text and as HTML.

    Args:
        kind: Its kind.
        fields: The kind's fields.
        own: The owner's text of it; empty for the one as delivered.
        reader: Who is greeted by name.
        link: Where its button leads.
    """
    message = body_of(kind, fields, own)
    context = {"reader": reader, "site": address("/"), "message": message, "link": link}
    # In plain text an address that the message tells already need not stand there twice.
    plain = context | {"link": "" if link in message else link}
    return (
        render_to_string("notifications/mail.txt", plain),
        render_to_string("notifications/mail.html", context),
    )


def heading_of(rows: Sequence[Delivery]) -> str:
    """How many of what, of whom: "5 repairs of Harbor Freight Lines"."""
    targets = {(row.target_type, row.target_id) for row in rows}
    types = {row.target_type for row in rows}
    names = {str(row.fields.get("customer", "")) for row in rows}
    name = names.pop() if len(names) == 1 else ""
    if len(types) == 1 and len(targets) > 1:
        words = str(apps.get_model(types.pop())._meta.verbose_name_plural)
        return f"{len(targets)} {words} of {name}" if name else f"{len(targets)} {words}"
    return f"{len(rows)} messages about {name}" if name else f"{len(rows)} messages"


def _mail(row: Delivery, to: str) -> Outgoing:
    kind = kind_of(row.kind)
    link = link_of(kind, row.fields, row.target_id, row.recipient)
    own = text_in_force(row.kind).body
    text, html = mail_parts(kind, row.fields, own=own, reader=row.recipient, link=link)
    return _outgoing(row, to, row.text, text, html)


def _sms(rows: Sequence[Delivery]) -> str:
    first = rows[0]
    if len(rows) == 1:
        kind = kind_of(first.kind)
        link = link_of(kind, first.fields, first.target_id, first.recipient)
        return sms_of(kind, first.fields, text_in_force(first.kind).sms, link)
    told = "; ".join(row.text for row in rows)
    text = f"{heading_of(rows)}: {told}"
    return text if len(text) <= LONGEST_SMS else f"{text[: LONGEST_SMS - 1]}…"


def _line(row: Delivery) -> Line:
    link = link_of(kind_of(row.kind), row.fields, row.target_id, row.recipient)
    return Line(row.text, link)


def _outgoing(first: Delivery, to: str, subject: str, text: str, html: str) -> Outgoing:
    # A line end in a name would begin another header, which no mail may carry.
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    return Outgoing(to=to, subject=subject, text=text, html=html, id=first.message_id)
