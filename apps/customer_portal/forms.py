"""The portal's forms."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.photo_storage.forms import MOST, PhotosField
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType
from apps.repairs.forms import PlaceForm, position_columns
from apps.repairs.models import Unit
from core.enums import ApprovalPolicy, SpotWish
from core.keys import unit_key
from core.models import CustomerPreference, Site
from core.shop import shop_today

POLICY_WORDS = (
    (ApprovalPolicy.REQUIRE_APPROVAL.value, "Always ask us, and wait for our answer"),
    (ApprovalPolicy.PRICE_THRESHOLD.value, "Always approve up to an amount; ask above it"),
    (ApprovalPolicy.UNIT_THRESHOLD.value, "Always approve up to a number of units; ask above it"),
    (ApprovalPolicy.AUTO_APPROVE.value, "Never ask: start at once"),
)
SPOT_WORDS = (
    (SpotWish.SHOP.value, "As the shop does it"),
    (SpotWish.YES.value, "Yes, whoever of us is there may sign"),
    (SpotWish.NO.value, "No, always ask us here"),
)
# The right to redeem is offered with the rewards.
RIGHT_WORDS = {
    "can_request": "Ask for repairs",
    "can_approve": "Approve repairs",
    "can_manage_team": "Manage the team",
}


def day_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VisitForm(PlaceForm):
    """What holds for all rows of a request."""

    site = forms.ModelChoiceField(
        Site.objects.none(), label="Where is it", required=False, empty_label="Not decided yet"
    )
    preferred_date = forms.DateField(
        label="When would it suit you",
        required=False,
        help_text="A wish; we confirm the day.",
        widget=day_input(),
    )
    po_number = forms.CharField(label="PO number", max_length=50, required=False)
    confirm_duplicate = forms.BooleanField(
        label="This is another damage: ask anyway", required=False
    )

    def clean_preferred_date(self) -> dt.date | None:
        """A day that is over cannot suit anybody."""
        day: dt.date | None = self.cleaned_data["preferred_date"]
        if day is not None and day < shop_today():
            raise forms.ValidationError("This day is over. Choose today or a later one.")
        return day


def details_of(row: dict[str, Any], visit: dict[str, Any]) -> RequestDetails:
    """One row with what holds for all, as the use case takes it."""
    site = visit["site"]
    return RequestDetails(
        **position_columns(row),
        unit_number=row["unit_number"],
        damage_type=row["damage_type"] or DamageType.UNKNOWN,
        description=row["description"],
        site_id=site.pk if site else None,
        preferred_date=visit["preferred_date"],
        po_number=visit["po_number"],
    )


class PhotoForm(forms.Form):
    """Pictures of the damage."""

    images = PhotosField(label="Photos of the damage", help_text=f"Up to {MOST} at once.")


class NotesForm(forms.Form):
    """What the customer notes for the shop."""

    customer_notes = forms.CharField(
        label="Your note to us",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UnitSearchForm(forms.Form):
    """Which units a list shows."""

    WITHDRAWN = "withdrawn"

    unit = forms.CharField(label="Unit begins with", max_length=50, required=False)
    show = forms.ChoiceField(
        label="Show", required=False, choices=[("", "In use"), (WITHDRAWN, "Withdrawn")]
    )

    def narrow(self, units: "QuerySet[Unit]") -> "QuerySet[Unit]":
        """The units that the form lets through, none of them merged into another one."""
        self.is_valid()
        wanted = self.cleaned_data
        is_active = wanted.get("show") != self.WITHDRAWN
        units = units.filter(merged_into=None, is_active=is_active)
        return units.filter(number_key__startswith=unit_key(wanted.get("unit", "")))


class UnitForm(forms.ModelForm[Unit]):
    """What is known of a vehicle besides its number."""

    class Meta:
        model = Unit
        fields = ("year", "make", "model", "plate", "vin")
        labels = {"plate": "License plate", "vin": "VIN"}
        help_texts = {"vin": "17 letters and digits, as in the registration."}


class RightsForm(forms.Form):
    """What a colleague may do."""

    rights = forms.MultipleChoiceField(
        label="They may",
        choices=list(RIGHT_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def rights_given(self) -> dict[str, bool]:
        """Each right with whether it was ticked."""
        return {right: right in self.cleaned_data["rights"] for right in RIGHT_WORDS}


class InvitationForm(RightsForm):
    """Whom to invite, and what they will be allowed."""

    email = forms.EmailField(label="E-mail of your colleague")


class PreferenceForm(forms.ModelForm[CustomerPreference]):
    """When to be asked before work starts, and which messages to get."""

    class Meta:
        model = CustomerPreference
        fields = (
            "approval_policy",
            "units_per_visit",
            "price_per_repair",
            "price_per_month",
            "on_the_spot",
            "email_messages",
            "daily_summary",
        )
        widgets = {"approval_policy": forms.RadioSelect, "on_the_spot": forms.RadioSelect}
        labels = {
            "approval_policy": "When we find damage on your vehicles",
            "units_per_visit": "Always approve up to this many units a visit",
            "price_per_repair": "Always approve up to this price of one repair",
            "price_per_month": "Always approve up to this sum a month",
            "on_the_spot": "May your people approve at the vehicle, by name and signature?",
            "email_messages": "Send us e-mail about our repairs",
            "daily_summary": "Send our primary contact a summary each day at five",
        }
        help_texts = {
            "units_per_visit": "A visit is one place on one day; further units wait for you.",
            "price_per_repair": "In dollars. Empty is no limit; 0 is never without asking.",
            "price_per_month": "In dollars. Empty is no limit; 0 is never without asking.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded = (("approval_policy", POLICY_WORDS), ("on_the_spot", SPOT_WORDS))
        for name, words in worded:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # a column with choices
            field.choices = words


class WishForm(forms.Form):
    """When a booked visit would suit better."""

    date = forms.DateField(label="Which day", widget=day_input())
    window = forms.CharField(
        label="What time of day", max_length=50, required=False, help_text="For example: mornings."
    )
    note = forms.CharField(
        label="Why", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
