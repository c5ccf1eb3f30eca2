"""What the office's list of repairs can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.repairs.filters import RepairFilter
from apps.repairs.models import Repair
from apps.technicians.forms import named
from apps.technicians.models import Technician
from core.keys import name_key
from core.models import Customer, User
from core.rules import is_admin

MOST_CUSTOMERS = 200
NOBODY = "nobody"


class OfficeRepairFilter(RepairFilter):
    """Of all repairs, also whose they are, and in the office who does them."""

    FURTHER = ("damage", "customer", "technician", "since", "until")

    customer = forms.CharField(label="Customer begins with", max_length=200, required=False)
    technician = forms.ChoiceField(label="Technician", required=False)
    field_order = ("status", "unit", *FURTHER)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, reader="office", **kwargs)
        if not is_admin(user):
            del self.fields["technician"]
            return
        people = Technician.objects.order_by("user__first_name", "id")
        choice = self.fields["technician"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [
            ("", "All"),
            (NOBODY, "Nobody yet"),
            *named(people),
        ]

    def narrow(self, repairs: QuerySet[Repair]) -> QuerySet[Repair]:
        """The rows that the filter lets through."""
        repairs = super().narrow(repairs)
        if technician := self.cleaned_data.get("technician"):
            wanted = None if technician == NOBODY else int(technician)
            repairs = repairs.filter(technician=wanted)
        if name := self.cleaned_data.get("customer"):
            customers = Customer.objects.filter(name_key__startswith=name_key(name))
            repairs = repairs.filter(
                customer_id__in=list(customers.values_list("pk", flat=True)[:MOST_CUSTOMERS])
            )
        return repairs
