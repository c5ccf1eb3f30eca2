"""Form of the table of resins."""

from django import forms

from apps.repairs.models import RESIN_LENGTH
from apps.repairs.viscosity import COLDEST, HOTTEST, MOST_RANGES


class RangeForm(forms.Form):
    """One range of temperatures and its resin."""

    below = forms.DecimalField(
        label="Glass colder than, °F",
        min_value=COLDEST,
        max_value=HOTTEST,
        decimal_places=1,
        required=False,
        help_text="Empty in the last row: it holds from there on.",
    )
    resin = forms.CharField(label="Resin", max_length=RESIN_LENGTH)


RangeFormSet = forms.formset_factory(
    RangeForm,
    extra=0,
    min_num=1,
    max_num=MOST_RANGES,
    absolute_max=MOST_RANGES,
    validate_min=True,
    validate_max=True,
)
