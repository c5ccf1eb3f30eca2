"""The office's form for a list: whose vehicles, and the file."""

from typing import Any

from django import forms

from apps.office_portal.fields import SuggestingNameInput
from apps.people.rules import customers_visible_to
from apps.repairs.list_forms import ListFileForm
from core.enums import CustomerKind
from core.models import Customer, User


class NewImportForm(ListFileForm):
    """A list for a customer that is known, or for a company by name."""

    company_name = forms.CharField(
        label="Company",
        max_length=200,
        help_text="A name that is not known yet opens the company with the import.",
        widget=SuggestingNameInput(attrs={"autocomplete": "off"}),
    )

    field_order = ("company_name", "file")

    def __init__(self, *args: Any, user: User, customer: Customer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if customer is not None:
            del self.fields["company_name"]
            return
        companies = customers_visible_to(user).filter(
            kind=CustomerKind.COMPANY, is_confirmed=True, merged_into=None
        )
        self.fields["company_name"].widget.suggestions = companies.order_by("name", "id")
