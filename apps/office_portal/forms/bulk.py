"""Forms of what is done with the ticked repairs; each names its fields after itself."""

from typing import Any

from django import forms

from apps.office_portal.forms.repairs import AssignForm, BatchApproveForm, BatchEndForm
from apps.office_portal.forms.shared import OwnIds, text
from core.models.saved_view import NAME_LENGTH


class PutBackForm(OwnIds, forms.Form):
    """Why work in progress is put back."""

    ids = "back"

    reason = text("Why", required=True)


FORMS: dict[str, type[forms.Form]] = {
    "assign": AssignForm,
    "approve": BatchApproveForm,
    "end": BatchEndForm,
    "back": PutBackForm,
    "pin": forms.Form,
    "unpin": forms.Form,
}


def form_of(action: str, posted: Any = None) -> forms.Form:
    """The form of an action, empty or as it was sent."""
    return FORMS[action](posted, prefix=action)


class ViewForm(OwnIds, forms.Form):
    """How a view of a list is called."""

    ids = "view"

    name = forms.CharField(label="Name of the view", max_length=NAME_LENGTH)
    is_default = forms.BooleanField(label="Show it when I open the list", required=False)
