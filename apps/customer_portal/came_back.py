"""A repair that came back: whether it can be told, and what was done about it."""

from typing import Any

from django import forms

from apps.repairs.models import Repair
from apps.repairs.redo import warranty_of
from core.models import CustomerUser


class CameBackForm(forms.Form):
    """What is wrong with it now."""

    description = forms.CharField(
        label="What is wrong with it",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="You can add a photo in the next step.",
    )


def came_back_page(
    member: CustomerUser, repair: Repair, form: CameBackForm | None
) -> dict[str, Any]:
    """What the page of a repair says and offers of its coming back; nothing before it is done."""
    if repair.completed_at is None:
        return {}
    redos = list(repair.redos.all())
    warranty = warranty_of(repair, redos)
    return {
        "redos": redos,
        "warranty": warranty,
        "may_come_back": warranty.holds and member.has_right("can_request"),
        "came_back_form": form or CameBackForm(),
        "is_coming_back": form is not None,
    }
