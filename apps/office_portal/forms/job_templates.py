"""Forms of checklists."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.jobs.enums import Priority
from apps.jobs.models import Equipment, JobTemplate
from apps.jobs.services import TaskDetails
from apps.jobs.services.details import MOST_TASKS
from apps.office_portal.forms.shared import text
from apps.repairs.enums import DamageType

Choices = Sequence[tuple[int, str]]


def equipment_choices(kept: Sequence[Equipment] = ()) -> list[tuple[int, str]]:
    """What a task can be given, and what it has already: retired items are told so."""
    usable = Equipment.objects.filter(is_active=True).order_by("name", "pk")
    gone = [(item.pk, f"{item}, retired") for item in kept if not item.is_active]
    return [*gone, *((item.pk, str(item)) for item in usable)]


class TemplateForm(forms.Form):
    """What a checklist is for."""

    name = forms.CharField(label="Name", max_length=100)
    damage_type = forms.ChoiceField(
        label="For repairs of",
        required=False,
        choices=[("", "No repairs: jobs are made of it by hand"), *DamageType.choices],
        help_text="Approving such a repair makes the job of this checklist.",
    )
    description = text("In more words", most=2000)
    priority = forms.ChoiceField(label="Priority", choices=Priority.choices)


class ItemForm(forms.Form):
    """One task of a checklist."""

    title = forms.CharField(
        label="Task", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    description = text("How", most=2000)
    equipment = forms.TypedMultipleChoiceField(
        label="Equipment",
        help_text="Several may be chosen, with Ctrl or ⌘ held.",
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )

    def __init__(self, *args: Any, equipment: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not equipment:
            del self.fields["equipment"]
            return
        choice = self.fields["equipment"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = equipment

    def details(self) -> TaskDetails:
        """What the use cases take."""
        return TaskDetails(**self.cleaned_data)


ItemFormSet = forms.formset_factory(
    ItemForm,
    extra=0,
    min_num=1,
    max_num=MOST_TASKS,
    absolute_max=MOST_TASKS,
    validate_min=True,
    validate_max=True,
)


def known_fields(template: JobTemplate) -> dict[str, str]:
    """A checklist as its form is filled in."""
    return {name: getattr(template, name) for name in TemplateForm.base_fields}
