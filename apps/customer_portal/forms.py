"""The portal's forms."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.photo_storage.forms import PhotoField
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType
from apps.repairs.forms import position_columns
from core.models import CustomerPreference, Site
from core.shop import shop_today

# The right to redeem is offered with the rewards.
RIGHT_WORDS = {
    "can_request": "Ask for repairs",
    "can_approve": "Approve repairs",
    "can_manage_team": "Manage the team",
}


def day_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VisitForm(forms.Form):
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

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101  # declared above
        site.queryset = sites
        if not self.is_bound:
            self.initial.setdefault("site", next((s.pk for s in sites if s.is_default), None))

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
    """One picture of the damage."""

    image = PhotoField(label="Photo of the damage")


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

    unit = forms.CharField(label="Unit begins with", max_length=50, required=False)


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
            "email_messages",
        )
        widgets = {"approval_policy": forms.RadioSelect}
        labels = {
            "approval_policy": "When we find damage on your vehicles",
            "units_per_visit": "Units a visit without asking",
            "price_per_repair": "Highest price of one repair without asking",
            "price_per_month": "Highest sum a month without asking",
            "email_messages": "Send us e-mail about our repairs",
        }
        help_texts = {
            "units_per_visit": "Counts when you chose a number of units.",
            "price_per_repair": "Counts when you chose an amount. Empty means no limit.",
            "price_per_month": "Counts when you chose an amount. Empty means no limit.",
        }
