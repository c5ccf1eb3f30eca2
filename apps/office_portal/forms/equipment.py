"""Forms about equipment."""

import datetime as dt

from django import forms
from django.db.models import QuerySet

from apps.jobs.enums import EquipmentType
from apps.jobs.models import Equipment
from apps.jobs.queries import named_like
from apps.office_portal.forms.shared import OwnIds
from apps.repairs.filters import day_field

IN_USE, RETIRED = "yes", "no"


class EquipmentFilter(forms.Form):
    """Which items a list shows; an impossible value narrows nothing."""

    text = forms.CharField(label="Name or number begins with", max_length=100, required=False)
    type = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All"), *EquipmentType.choices]
    )
    active = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), (IN_USE, "In use"), (RETIRED, "Retired")],
    )

    def narrow(self, items: QuerySet[Equipment]) -> QuerySet[Equipment]:
        """The rows that the filter lets through."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("text"):
            items = items.filter(named_like(wanted["text"]))
        if wanted.get("type"):
            items = items.filter(type=wanted["type"])
        if wanted.get("active"):
            items = items.filter(is_active=wanted["active"] == IN_USE)
        return items


class EquipmentForm(OwnIds, forms.Form):
    """What is known of an item."""

    ids = "item"

    name = forms.CharField(label="Name", max_length=100)
    type = forms.ChoiceField(label="Kind", choices=EquipmentType.choices)
    serial_number = forms.CharField(label="Serial number", max_length=60, required=False)


class DayForm(forms.Form):
    """Of which day the clashes are shown; an impossible one is today."""

    date = day_field("Day")

    def day(self, today: dt.date) -> dt.date:
        """The day that is asked for."""
        self.is_valid()
        found: dt.date | None = self.cleaned_data.get("date")
        return found or today
