"""The portal's forms."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.photo_storage.forms import PhotoField
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType, PhotoKind, QueueStatus, ReasonCode
from apps.repairs.forms import position_columns
from apps.repairs.models import Repair
from core.models import Site


class MoveForm(forms.Form):
    """A move of a repair, with what some moves ask for."""

    status = forms.ChoiceField(choices=QueueStatus.choices, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    reason_code = forms.ChoiceField(
        label="Why",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (ReasonCode.NOT_REPAIRABLE, "It cannot be repaired"),
            (ReasonCode.DECLINED, "The customer does not want it"),
            (ReasonCode.MISTAKE, "Entered by mistake"),
        ],
    )
    reason = forms.CharField(
        label="In a few words",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = PhotoField(label="Photo of the finished glass", required=False)

    @property
    def target(self) -> QueueStatus:
        """Where the repair is to go."""
        return QueueStatus(self.cleaned_data["status"])


class CustomerSearchForm(forms.Form):
    """Whose vehicle it is."""

    q = forms.CharField(label="Name begins with", max_length=100, required=False)


class PersonForm(forms.Form):
    """A private person whom a technician meets."""

    name = forms.CharField(label="Name", max_length=200)
    phone = forms.CharField(
        label="Phone",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label="E-mail", required=False)
    confirm_same_phone = forms.BooleanField(
        label="It is somebody else with the same number", required=False
    )


class VisitForm(forms.Form):
    """What holds for all damages found at one visit."""

    site = forms.ModelChoiceField(
        Site.objects.none(), label="Where", required=False, empty_label="No place of theirs"
    )
    technician_notes = forms.CharField(
        label="Your note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    confirm_duplicate = forms.BooleanField(
        label="This is another damage: save it anyway", required=False
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101  # declared above
        site.queryset = sites
        if not self.is_bound:
            self.initial.setdefault("site", next((s.pk for s in sites if s.is_default), None))


def details_of(row: dict[str, Any], visit: dict[str, Any]) -> RequestDetails:
    """One row with what holds for all, as the use case takes it."""
    site = visit["site"]
    return RequestDetails(
        **position_columns(row),
        unit_number=row["unit_number"],
        damage_type=row["damage_type"] or DamageType.UNKNOWN,
        description=row["description"],
        site_id=site.pk if site else None,
        technician_notes=visit["technician_notes"],
    )


class PhotoForm(forms.Form):
    """One picture of the work."""

    image = PhotoField(label="Photo")
    kind = forms.ChoiceField(
        label="It shows",
        widget=forms.RadioSelect,
        initial=PhotoKind.BEFORE,
        choices=[
            (PhotoKind.BEFORE, "Before"),
            (PhotoKind.AFTER, "After"),
            (PhotoKind.ADDITIONAL, "Something else"),
        ],
    )
    internal = forms.BooleanField(label="For the shop only", required=False)


class NotesForm(forms.ModelForm[Repair]):
    """Notes; they never make another person's edit stale."""

    class Meta:
        model = Repair
        fields = ("technician_notes", "internal_notes")
        labels = {"technician_notes": "Your notes", "internal_notes": "For the office only"}
        widgets = {
            "technician_notes": forms.Textarea(attrs={"rows": 3}),
            "internal_notes": forms.Textarea(attrs={"rows": 2}),
        }


PROCESS_FIELDS = ("glass_temperature", "resin_viscosity", "drilled_before")
REQUEST_FIELDS = (
    "damage_type",
    "description",
    "contact_name",
    "contact_phone",
    "po_number",
)


class EditForm(forms.ModelForm[Repair]):
    """Request data until work starts, the record of the work until voided."""

    class Meta:
        model = Repair
        fields = (*REQUEST_FIELDS, *PROCESS_FIELDS)
        labels = {
            "damage_type": "Damage",
            "contact_name": "Who is there",
            "contact_phone": "Their phone",
            "po_number": "PO number",
            "glass_temperature": "Glass temperature (°F)",
            "resin_viscosity": "Resin",
            "drilled_before": "Drilled before filling",
        }
        help_texts = {"glass_temperature": ""}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "contact_phone": forms.TextInput(attrs={"type": "tel"}),
            "glass_temperature": forms.NumberInput(attrs={"inputmode": "decimal"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.queue_status in (QueueStatus.IN_PROGRESS, QueueStatus.COMPLETED):
            for name in REQUEST_FIELDS:
                del self.fields[name]
