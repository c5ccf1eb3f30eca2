"""A form's field for one customer of many, by name."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.repairs.models import Unit
from core.keys import name_key
from core.models import Customer

OFFERED = 200
# How many first signs two numbers of one vehicle are likely to share.
ALIKE = 2
NUMBERED = re.compile(r"\(?#(\d{1,9})\)?$")


class OfferingInput(forms.TextInput):
    """A text box that offers words while one types; any other text may be typed too."""

    def offered(self) -> Iterable[str]:
        """What it offers."""
        raise NotImplementedError

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render the box with its list beside it."""
        list_id = f"{(attrs or {}).get('id', name)}_offered"
        box = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        words = ((text,) for text in self.offered())
        options = format_html_join("", '<option value="{}"></option>', words)
        return format_html('{}<datalist id="{}">{}</datalist>', box, list_id, options)


class SuggestingInput(OfferingInput):
    """Offers customers."""

    suggestions: QuerySet[Customer] = Customer.objects.none()

    def offered(self) -> Iterable[str]:
        """The first of them."""
        return map(self.words, self.suggestions[:OFFERED])

    def words(self, customer: Customer) -> str:
        """What is offered for a customer."""
        return in_words(customer)


class UnitInput(OfferingInput):
    """Offers the numbers of a customer's units that are like this one."""

    unit: Unit

    def offered(self) -> Iterable[str]:
        """Numbers that begin the same."""
        others = Unit.objects.in_use().filter(customer_id=self.unit.customer_id)
        alike = others.filter(number_key__startswith=self.unit.number_key[:ALIKE])
        rows = alike.exclude(pk=self.unit.pk).order_by("number_key")
        return rows.values_list("number", flat=True)[:OFFERED]


class SuggestingNameInput(SuggestingInput):
    """Offers names alone: a name that is not known yet is one too."""

    def words(self, customer: Customer) -> str:
        """The name as it is."""
        return customer.name


def in_words(customer: Customer) -> str:
    """A customer as the field writes it: two persons may have one name, never one number."""
    return f"{customer.name} (#{customer.pk})"


class CustomerField(forms.CharField):
    """Cleans to one of ``queryset``, by name or by number; a list to choose from would be long."""

    widget = SuggestingInput

    def __init__(self, *, queryset: QuerySet[Customer], **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Begin to type the name.")
        super().__init__(max_length=220, **kwargs)
        self.widget.attrs["autocomplete"] = "off"
        self.offer(queryset)

    def offer(self, queryset: QuerySet[Customer]) -> None:
        """Choose among these."""
        self.queryset = queryset
        self.widget.suggestions = queryset.order_by("name", "id")

    def prepare_value(self, value: Any) -> Any:
        """An initial customer as text; what was typed stays as it was."""
        return in_words(value) if isinstance(value, Customer) else value

    def clean(self, value: Any) -> Customer | None:
        """Find the one that is meant."""
        text = super().clean(value)
        if not text:
            return None
        number = NUMBERED.search(text)
        known = {"pk": int(number[1])} if number else {"name_key": name_key(text)}
        found = list(self.queryset.filter(**known)[:2])
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            "Several customers have this name: choose one of the list."
            if found
            else "There is no such customer. Choose one of the list."
        )
