"""Forms about customers, their places and vehicles."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.office_portal.fields import CustomerField, UnitInput
from apps.office_portal.forms.shared import OwnIds, living, offer, text
from apps.repairs.models import Unit
from core.enums import CustomerKind, Role
from core.keys import name_key, unit_key
from core.models import Customer, Site, User


class CustomerSearchForm(forms.Form):
    """Which customers a list shows."""

    name = forms.CharField(label="Name begins with", max_length=200, required=False)
    unconfirmed = forms.BooleanField(label="Waiting for confirmation", required=False)

    def narrow(self, customers: QuerySet[Customer]) -> QuerySet[Customer]:
        """The rows that the filter lets through."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("name"):
            customers = customers.filter(name_key__startswith=name_key(wanted["name"]))
        return customers.filter(is_confirmed=False) if wanted.get("unconfirmed") else customers


class CustomerEditForm(forms.Form):
    """What is known of a customer; admins also say who looks after it."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    billing_address = text("Billing address", rows=3)
    owner = forms.ModelChoiceField(
        User.objects.filter(role=Role.SALES_AGENT, is_active=True),
        label="Looked after by",
        required=False,
        empty_label="Nobody",
    )

    def __init__(self, *args: Any, with_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_owner:
            del self.fields["owner"]

    def changes(self) -> dict[str, Any]:
        """The fields as the use case names them."""
        changes = dict(self.cleaned_data)
        if "owner" in changes:
            owner = changes.pop("owner")
            changes["owner_id"] = owner.pk if owner else None
        return changes


class CustomerForm(CustomerEditForm):
    """A customer, as the office opens one."""

    kind = forms.ChoiceField(label="Kind", choices=CustomerKind.choices)
    confirm_same_phone = forms.BooleanField(
        label="Another person with the same number: open anyway", required=False
    )
    field_order: Sequence[str] = ("kind", "name")


class SiteForm(OwnIds, forms.ModelForm[Site]):
    """A customer's place; the ZIP code fills the rest."""

    ids = "site"

    class Meta:
        model = Site
        fields = ("name", "address", "zip_code", "access_note", "is_default")
        labels = {"zip_code": "ZIP code", "is_default": "The usual place"}
        help_texts = {
            "zip_code": "City, state and time zone follow from it.",
            "access_note": "Gate code, where to sign in.",
        }


class ServiceForm(OwnIds, forms.Form):
    """Why a customer is not serviced any more."""

    ids = "service"

    reason = forms.CharField(label="Why", max_length=300, help_text="Only the shop reads this.")


class MergeForm(OwnIds, forms.Form):
    """Which customer this one really is."""

    ids = "merge"

    into = CustomerField(queryset=Customer.objects.none(), label="It is really")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = living(Customer.objects.filter(kind=customer.kind, is_confirmed=True))
        offer(self.fields["into"], known.exclude(pk=customer.pk))


class JoinForm(forms.Form):
    """Where somebody who asked to join belongs; empty: where the name that they gave leads."""

    customer = CustomerField(
        queryset=living(Customer.objects.filter(is_confirmed=True)),
        label="They belong to",
        required=False,
    )


class UnitSearchForm(forms.Form):
    """Which units a list shows."""

    unit = forms.CharField(label="Unit begins with", max_length=50, required=False)

    def narrow(self, units: QuerySet[Unit]) -> QuerySet[Unit]:
        """The rows that the filter lets through; an impossible value narrows nothing."""
        self.is_valid()
        return units.filter(number_key__startswith=unit_key(self.cleaned_data.get("unit", "")))


class NewUnitForm(OwnIds, forms.Form):
    """A vehicle, before anything of it is broken."""

    ids = "new"

    number = forms.CharField(label="Unit number", max_length=50)


class UnitForm(forms.ModelForm[Unit]):
    """What is known of a vehicle."""

    class Meta:
        model = Unit
        fields = ("year", "make", "model", "plate", "vin", "is_active")
        labels = {"vin": "VIN", "is_active": "In use"}


class UnitMergeForm(OwnIds, forms.Form):
    """Which of the customer's units this one really is."""

    ids = "merge"

    number = forms.CharField(
        label="It is really unit",
        max_length=50,
        widget=UnitInput,
        help_text="Numbers like this one are offered; any other one may be typed.",
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        box = self.fields["number"].widget
        assert isinstance(box, UnitInput)  # noqa: S101 - declared above
        box.unit = unit

    def clean_number(self) -> Unit:
        """Find the other one of the same customer."""
        others = Unit.objects.in_use().filter(customer_id=self.unit.customer_id)
        key = unit_key(self.cleaned_data["number"])
        other = others.filter(number_key=key).exclude(pk=self.unit.pk).first()
        if other is None:
            raise forms.ValidationError("This customer has no other unit of that number.")
        return other
