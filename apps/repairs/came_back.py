"""A repair that came back: whether it can be told, and what was done about it, on any page."""

from typing import Any

from django import forms

from apps.repairs.models import Repair
from apps.repairs.redo import warranty_of
from apps.repairs.rules import may_request_for
from core.models import User


class CameBackForm(forms.Form):
    """What is wrong with it now."""

    description = forms.CharField(
        label="What is wrong with it",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A page has other forms beside it.
        super().__init__(*args, **{"auto_id": "came_back_%s"} | kwargs)


def came_back_page(
    user: User, repair: Repair, form: CameBackForm | None, *, photo_follows: bool = True
) -> dict[str, Any]:
    """What the page of a repair says and offers of its coming back; nothing before it is done.

    Args:
        user: Who reads it.
        repair: Read with its customer.
        form: The one that was refused, if one was.
        photo_follows: Whether they can add a picture to the new repair.
    """
    if repair.completed_at is None:
        return {}
    redos = list(repair.redos.all())
    warranty = warranty_of(repair, redos)
    shown = form or CameBackForm()
    if photo_follows:
        shown.fields["description"].help_text = "You can add a photo in the next step."
    return {
        "redos": redos,
        "warranty": warranty,
        "may_come_back": warranty.holds and may_request_for(user, repair.customer),
        "came_back_form": shown,
        "is_coming_back": form is not None,
    }
