"""The portal's forms."""

from typing import Any

from django import forms

from apps.jobs.models import JobTask
from apps.photo_storage.forms import MOST, PhotoField, PhotosField
from apps.queue_management.use_cases import RequestDetails, SpotWord
from apps.repairs.enums import DamageType, PhotoKind, QueueStatus, ReasonCode
from apps.repairs.forms import BreakForm, PlaceForm, position_columns, rows_of
from apps.repairs.models import Repair
from core.models import Site

# A picture field that the script of the drawn signature fills.
DRAWN = {"hidden": True, "data-signature": True}
USUAL_DAMAGE = (DamageType.CHIP, DamageType.STAR_BREAK, DamageType.CRACK)
RARE_DAMAGE = (
    *(kind for kind in DamageType if kind not in (*USUAL_DAMAGE, DamageType.UNKNOWN)),
    DamageType.UNKNOWN,
)


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
    finish_tasks = forms.BooleanField(required=False, widget=forms.HiddenInput)

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


class FieldBreakForm(BreakForm):
    """One break as somebody beside the truck enters it: the usual damages large, one tap each."""

    unit_number = forms.CharField(
        label="Unit number",
        max_length=50,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-carry": True}
        ),
    )
    damage_type = forms.ChoiceField(
        label="Damage",
        required=False,
        widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in (*USUAL_DAMAGE, *RARE_DAMAGE)],
    )
    description = forms.CharField(
        label="Note on this break",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, is_company: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_company:
            unit = self.fields["unit_number"]
            unit.label, unit.help_text = "Vehicle", "Its plate, or year, make and model."

    @property
    def usual(self) -> list[Any]:
        """The radio buttons to show at once."""
        return list(self["damage_type"])[: len(USUAL_DAMAGE)]

    @property
    def rare(self) -> list[Any]:
        """Those behind one more tap."""
        return list(self["damage_type"])[len(USUAL_DAMAGE) :]

    @property
    def is_rare(self) -> bool:
        """Whether one of those is chosen."""
        return self["damage_type"].value() in RARE_DAMAGE


FieldBreakFormSet = rows_of(FieldBreakForm)


class VisitForm(PlaceForm):
    """What holds for all damages found at one visit."""

    site = forms.ModelChoiceField(
        Site.objects.none(), label="Place", required=False, empty_label="No place of theirs"
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
    """Pictures of the work."""

    images = PhotosField(label="Photos", help_text=f"Up to {MOST} at once.")
    kind = forms.ChoiceField(
        label="They show",
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


class TaskNotesForm(forms.Form):
    """The note of a task."""

    notes = forms.CharField(
        label="Note", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, task: JobTask) -> None:
        super().__init__(data, initial={"notes": task.notes}, auto_id=f"task-{task.pk}-%s")
        self.task = task


class SpotForm(forms.Form):
    """Who agrees at the vehicle, to which amount."""

    name = forms.CharField(
        label="Name of who agrees",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    shown = forms.DecimalField(
        min_value=0, max_digits=10, decimal_places=2, widget=forms.HiddenInput
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    signature = PhotoField(label="Signature", required=False, widget=forms.FileInput(DRAWN))

    def word(self) -> SpotWord:
        """What was agreed to, as the use cases take it."""
        given = self.cleaned_data
        return SpotWord(name=given["name"], shown=given["shown"], signature=given["signature"])


WORKED_ON = (QueueStatus.IN_PROGRESS, QueueStatus.COMPLETED)
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
            "glass_temperature": forms.NumberInput(
                attrs={"inputmode": "decimal", "step": "0.1", "data-resins": "resins"}
            ),
            "resin_viscosity": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.queue_status in WORKED_ON:
            for name in REQUEST_FIELDS:
                del self.fields[name]
