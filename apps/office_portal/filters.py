"""What the office's lists of repairs and jobs can be narrowed by."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet

from apps.jobs.enums import OPEN_JOBS, JobStatus, Priority
from apps.jobs.models import Job
from apps.repairs.filters import Folding, RepairFilter, day_field
from apps.repairs.models import Repair
from apps.technicians.forms import named
from apps.technicians.models import Technician
from core.keys import name_key
from core.models import Customer, User
from core.pages import whole_number
from core.rules import is_admin
from core.shop import today_here

J = TypeVar("J", bound=Job)
MOST_CUSTOMERS = 200
NOBODY = "nobody"
OPEN = "open"
# Of each order of jobs its name and its columns.
ORDERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "": ("Newest first", ("-id",)),
    "date": ("Earliest date first", ("sort_date", "id")),
    "priority": ("Most pressing first", ("-priority_rank", "-id")),
}


def _offer_technicians(field: forms.Field) -> None:
    people = Technician.objects.order_by("user__first_name", "id")
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so in the class
    field.choices = [("", "All"), (NOBODY, "Nobody yet"), *named(people)]


def _customers(name: str) -> list[int]:
    rows = Customer.objects.filter(name_key__startswith=name_key(name))
    return list(rows.values_list("pk", flat=True)[:MOST_CUSTOMERS])


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
        _offer_technicians(self.fields["technician"])

    def narrow(self, repairs: QuerySet[Repair]) -> QuerySet[Repair]:
        """The rows that the filter lets through."""
        repairs = super().narrow(repairs)
        if technician := self.cleaned_data.get("technician"):
            wanted = None if technician == NOBODY else int(technician)
            repairs = repairs.filter(technician=wanted)
        if name := self.cleaned_data.get("customer"):
            repairs = repairs.filter(customer_id__in=_customers(name))
        return repairs


class JobFilter(Folding):
    """Which jobs a list shows, and in which order; an impossible value narrows nothing."""

    FURTHER = ("priority", "customer", "technician", "since", "until", "order")

    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "All"), (OPEN, "Open"), *JobStatus.choices]
    )
    text = forms.CharField(label="Words of the title", max_length=200, required=False)
    overdue = forms.BooleanField(label="Overdue", required=False)
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "All"), *reversed(Priority.choices)]
    )
    customer = forms.CharField(label="Customer begins with", max_length=200, required=False)
    technician = forms.ChoiceField(label="Technician", required=False)
    since = day_field("Date from")
    until = day_field("Date to")
    order = forms.ChoiceField(
        label="Order", required=False, choices=[(key, name) for key, (name, _) in ORDERS.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_technicians(self.fields["technician"])

    def narrow(self, jobs: QuerySet[J]) -> QuerySet[J]:
        """The rows that the filter lets through."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if status := wanted.get("status"):
            jobs = jobs.filter(status__in=OPEN_JOBS if status == OPEN else [status])
        if "overdue" in wanted:
            jobs = jobs.filter(pk__in=Job.objects.overdue(today_here()).values("pk"))
        return _narrowed(jobs, wanted)

    @property
    def ordering(self) -> Sequence[str]:
        """The columns of the order that is asked for; read after ``narrow``."""
        return ORDERS[self.cleaned_data.get("order", "")][1]


def _narrowed(jobs: QuerySet[J], wanted: Mapping[str, Any]) -> QuerySet[J]:
    columns = {"text": "title__icontains", "priority": "priority"}
    columns |= {"since": "scheduled_date__gte", "until": "scheduled_date__lte"}
    found = {columns[name]: value for name, value in wanted.items() if name in columns}
    if technician := wanted.get("technician"):
        own = {"assigned_to": None}, {"assigned_to__technician": whole_number(technician)}
        found |= own[technician != NOBODY]
    if name := wanted.get("customer"):
        found["customer_id__in"] = _customers(name)
    return jobs.filter(**found)
