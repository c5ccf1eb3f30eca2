"""Forms of settings, prices and approval."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from apps.office_portal.forms.shared import OwnIds, day_input
from apps.repairs.filters import POSSIBLE
from apps.repairs.models import CustomerPricing
from apps.repairs.models.prices import TIER_FIELDS
from core.clock import day_bounds
from core.models import CustomerPreference, ShopSettings
from core.money import MAXIMUM, ZERO
from core.shop import shop_zone
from core.templatetags.ui import money

TIER_LABELS = dict(
    zip(TIER_FIELDS, ("1st repair of a unit", "2nd", "3rd", "4th", "5th and later"), strict=True)
)


class SettingsForm(OwnIds, forms.ModelForm[ShopSettings]):
    """What the owner changes while the shop runs."""

    ids = "shop"

    class Meta:
        model = ShopSettings
        fields = (
            "time_zone",
            "assignment_mode",
            "require_after_photo",
            "on_the_spot",
            "redo_months",
            "holiday_region",
            "closing_days",
        )
        labels = {
            "assignment_mode": "New requests",
            "require_after_photo": "A repair is completed only with an after-photo",
            "on_the_spot": "Who may approve by signature on the spot",
            "redo_months": "Months in which a repair can come back",
            "holiday_region": "Public holidays of",
            "closing_days": "Other days on which the shop is closed",
        }
        help_texts = {
            "time_zone": "Where the shop is, as America/New_York.",
            "holiday_region": "A country or a part of one, as US or US-CA; empty for none.",
            "closing_days": "One a line, as 2026-12-24.",
        }
        widgets = {"closing_days": forms.Textarea(attrs={"rows": 3})}


def _price(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=ZERO, max_value=MAXIMUM, decimal_places=2)


class TierForm(OwnIds, forms.Form):
    """The shop's five prices, and from when on."""

    ids = "price"

    first = _price(TIER_LABELS["first"])
    second = _price(TIER_LABELS["second"])
    third = _price(TIER_LABELS["third"])
    fourth = _price(TIER_LABELS["fourth"])
    fifth_on = _price(TIER_LABELS["fifth_on"])
    valid_from = forms.DateField(
        label="In force from",
        required=False,
        widget=day_input(),
        validators=POSSIBLE,
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        monday = today + dt.timedelta(days=7 - today.weekday())
        hint = f"Empty: from now on. Next Monday is {monday.day} {monday:%B %Y}."
        self.fields["valid_from"].help_text = hint
        self.today = today

    def amounts(self) -> list[Decimal]:
        """The five prices in their order."""
        return [self.cleaned_data[name] for name in TIER_FIELDS]

    def start(self) -> dt.datetime | None:
        """The first instant of the day that was chosen, in the shop's zone; empty for now."""
        day = self.cleaned_data["valid_from"]
        if day is None or day == self.today:
            return None
        return day_bounds(day, shop_zone())[0]


class OwnPricesForm(OwnIds, forms.ModelForm[CustomerPricing]):
    """A customer's own prices; empty follows the shop's."""

    ids = "price"

    def __init__(self, *args: Any, shop: Mapping[str, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, amount in shop.items():
            self.fields[name].help_text = f"Shop: {money(amount)}"

    class Meta:
        model = CustomerPricing
        fields = (*TIER_FIELDS, "volume_from", "volume_percent")
        labels = {
            **TIER_LABELS,
            "volume_from": "Discount from which repair of a month",
            "volume_percent": "Discount in percent",
        }
        help_texts = {"volume_from": "Empty: no discount."}


COMPANY_POLICY = ("approval_policy", "units_per_visit", "price_per_repair", "price_per_month")


class PolicyForm(OwnIds, forms.ModelForm[CustomerPreference]):
    """When a customer is asked before work starts."""

    ids = "policy"

    class Meta:
        model = CustomerPreference
        fields = (*COMPANY_POLICY, "on_the_spot")
        labels = {
            "approval_policy": "When a technician finds damage",
            "units_per_visit": "Units a visit without asking",
            "price_per_repair": "Highest price of one repair without asking",
            "price_per_month": "Highest sum a month without asking",
            "on_the_spot": "May whoever is at the vehicle approve by name and signature?",
        }
        help_texts = {
            "units_per_visit": "Counts with the number of units.",
            "price_per_repair": "Counts with the amount. Empty: no limit; 0: never.",
            "price_per_month": "Counts with the amount. Empty: no limit; 0: never.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.customer.is_company:
            for name in COMPANY_POLICY:
                del self.fields[name]
