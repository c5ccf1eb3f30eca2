"""Forms about repairs."""

from typing import Any

from django import forms

from apps.office_portal.forms.shared import ForCustomer, OwnIds, day_input, text
from apps.photo_storage.forms import MOST, PhotosField
from apps.repairs.enums import PhotoKind, QueueStatus, ReasonCode
from apps.repairs.filters import POSSIBLE
from apps.repairs.models import Repair
from apps.technicians.forms import TechnicianField
from apps.technicians.models import Technician
from core.models import Site
from core.money import MAXIMUM, ZERO


class RequestForm(ForCustomer):
    """What holds for all repairs that are asked for at once in a customer's name."""

    requested_by_name = forms.CharField(
        label="Who asked for it", max_length=100, required=False, help_text="The caller's name."
    )
    preferred_date = forms.DateField(
        label="When would it suit them", required=False, widget=day_input(), validators=POSSIBLE
    )
    po_number = forms.CharField(label="PO number", max_length=50, required=False)
    confirm_duplicate = forms.BooleanField(
        label="This is another damage: ask anyway", required=False
    )


class MoveForm(forms.Form):
    """Where to move a repair, and why; a page has one for each move."""

    status = forms.ChoiceField(choices=QueueStatus.choices, widget=forms.HiddenInput)
    reason_code = forms.ChoiceField(
        label="Why", choices=[("", "Choose a reason"), *ReasonCode.choices], required=False
    )
    reason = text("In your words")
    confirm_duplicate = forms.BooleanField(
        label="This is another damage: offer it anyway", required=False
    )
    finish_tasks = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, status: str, **kwargs: Any) -> None:
        # Anything may be posted; a stray % would spoil the pattern.
        kwargs["auto_id"] = f"{status.lower() if status in QueueStatus.values else 'move'}_%s"
        super().__init__(*args, **kwargs)


class AssignForm(OwnIds, forms.Form):
    """Whom to give a repair to."""

    ids = "assign"

    technician = TechnicianField(
        Technician.objects.filter(is_active=True, user__is_active=True),
        label="Give it to",
        empty_label="Choose a technician",
    )
    pin = forms.BooleanField(label="Keep it for them: nobody else can take it", required=False)


class VoidForm(OwnIds, forms.Form):
    """Why a completed repair is taken back."""

    ids = "void"

    reason = text("Why is it voided", required=True, most=300)


class PriceForm(OwnIds, forms.Form):
    """A price set by hand; empty follows the lists again."""

    ids = "price"

    amount = forms.DecimalField(
        label="Price",
        min_value=ZERO,
        max_value=MAXIMUM,
        decimal_places=2,
        required=False,
        help_text="Empty: by the price lists again.",
    )
    override_reason = forms.CharField(
        label="Why", max_length=300, required=False, help_text="Only the shop reads this."
    )


class PhotoForm(OwnIds, forms.Form):
    """Pictures of a repair."""

    ids = "photo"

    images = PhotosField(label="Photos", help_text=f"Up to {MOST} at once.")
    kind = forms.ChoiceField(label="They show", choices=PhotoKind.choices)
    internal = forms.BooleanField(label="Internal: the customer does not see them", required=False)


NOTES = ("customer_notes", "technician_notes", "internal_notes")


class RepairEditForm(forms.ModelForm[Repair]):
    """What may be edited of a repair: after the start of work, the notes."""

    class Meta:
        model = Repair
        fields = (
            "damage_type",
            "description",
            "site",
            "preferred_date",
            "preferred_window",
            "requested_by_name",
            "contact_name",
            "contact_phone",
            "po_number",
            "external_ref",
            *NOTES,
        )
        labels = {
            "damage_type": "Damage",
            "description": "What happened, and where on the glass",
            "site": "Place",
            "preferred_date": "When would it suit them",
            "preferred_window": "At what time",
            "requested_by_name": "Who asked for it",
            "po_number": "PO number",
            "external_ref": "Their own reference",
            "customer_notes": "Customer's note",
            "technician_notes": "Technician's note",
            "internal_notes": "Internal note",
        }
        help_texts = {"internal_notes": "Only the shop reads this."}
        widgets = {
            "preferred_date": day_input(),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("description", *NOTES)},
        }

    def __init__(self, *args: Any, only_notes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_notes:
            self.fields = {name: self.fields[name] for name in NOTES}
            return
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101 - a foreign key's field
        site.queryset = Site.objects.filter(customer_id=self.instance.customer_id, is_active=True)
        site.empty_label = "Not decided yet"

    def values(self) -> dict[str, Any]:
        """The fields as the use case names them."""
        values = dict(self.cleaned_data)
        if "site" in values:
            site = values.pop("site")
            values["site_id"] = site.pk if site else None
        return values


class BatchEndForm(OwnIds, forms.Form):
    """Why rows of a batch are ended without repair."""

    ids = "end"

    reason_code = forms.ChoiceField(
        label="Why", choices=[("", "Choose a reason"), *ReasonCode.choices]
    )
    reason = text("In your words")


class BatchApproveForm(OwnIds, forms.Form):
    """Why the office approves for the customer."""

    ids = "approve"

    reason = text("Who said so, and how", required=True)
