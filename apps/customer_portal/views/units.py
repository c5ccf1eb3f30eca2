"""A customer's vehicles."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.customer_portal.forms import UnitSearchForm
from apps.customer_portal.member import member_of
from apps.customer_portal.page_data import unit_page
from apps.repairs.models import Unit
from apps.repairs.queries import units_visible_to
from core.keys import unit_key
from core.pages import list_page


def customer_units(request: HttpRequest) -> HttpResponse:
    """The vehicles by number."""
    member = member_of(request)
    form = UnitSearchForm(request.GET)
    form.is_valid()
    prefix = unit_key(form.cleaned_data.get("unit", ""))
    units: QuerySet[Unit] = units_visible_to(member.user).filter(merged_into=None)
    units = units.filter(number_key__startswith=prefix).select_related("repair_count")
    page = list_page(request, units, ordering=("number_key", "id"), binding=prefix, page_size=50)
    context = {"form": form, "page": page, "may_request": member.has_right("can_request")}
    return render(request, "customer_portal/units.html", context)


def customer_unit_detail(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One vehicle: the price of its next repair, and its history."""
    member = member_of(request)
    unit = get_object_or_404(units_visible_to(member.user), pk=unit_id)
    return render(request, "customer_portal/unit_detail.html", unit_page(member, unit))
