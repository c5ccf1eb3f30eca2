"""What the customer's own lists can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from apps.repairs.filters import RepairFilter
from apps.repairs.models import Repair
from core.models import Customer, Site


class OwnRepairFilter(RepairFilter):
    """Of one company's repairs, also where they are and under which number of theirs."""

    FURTHER = ("damage", "site", "number", "since", "until")

    site = forms.ModelChoiceField(
        Site.objects.none(), label="Place", required=False, empty_label="All"
    )
    number = forms.CharField(label="PO number or reference", max_length=100, required=False)
    field_order = ("status", "unit", *FURTHER)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, reader="customer", **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101  # declared above
        site.queryset = Site.objects.filter(customer=customer)

    def narrow(self, repairs: QuerySet[Repair]) -> QuerySet[Repair]:
        """The rows that the filter lets through."""
        repairs = super().narrow(repairs)
        if site := self.cleaned_data.get("site"):
            repairs = repairs.filter(site=site)
        if number := self.cleaned_data.get("number"):
            repairs = repairs.filter(
                Q(po_number__istartswith=number) | Q(external_ref__istartswith=number)
            )
        return repairs
