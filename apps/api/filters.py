"""Typed query parameters of lists: each declared once, for reading and for the schema."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from core.clock import day_bounds
from core.errors import Invalid
from core.keys import is_printable
from core.shop import shop_zone

LARGEST_ID = 2**63 - 1
DIGITS = len(str(LARGEST_ID))
LONGEST_TEXT = 200
PAGING = ("cursor", "page_size")
INSTANT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}

Condition = Callable[[Any], Q]


class NotReadable(Exception):
    """A value is not of its parameter's type; carries the sentence that says what is."""


@dataclass(frozen=True)
class Parameter:
    """One query parameter.

    Attributes:
        name: As it is written in the address.
        read: Makes the value out of its text, or raises ``NotReadable``.
        condition: What the value asks of a row; none where the view uses the value itself.
        schema: Its JSON schema.
        description: What it is for.
        is_repeatable: Whether it may come several times; then the value is a list.
    """

    name: str
    read: Callable[[str], Any]
    condition: Condition | None = None
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "minLength": 1})
    description: str = ""
    is_repeatable: bool = False

    def documented(self) -> OpenApiParameter:
        """The parameter as the schema tells it."""
        schema = dict(self.schema)
        if self.is_repeatable:
            schema = {"type": "array", "items": schema}
        return OpenApiParameter(self.name, schema, description=self.description)


def read_parameters(query: QueryDict, known: Sequence[Parameter]) -> dict[str, Any]:
    """The values by name of what was sent; paging's own parameters are left to paging.

    Raises:
        Invalid: An unknown parameter, one sent twice, or a value of another type; each by name.
    """
    by_name = {parameter.name: parameter for parameter in known}
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, texts in query.lists():
        try:
            if name in PAGING:
                _only(texts)
            else:
                values[name] = _read(by_name.get(name), texts)
        except NotReadable as fault:
            errors[name if is_printable(name) else "?"] = [str(fault)]
    if errors:
        raise Invalid("Some query parameters are not valid.", errors=errors)
    return values


def conditions(values: Mapping[str, Any], known: Sequence[Parameter]) -> Q:
    """What the values together ask of a row."""
    wanted = Q()
    for parameter in known:
        if parameter.condition is not None and parameter.name in values:
            wanted &= parameter.condition(values[parameter.name])
    return wanted


def _read(parameter: Parameter | None, texts: Sequence[str]) -> Any:
    if parameter is None:
        raise NotReadable("There is no such parameter.")
    if parameter.is_repeatable:
        return [parameter.read(text) for text in texts]
    return parameter.read(_only(texts))


def _only(texts: Sequence[str]) -> str:
    if len(texts) != 1:
        raise NotReadable("Send this once.")
    return texts[0]


def whole(text: str) -> int:
    """An id."""
    is_number = text.isascii() and text.isdigit() and len(text) <= DIGITS
    if not is_number or not 1 <= int(text) <= LARGEST_ID:
        raise NotReadable("Send a whole number.")
    return int(text)


def flag(text: str) -> bool:
    """Either ``true`` or ``false``."""
    if text not in {"true", "false"}:
        raise NotReadable("Send true or false.")
    return text == "true"


def plain(text: str) -> str:
    """Printable text, not empty."""
    if not 1 <= len(text) <= LONGEST_TEXT or not is_printable(text):
        raise NotReadable(f"Send 1 to {LONGEST_TEXT} printable characters.")
    return text


def day(text: str) -> dt.date:
    """A calendar day, as ``2026-11-22``."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise NotReadable("Send a day like 2026-11-22.") from error


def instant(text: str) -> dt.datetime:
    """An instant with its offset, as ``2026-11-22T08:30:00Z``."""
    try:
        # An unescaped "+" of an offset arrives as a blank.
        found = dt.datetime.fromisoformat(text[:10] + text[10:].replace(" ", "+"))
        is_aware = found.tzinfo is not None
        found = found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise NotReadable("Send an instant like 2026-11-22T08:30:00Z.") from error
    if not is_aware:
        raise NotReadable("Send the instant with its offset, like 2026-11-22T08:30:00Z.")
    return found


def one_of(values: Sequence[str]) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in values:
            raise NotReadable(f"Send one of {', '.join(values)}.")
        return text

    return read


def by_id(name: str, column: str, description: str) -> Parameter:
    """Rows whose column has this id."""
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    return Parameter(name, whole, lambda pk: Q(**{column: pk}), schema, description)


def by_flag(name: str, condition: Condition, description: str) -> Parameter:
    """Rows for which something is so, or is not."""
    schema = {"type": "string", "enum": ["true", "false"]}
    return Parameter(name, flag, condition, schema, description)


def by_choice(name: str, column: str, choices: type[Enum], description: str) -> Parameter:
    """Rows whose column has one of the values sent."""
    values = [str(choice.value) for choice in choices]
    return Parameter(
        name,
        one_of(values),
        lambda found: Q(**{f"{column}__in": found}),
        {"type": "string", "enum": values},
        description,
        is_repeatable=True,
    )


def search(condition: Condition, description: str) -> Parameter:
    """Rows that begin with a text."""
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
    return Parameter("search", plain, condition, schema, description)


def from_day(name: str, column: str, description: str) -> Parameter:
    """Rows from the beginning of a day of the shop on."""

    def since(wanted: dt.date) -> Q:
        return Q(**{f"{column}__gte": _bounds(wanted)[0]})

    return Parameter(name, day, since, DAY, description)


def to_day(name: str, column: str, description: str) -> Parameter:
    """Rows up to the end of a day of the shop."""

    def until(wanted: dt.date) -> Q:
        return Q(**{f"{column}__lt": _bounds(wanted)[1]})

    return Parameter(name, day, until, DAY, description)


def _bounds(wanted: dt.date) -> tuple[dt.datetime, dt.datetime]:
    try:
        return day_bounds(wanted, shop_zone())
    except OverflowError as error:
        raise Invalid(f"{wanted} is out of range.") from error


def updated_since() -> Parameter:
    """Rows changed at an instant or later, for who keeps a copy."""
    told = "Changed at this instant or later, with its offset."
    return Parameter("updated_since", instant, lambda at: Q(updated_at__gte=at), INSTANT, told)


def ordering(*names: str) -> Parameter:
    """The orderings that have an index; the first one is the default."""
    schema = {"type": "string", "enum": list(names), "default": names[0]}
    told = "The order of the rows; rows of one value follow by id."
    return Parameter("ordering", one_of(names), None, schema, told)
