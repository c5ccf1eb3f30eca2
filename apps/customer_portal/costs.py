"""What the customer's repairs cost: which months are asked for, and the answer as data."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from apps.repairs import statistics
from apps.repairs.models import UNIT_NUMBER_LENGTH
from core.csv_files import csv_response
from core.errors import Invalid
from core.shop import shop_today, zone_here

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_MONTHS = 36
USUAL_MONTHS = 12


class WindowForm(forms.Form):
    """Which months count, ``months`` up to this one (12) or a ``year``, and of which units."""

    months = forms.IntegerField(min_value=1, max_value=MOST_MONTHS, required=False)
    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    unit = forms.CharField(max_length=UNIT_NUMBER_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse two windows at once, and what the address says besides."""
        given = super().clean() or self.cleaned_data
        if given.get("months") and given.get("year"):
            self.add_error("year", "Name the months or the year, not both.")
        for name in self.data.keys() - self.fields.keys():
            self.add_error(None, forms.ValidationError(f"There is no parameter “{name}”."))
        return given

    def asked(self) -> tuple[statistics.Window, str]:
        """The months, and what the units' numbers begin with.

        Raises:
            Invalid: By field what is wrong.
        """
        if not self.is_valid():
            told = {name: [str(text) for text in texts] for name, texts in self.errors.items()}
            told["parameters"] = told.pop("__all__", [])
            raise Invalid(errors={name: texts for name, texts in told.items() if texts})
        given, zone = self.cleaned_data, zone_here()
        if given["year"]:
            return statistics.calendar_year(given["year"], zone), given["unit"]
        return statistics.last_months(given["months"] or USUAL_MONTHS, zone), given["unit"]


class CostsForm(forms.Form):
    """What the page of costs can be narrowed by; an impossible value narrows nothing."""

    period = forms.ChoiceField(label="When", required=False)
    unit = forms.CharField(label="Unit begins with", max_length=UNIT_NUMBER_LENGTH, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        period = self.fields["period"]
        assert isinstance(period, forms.ChoiceField)  # noqa: S101  # declared above
        period.choices = [
            ("", "The last 12 months"),
            ("months=36", "The last 36 months"),
            *((f"year={each}", str(each)) for each in range(year, year - 4, -1)),
        ]

    def query(self) -> dict[str, str]:
        """What is asked for, as the addresses of the charts' data take it."""
        self.is_valid()
        name, _, value = self.cleaned_data.get("period", "").partition("=")
        query = {name: value, "unit": self.cleaned_data.get("unit", "")}
        return {key: text for key, text in query.items() if text}


def months_csv(months: Sequence[statistics.MonthSums]) -> StreamingHttpResponse:
    """The months as a file, in their order."""
    return csv_response(
        f"costs-by-month-{shop_today()}",
        columns=["Month", "Repairs", "Charged", "Saved"],
        rows=((f"{each.month:%Y-%m}", *_sums(each).values()) for each in months),
    )


def units_csv(units: Sequence[statistics.UnitSums]) -> StreamingHttpResponse:
    """The units as a file, the dearest first."""
    return csv_response(
        f"costs-by-unit-{shop_today()}",
        columns=["Unit", "Repairs", "Charged", "Last repaired"],
        rows=(
            (each.unit_number, each.repairs, f"{each.charged:.2f}", each.last_at) for each in units
        ),
    )


def cost_data(customer_id: int, window: statistics.Window, number: str) -> dict[str, Any]:
    """Repairs, charges and savings month by month; amounts as text with two decimals."""
    months = statistics.by_month(customer_id, window, number=number)
    return _window_data(window) | {
        "months": [_sums(each) | {"month": f"{each.month:%Y-%m}"} for each in months],
        "total": _sums(statistics.total_of(months)),
    }


def unit_data(customer_id: int, window: statistics.Window, number: str) -> dict[str, Any]:
    """Repairs and charges unit by unit, the dearest first, at most 20."""
    units = statistics.by_unit(customer_id, window, number=number)
    return _window_data(window) | {"units": [_unit(each) for each in units]}


def _window_data(window: statistics.Window) -> dict[str, dt.date]:
    return {"from": window.start, "until": window.last}


def _sums(sums: statistics.Sums) -> dict[str, Any]:
    return {
        "repairs": sums.repairs,
        "charged": f"{sums.charged:.2f}",
        "saved": f"{sums.saved:.2f}",
    }


def _unit(unit: statistics.UnitSums) -> dict[str, Any]:
    return {
        "unit": unit.unit_id,
        "unit_number": unit.unit_number,
        "repairs": unit.repairs,
        "charged": f"{unit.charged:.2f}",
        "last_at": unit.last_at,
        "url": reverse("customer_unit_detail", args=[unit.unit_id]),
    }
