"""Forms of checklists."""

from django import forms

from apps.jobs.enums import Priority
from apps.jobs.models import JobTemplate
from apps.jobs.services.details import MOST_TASKS
from apps.office_portal.forms.jobs import TaskForm
from apps.office_portal.forms.shared import text
from apps.repairs.enums import DamageType


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


ItemFormSet = forms.formset_factory(
    TaskForm,
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
