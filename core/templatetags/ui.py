"""The components as tags and filters; ``docs/frontend.md`` shows each with an example."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.clock import now
from core.money import cents
from core.templatetags.fields import (
    all_errors,
    control,
    described_by,
    kind_of,
    labels_to_enter_again,
)
from core.templatetags.status_words import Reader, status_look
from core.templatetags.times import day_words, moment_words, zone_of

register = template.Library()
# A list draws the same few icons and pills on every row; they are made once.
MOST_KEPT = 500
ASKED = ' data-confirm="{}" data-confirm-button="{}"'
HIDDEN = '<input type="hidden" name="{}" value="{}">'


@register.filter
def money(amount: Decimal | str | int | None) -> str:
    """``Decimal("1234.5")`` as "$1,234.50"; nothing for no amount."""
    if amount is None or amount == "":
        return ""
    value = cents(amount)
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}${abs(value):,.2f}"


@register.filter
def points(number: int | None, sign: str = "") -> str:
    """``1250`` as "1,250"; with "+" as what came or went: "+1,250"."""
    if number is None:
        return ""
    lead = "\N{MINUS SIGN}" if number < 0 else sign
    return f"{lead}{abs(number):,}"


@register.filter
def when(at: dt.datetime | None, zone: str | dt.tzinfo | None = None) -> str:
    """An instant as "Today 14:30", in the request's zone or the one given."""
    return moment_words(at, zone) if at else ""


@register.filter
def day(value: dt.date | dt.datetime | None, zone: str | dt.tzinfo | None = None) -> str:
    """A date, or the day of an instant: "Today", "Tomorrow", "12 Mar"."""
    if value is None:
        return ""
    here = zone_of(zone)
    date = value.astimezone(here).date() if isinstance(value, dt.datetime) else value
    return day_words(date, today=now().astimezone(here).date())


@register.filter
def words(name: str) -> str:
    """The name of a field or a code as words: "po_number" is "Po number"."""
    return str(name).replace("_", " ").strip().capitalize()


@register.simple_tag
def moment(at: dt.datetime | None, zone: str | dt.tzinfo | None = None) -> str:
    """A ``<time>`` with the exact instant behind the words."""
    if at is None:
        return ""
    local = at.astimezone(zone_of(zone))
    exact = f"{local.day} {local:%B %Y, %H:%M %Z}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, moment_words(at, zone)
    )


@register.simple_tag
@lru_cache(MOST_KEPT)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with ``label`` it is read aloud, otherwise it decorates a word."""
    href = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


_icon = icon  # for whom "icon" is the name of one


@register.simple_tag
@lru_cache(MOST_KEPT)
def status_pill(
    status: str, *, reader: Reader = "office", reason_code: str | None = "", block: str = ""
) -> SafeString:
    """Icon and word of a repair's status, in this reader's words."""
    look = status_look(status, reader=reader, reason_code=reason_code or "")
    classes = f"status-pill status-pill--{look.slug}"
    if block:
        classes = f"{classes} {block} {block}--{look.slug}"
    return format_html('<span class="{}">{}{}</span>', classes, icon(look.icon), look.words)


@register.inclusion_tag("components/repair_card.html", takes_context=True)
def repair_card(
    context: template.Context,
    repair: Any,
    *,
    url: str,
    reader: Reader = "office",
    price: str = "",
    action_url: str = "",
    action_label: str = "",
    action_icon: str = "",
    **fields: Any,
) -> dict[str, Any]:
    """A repair in a list, with one button at most, which POSTs ``fields``.

    ``repair`` is the model or anything with its fields.
    """
    button = action_url and post_button(
        context, action_url, action_label, icon=action_icon, **fields
    )
    return {"repair": repair, "url": url, "reader": reader, "price": price, "button": button}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **attrs: Any) -> dict[str, Any]:
    """Label, help, error and input of a bound field; ``attrs`` go to the input."""
    kind = kind_of(bound.field.widget)
    cards = attrs.pop("cards", False)
    return {
        "field": bound,
        "kind": kind,
        "cards": cards,
        "described_by": described_by(bound),
        "control": control(bound, **attrs),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: object) -> dict[str, Any]:
    """What is wrong with one or several forms; takes the focus."""
    return {"errors": all_errors(forms), "again": labels_to_enter_again(forms)}


@register.simple_tag
def idempotency_key() -> SafeString:
    """A fresh key: the form sent twice is done once."""
    return format_html(HIDDEN, "idempotency_key", uuid4())


@register.simple_tag
def version_field(version: int) -> SafeString:
    """The version the form was made from: a stale edit is told instead of written."""
    return format_html(HIDDEN, "version", version)


@register.simple_tag
def row_version(row: Any) -> SafeString:
    """The same of one row in a form about many."""
    return format_html(HIDDEN, f"version-{row.pk}", row.version)


@register.simple_tag
def hidden_rows(name: str, rows: Iterable[Any]) -> SafeString:
    """These rows with their versions: a form decides on what was shown, and on nothing else."""
    return format_html_join(
        "", "{}{}", ((format_html(HIDDEN, name, row.pk), row_version(row)) for row in rows)
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: template.Context,
    url: str,
    label: str,
    *,
    look: str = "primary",
    icon: str = "",
    confirm: str = "",
    undo: str = "",
    **fields: Any,
) -> SafeString:
    """A whole form of one button: POSTs ``fields`` with CSRF token and idempotency key."""
    return format_html(
        '<form method="post" action="{}"{}{}>{}{}{}<button class="btn btn-{}">{}{}</button></form>',
        url,
        format_html(ASKED, confirm, label) if confirm else "",
        format_html(' data-undo="{}"', undo) if undo else "",
        CsrfTokenNode().render(context),
        idempotency_key(),
        format_html_join("", HIDDEN, fields.items()),
        look,
        _icon(icon) if icon else "",
        label,
    )
