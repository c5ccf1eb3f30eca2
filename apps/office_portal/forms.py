"""The portal's forms."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.people.rules import RIGHTS
from apps.photo_storage.forms import PhotoField
from apps.repairs.enums import DamageType, PhotoKind, ReasonCode
from apps.technicians.models import Technician
from core.enums import CustomerKind, Role
from core.models import Customer, ShopSettings, Site
from core.money import MAXIMUM, ZERO


def _text(label: str, *, required: bool = False, rows: int = 2, most: int = 500) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=area)


class RequestForm(forms.Form):
    """A repair asked for in a customer's name."""

    customer = forms.ModelChoiceField(Customer.objects.none(), label="Customer")
    unit_number = forms.CharField(label="Unit number", max_length=50)
    damage_type = forms.ChoiceField(label="Damage", choices=DamageType.choices)
    description = _text("What happened, and where on the glass", most=2000)
    requested_by_name = forms.CharField(
        label="Who asked for it", max_length=100, required=False, help_text="The caller's name."
    )
    preferred_date = forms.DateField(
        label="When would it suit them",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    po_number = forms.CharField(label="PO number", max_length=50, required=False)
    confirm_duplicate = forms.BooleanField(
        label="This is another damage: ask anyway", required=False
    )

    def __init__(self, *args: Any, customers: QuerySet[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["customer"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = customers


class MoveForm(forms.Form):
    """Where to move a repair, and why."""

    status = forms.CharField(widget=forms.HiddenInput)
    reason_code = forms.ChoiceField(
        label="Why", choices=[("", "Choose a reason"), *ReasonCode.choices], required=False
    )
    reason = _text("In your words")


class AssignForm(forms.Form):
    """Whom to give a repair to."""

    technician = forms.ModelChoiceField(Technician.objects.none(), label="Technician")
    pin = forms.BooleanField(label="Keep it for them: nobody else can take it", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["technician"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = Technician.objects.filter(
            is_active=True, user__is_active=True
        ).select_related("user")


class VoidForm(forms.Form):
    """Why a completed repair is taken back."""

    reason = _text("Why is it voided", required=True, most=300)


class PriceForm(forms.Form):
    """A price set by hand; empty follows the lists again."""

    amount = forms.DecimalField(
        label="Price",
        min_value=ZERO,
        max_value=MAXIMUM,
        decimal_places=2,
        required=False,
        help_text="Empty: by the price lists again.",
    )
    reason = forms.CharField(label="Why", max_length=300, required=False)


class PhotoForm(forms.Form):
    """A picture of a repair."""

    image = PhotoField(label="Photo")
    kind = forms.ChoiceField(label="It shows", choices=PhotoKind.choices)
    internal = forms.BooleanField(label="Internal: the customer does not see it", required=False)


class CustomerSearchForm(forms.Form):
    """Which customers a list shows."""

    name = forms.CharField(label="Name begins with", max_length=200, required=False)
    unconfirmed = forms.BooleanField(label="Waiting for confirmation", required=False)


class CustomerForm(forms.Form):
    """A customer, as the office opens one."""

    kind = forms.ChoiceField(label="Kind", choices=CustomerKind.choices)
    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    billing_address = _text("Billing address", rows=3)
    confirm_same_phone = forms.BooleanField(
        label="Another person with the same number: open anyway", required=False
    )


class SiteForm(forms.ModelForm[Site]):
    """A customer's place; the ZIP code fills the rest."""

    class Meta:
        model = Site
        fields = ("name", "address", "zip_code", "access_note", "is_default")
        labels = {"zip_code": "ZIP code", "is_default": "The usual place"}


class ServiceForm(forms.Form):
    """Why a customer is not serviced any more."""

    reason = forms.CharField(label="Why", max_length=300)


class MergeForm(forms.Form):
    """Which customer this one really is."""

    into = forms.ModelChoiceField(Customer.objects.none(), label="It is really")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["into"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = Customer.objects.filter(
            kind=customer.kind, is_confirmed=True, merged_into=None, is_active=True
        ).exclude(pk=customer.pk)


class JoinForm(forms.Form):
    """Where somebody who asked to join belongs."""

    customer = forms.ModelChoiceField(
        Customer.objects.filter(is_confirmed=True, merged_into=None, is_active=True),
        label="Customer",
        required=False,
    )


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(label="As", choices=Role.choices, initial=Role.TECHNICIAN)
    customer = forms.ModelChoiceField(
        Customer.objects.filter(is_active=True, merged_into=None),
        label="Of which customer",
        required=False,
        help_text="Only for a customer's people.",
    )
    is_primary_contact = forms.BooleanField(label="As primary contact, all rights", required=False)

    def rights(self) -> dict[str, bool]:
        """A primary contact has every right; others may ask for repairs."""
        is_primary = self.cleaned_data["is_primary_contact"]
        return dict.fromkeys(RIGHTS, True) if is_primary else {"can_request": True}


class RoleForm(forms.Form):
    """What a person is to the shop."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)
    manages_prices = forms.BooleanField(label="Manages prices (admins)", required=False)
    manages_people = forms.BooleanField(label="Manages people (admins)", required=False)


class SettingsForm(forms.ModelForm[ShopSettings]):
    """What the owner changes while the shop runs."""

    class Meta:
        model = ShopSettings
        fields = ("time_zone", "assignment_mode", "require_after_photo", "redo_months")
        labels = {
            "assignment_mode": "New requests",
            "require_after_photo": "A repair is completed only with an after-photo",
            "redo_months": "Months in which a repair can come back",
        }
        help_texts = {"time_zone": "Where the shop is, as America/New_York."}


class TierForm(forms.Form):
    """The shop's five prices."""

    first = forms.DecimalField(label="1st repair of a unit", min_value=ZERO, max_value=MAXIMUM)
    second = forms.DecimalField(label="2nd", min_value=ZERO, max_value=MAXIMUM)
    third = forms.DecimalField(label="3rd", min_value=ZERO, max_value=MAXIMUM)
    fourth = forms.DecimalField(label="4th", min_value=ZERO, max_value=MAXIMUM)
    fifth_on = forms.DecimalField(label="5th and later", min_value=ZERO, max_value=MAXIMUM)
