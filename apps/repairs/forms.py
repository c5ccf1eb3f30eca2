"""Forms of repairs that several doors show: the rows of a request, a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from apps.photo_storage.forms import MOST, PhotosField
from apps.repairs.enums import DamageType, ReasonCode
from apps.repairs.glass import GlassField
from core.models import Site

MAXIMUM_ROWS = 50
PREFIX = "rows"
FIELDS = ("unit_number", "damage_type", "description")


class BreakForm(forms.Form):
    """One break of one unit."""

    unit_number = forms.CharField(
        label="Unit number",
        max_length=50,
        help_text="As it is painted on the vehicle.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-same": True}
        ),
    )
    damage_type = forms.ChoiceField(
        label="Damage", choices=DamageType.choices, required=False, initial=DamageType.UNKNOWN
    )
    description = forms.CharField(
        label="What happened",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = PhotosField(label="Photos", required=False, help_text=f"Up to {MOST}.")
    position = GlassField()

    field_order: Sequence[str] = ("unit_number", "damage_type", "position", "photos", "description")


class PlaceForm(forms.Form):
    """Where it is: one of the customer's places, the usual one first."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Place", required=False)

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101  # declared above
        site.queryset = sites
        if not self.is_bound:
            self.initial.setdefault("site", next((s.pk for s in sites if s.is_default), None))


def rows_of(form: type[BreakForm]) -> Any:
    """The form set of 1 to 50 rows of this form."""
    return forms.formset_factory(
        form,
        extra=0,
        min_num=1,
        max_num=MAXIMUM_ROWS,
        absolute_max=MAXIMUM_ROWS,
        validate_min=True,
        validate_max=True,
    )


BreakFormSet = rows_of(BreakForm)


def row_data(posted: QueryDict) -> QueryDict:
    """The posted rows; the plain fields of a single request count as the first row.

    None counts as an initial one, so that a row which was added and left empty is passed over.
    """
    data = posted.copy()
    if f"{PREFIX}-TOTAL_FORMS" not in posted:
        data[f"{PREFIX}-TOTAL_FORMS"] = "1"
        for name in FIELDS:
            data[f"{PREFIX}-0-{name}"] = posted.get(name, "")
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return data


def rows_as_sent(
    posted: QueryDict, rows: Any = BreakFormSet, *, empty: int = 0, **more: Any
) -> Any:
    """The rows as they were filled in, not checked yet, and so many empty ones."""
    told = posted.get(f"{PREFIX}-TOTAL_FORMS", "")
    number = int(told) if told in map(str, range(1, MAXIMUM_ROWS)) else 1
    filled = [_filled_row(posted, f"{PREFIX}-{index}") for index in range(number)]
    return rows(initial=[*filled, *[{}] * empty], prefix=PREFIX, **more)


def _filled_row(posted: QueryDict, prefix: str) -> dict[str, Any]:
    words = {name: posted.get(f"{prefix}-{name}", "") for name in FIELDS}
    return words | {"position": [posted.get(f"{prefix}-position_{axis}", "") for axis in (0, 1)]}


def position_columns(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a repair that hold the position of a cleaned row."""
    x, y = row["position"] or (None, None)
    return {"damage_x": x, "damage_y": y}


def filled_rows(rows: Any) -> list[dict[str, Any]]:
    """What was filled in, of a valid form set."""
    return [row for row in rows.cleaned_data if row]


class ReasonForm(forms.Form):
    """Why the customer declines or withdraws a repair."""

    reason_code = forms.ChoiceField(
        label="Why",
        widget=forms.RadioSelect,
        choices=[
            (ReasonCode.DECLINED, "We do not want it"),
            (ReasonCode.CANCELLED, "No longer needed"),
            (ReasonCode.MISTAKE, "Entered by mistake"),
        ],
    )
    reason = forms.CharField(
        label="In your words",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
