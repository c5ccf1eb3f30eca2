"""Forms about technicians."""

from typing import Any

from django import forms

from apps.office_portal.forms.shared import OwnIds
from apps.repairs.enums import DamageType
from apps.technicians.forms import OwnProfileForm, TechnicianField, TimeOffForm
from apps.technicians.models import Skill, Technician


class ProfileForm(OwnIds, OwnProfileForm):
    """A technician as the office sees them; nobody sets their own limit."""

    ids = "profile"

    skills = forms.ModelMultipleChoiceField(
        Skill.objects.all(), widget=forms.CheckboxSelectMultiple, required=False
    )
    new_skill = forms.CharField(
        label="Another skill", max_length=60, required=False, help_text="New to the shop."
    )

    class Meta(OwnProfileForm.Meta):
        fields = (*OwnProfileForm.Meta.fields, "override_limit")
        labels = OwnProfileForm.Meta.labels | {"override_limit": "May change a price by"}
        help_texts = {"override_limit": "Empty: any amount."}

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].initial = self.instance.expertise.all()
        if is_own:
            del self.fields["override_limit"]

    def values(self) -> dict[str, Any]:
        """The fields as the use case names them."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}

    def skill_names(self) -> list[str]:
        """All skills, the new one too."""
        names = [skill.name for skill in self.cleaned_data["skills"]]
        return names + [name for name in [self.cleaned_data["new_skill"]] if name]


class DaysOffForm(OwnIds, TimeOffForm):
    """Days on which a technician does not work."""

    ids = "off"


class NeededSkillForm(OwnIds, forms.Form):
    """Which skill a type of damage asks for."""

    ids = "skill"

    damage_type = forms.ChoiceField(label="Damage", choices=DamageType.choices)
    skill = forms.ModelChoiceField(
        Skill.objects.all(),
        label="Asks for",
        required=False,
        empty_label="No skill",
        help_text="New skills are entered with a technician.",
    )


class PreferredTechnicianForm(OwnIds, forms.Form):
    """Whom a customer likes to see."""

    ids = "preferred"

    technician = TechnicianField(
        Technician.objects.filter(is_active=True, user__is_active=True),
        required=False,
        empty_label="Nobody",
        help_text="Goes first while they have at most two repairs more than others.",
    )
