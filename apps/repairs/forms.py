"""Forms of repairs that several doors show: the rows of a request."""

from django import forms
from django.http import QueryDict

from apps.photo_storage.forms import PhotoField
from apps.repairs.enums import DamageType

MAXIMUM_ROWS = 50
PREFIX = "rows"


class BreakForm(forms.Form):
    """One break of one unit."""

    unit_number = forms.CharField(
        label="Unit number",
        max_length=50,
        help_text="As it is painted on the vehicle.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    damage_type = forms.ChoiceField(
        label="Damage", choices=DamageType.choices, required=False, initial=DamageType.UNKNOWN
    )
    description = forms.CharField(
        label="What happened, and where on the glass",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = PhotoField(label="Photo", required=False)


BreakFormSet = forms.formset_factory(
    BreakForm,
    extra=0,
    min_num=1,
    max_num=MAXIMUM_ROWS,
    absolute_max=MAXIMUM_ROWS,
    validate_min=True,
    validate_max=True,
)


def row_data(posted: QueryDict) -> QueryDict:
    """The posted rows; the plain fields of a single request count as the first row."""
    if f"{PREFIX}-TOTAL_FORMS" in posted:
        return posted
    data = posted.copy()
    data.update({f"{PREFIX}-TOTAL_FORMS": "1", f"{PREFIX}-INITIAL_FORMS": "0"})
    for name in ("unit_number", "damage_type", "description"):
        data[f"{PREFIX}-0-{name}"] = posted.get(name, "")
    return data
