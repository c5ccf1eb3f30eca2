"""Forms about a technician, for the office and for themselves."""

import datetime as dt
from calendar import day_name
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict

from apps.technicians.models import Technician
from core.errors import DomainError
from core.pages import tell_in_form

MOST_ROWS = 30
NAMES = {str(number): name for number, name in enumerate(day_name)}
Span = tuple[int, dt.time, dt.time]


def named(technicians: QuerySet[Technician]) -> list[tuple[str, str]]:
    """Number and name of each, to choose from: there may be hundreds, so without instances."""
    columns = ("pk", "user__first_name", "user__last_name", "user__username")
    rows = technicians.values_list(*columns)
    return [(str(pk), f"{first} {last}".strip() or login) for pk, first, last, login in rows]


class _Named(ModelChoiceIterator[Technician]):
    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        yield from named(self.queryset)


class TechnicianField(forms.ModelChoiceField[Technician]):
    """One technician of many; the first choice is ``empty_label``."""

    iterator = _Named


class OwnProfileForm(forms.ModelForm[Technician]):
    """What technicians change about themselves; what is possible is the use case's to say."""

    class Meta:
        model = Technician
        fields: ClassVar[tuple[str, ...]] = ("phone", "home_zip")
        labels: ClassVar = {"home_zip": "Home ZIP code"}
        widgets: ClassVar = {"phone": forms.TextInput(attrs={"type": "tel"})}


class TimeOffForm(forms.Form):
    """Days off, both ends included."""

    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(max_length=200, required=False)


def _time(label: str) -> forms.TimeField:
    box = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=box)


class HoursForm(forms.Form):
    """A span of one weekday; left empty there is no work."""

    weekday = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=6)
    starts_at = _time("From")
    ends_at = _time("To")

    @property
    def day(self) -> str:
        """The weekday's name; nothing for one that does not exist."""
        return NAMES.get(str(self["weekday"].value()), "")

    def clean(self) -> dict[str, Any]:
        """Refuse half a span."""
        read = dict(self.cleaned_data)
        for name, other in (("starts_at", "ends_at"), ("ends_at", "starts_at")):
            if name in read and read[name] is None and read.get(other) is not None:
                self.add_error(name, "Please fill this in too.")
        return read


class BaseWeek(forms.BaseFormSet[HoursForm]):
    """The week as rows, at least one for each weekday."""

    @property
    def filled(self) -> list[HoursForm]:
        """The rows with work."""
        return [form for form in self.forms if form.cleaned_data["starts_at"] is not None]

    def spans(self) -> list[Span]:
        """What the use case takes."""
        read = [form.cleaned_data for form in self.filled]
        return [(row["weekday"], row["starts_at"], row["ends_at"]) for row in read]

    def tell(self, refusal: DomainError) -> None:
        """Put the use case's refusal beside the row that it is about, or above the week."""
        row = refusal.extra.get("row")
        if row is None:
            self.non_form_errors().append(refusal.detail)
            return
        errors = {name.rpartition(".")[2]: told for name, told in refusal.errors.items()}
        tell_in_form(self.filled[row], type(refusal)(refusal.detail, errors=errors))


Week = forms.formset_factory(
    HoursForm, formset=BaseWeek, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def week_of(technician: Technician, posted: QueryDict | None = None) -> BaseWeek:
    """The technician's week: each span, and an empty row for each day without one."""
    spans = list(technician.hours.values("weekday", "starts_at", "ends_at"))
    taken = {span["weekday"] for span in spans}
    free = [{"weekday": day} for day in range(len(day_name)) if day not in taken]
    rows = sorted([*spans, *free], key=itemgetter("weekday"))
    # The factory's stubs forget the class that the set is made of.
    return cast("BaseWeek", Week(posted, initial=rows, prefix="rows"))
