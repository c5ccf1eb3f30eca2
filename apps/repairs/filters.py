"""Filters of a list of repairs, kept in the address."""

import datetime as dt
from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet

from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair
from core.clock import day_bounds
from core.keys import unit_key
from core.shop import shop_zone
from core.templatetags.status_words import Reader, status_look

# Days whose bounds exist in every zone.
POSSIBLE = (MinValueValidator(dt.date(1900, 1, 1)), MaxValueValidator(dt.date(9000, 1, 1)))


def day_field(label: str) -> forms.DateField:
    """One end of a span of days."""
    picker = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, validators=POSSIBLE, widget=picker)


class Folding(forms.Form):
    """A filter that a page shows in part: ``FURTHER`` is folded away while it is empty."""

    FURTHER: ClassVar[Collection[str]] = ()

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [bound for bound in self if bound.name in self.FURTHER]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of those narrows the list, so that they are to be seen."""
        return any(bound.value() for bound in self.further)


class RepairFilter(Folding):
    """What every portal's list can be narrowed by; an impossible value narrows nothing."""

    FURTHER: ClassVar[Collection[str]] = ("damage", "since", "until")

    status = forms.ChoiceField(label="Status", required=False)
    unit = forms.CharField(label="Unit begins with", max_length=50, required=False)
    damage = forms.ChoiceField(
        label="Damage", required=False, choices=[("", "All"), *DamageType.choices]
    )
    since = day_field("From")
    until = day_field("To")

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(s.value, status_look(s.value, reader=reader).words) for s in QueueStatus]
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)  # noqa: S101  # declared above
        status.choices = [("", "All"), *told]

    def narrow(self, repairs: QuerySet[Repair]) -> QuerySet[Repair]:
        """The rows that the filter lets through."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("status"):
            repairs = repairs.filter(queue_status=wanted["status"])
        if wanted.get("unit"):
            repairs = repairs.filter(unit__number_key__startswith=unit_key(wanted["unit"]))
        if wanted.get("damage"):
            repairs = repairs.filter(damage_type=wanted["damage"])
        if wanted.get("since"):
            start, _ = day_bounds(wanted["since"], shop_zone())
            repairs = repairs.filter(repair_date__gte=start)
        if wanted.get("until"):
            _, end = day_bounds(wanted["until"], shop_zone())
            repairs = repairs.filter(repair_date__lt=end)
        return repairs
