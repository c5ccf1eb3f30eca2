"""A repair asked for in a customer's name: by phone, or by the sales agent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.repairs import RequestForm
from apps.office_portal.forms.shared import living, named_customer
from apps.people.rules import customers_visible_to
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.models import Repair
from core.models import User
from core.pages import REFUSED, attempt, person, see_other, sent_once

COPIED = (
    "unit_number",
    "damage_type",
    "description",
    "requested_by_name",
    "preferred_date",
    "po_number",
)


@sent_once
def office_request_repair(request: HttpRequest) -> HttpResponse:
    """Ask for a repair in a customer's name."""
    user = person(request)
    customers = living(customers_visible_to(user))
    initial = {
        "customer": named_customer(customers, request.GET.get("customer", "")),
        "unit_number": request.GET.get("unit"),
    }
    posted = request.POST if request.method == "POST" else None
    form = RequestForm(posted, customers=customers, initial=initial)
    if form.is_bound and form.is_valid():
        repair = attempt(form, lambda: _request(user, form.cleaned_data))
        if repair is not None:
            messages.success(request, f"Requested for unit {repair.unit_number}.")
            return see_other("office_repair_detail", repair_id=repair.pk)
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/request.html", {"form": form}, status=status)


def _request(user: User, wanted: dict[str, Any]) -> Repair:
    return use_cases.request_repair(
        actor=user,
        customer_id=wanted["customer"].pk,
        details=RequestDetails(**{name: wanted[name] for name in COPIED}),
        confirm_duplicate=wanted["confirm_duplicate"],
    )
