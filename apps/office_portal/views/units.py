"""A customer's vehicles: found, entered, corrected."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from apps.office_portal.forms.customers import (
    NewUnitForm,
    UnitForm,
    UnitMergeForm,
    UnitSearchForm,
)
from apps.office_portal.page_data import unit_page
from apps.people.rules import customers_visible_to
from apps.queue_management import use_cases
from apps.repairs.exports import units_csv
from apps.repairs.models import Unit
from apps.repairs.queries import units_visible_to
from apps.repairs.stickers import sticker_response
from core.errors import DomainError
from core.models import Customer, User
from core.pages import (
    REFUSED,
    attempt,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    version_from,
)
from core.paging import binding_of
from core.rules import is_admin


@sent_once
def office_customer_units(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A customer's vehicles by number; a POST enters one."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    new = NewUnitForm(request.POST if request.method == "POST" else None)
    if new.is_bound and new.is_valid():
        number = new.cleaned_data["number"]
        unit = attempt(
            new,
            lambda: use_cases.create_unit(actor=user, customer_id=customer_id, number=number),
        )
        if unit is not None:
            messages.success(request, f"Unit {unit.number} is entered.")
            return see_other("office_customer_units", customer_id=customer_id)
    search = UnitSearchForm(request.GET)
    page = list_page(
        request,
        search.narrow(_units_of(user, customer)),
        ordering=("number_key", "id"),
        binding=f"{customer_id} {binding_of(search.cleaned_data)}",
        page_size=50,
    )
    context = {
        "customer": customer,
        "form": search,
        "new_form": new,
        "page": page,
        "may_print": is_admin(user),
    }
    status = REFUSED if new.errors else 200
    return render(request, "office_portal/units.html", context, status=status)


def office_customer_units_csv(request: HttpRequest, customer_id: int) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    return units_csv(UnitSearchForm(request.GET).narrow(_units_of(user, customer)))


def office_customer_stickers(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The stickers of the whole list as one PDF."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    units = UnitSearchForm(request.GET).narrow(_units_of(user, customer))
    try:
        made = use_cases.stickers_of_list(actor=user, units=units)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        back = reverse("office_customer_units", args=[customer_id])
        return see_other(f"{back}?{request.GET.urlencode()}".rstrip("?"))
    return sticker_response(made)


def _units_of(user: User, customer: Customer) -> QuerySet[Unit]:
    units = units_visible_to(user).filter(customer=customer, merged_into=None)
    return units.select_related("repair_count")


@sent_once
def office_unit_detail(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One vehicle; a POST changes what is known of it."""
    if request.method != "POST":
        return _show(request, unit_id)
    user = person(request)
    unit = get_object_or_404(units_visible_to(user), pk=unit_id)
    form = UnitForm(request.POST, instance=unit)
    if not form.is_valid():
        return _show(request, unit_id, refused=form)
    values, version = form.cleaned_data, version_from(request)
    saved = attempt(
        form,
        lambda: use_cases.edit_unit(actor=user, unit_id=unit_id, version=version, values=values),
    )
    if saved is None:
        return _show(request, unit_id, refused=form)
    messages.success(request, "The vehicle is saved.")
    return see_other("office_unit_detail", unit_id=unit_id)


@sent_once
def office_unit_windshield(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Note a new windshield: the prices begin again."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.mark_windshield_replaced(actor=user, unit_id=unit_id),
        success="Noted: the next repair is the first on the new windshield.",
        back="office_unit_detail",
        unit_id=unit_id,
    )


@sent_once
def office_unit_merge(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Make two vehicles of one customer one."""
    user = person(request)
    unit = get_object_or_404(units_visible_to(user), pk=unit_id)
    form = UnitMergeForm(request.POST, unit=unit)
    if not form.is_valid():
        return _show(request, unit_id, refused=form)
    into: Unit = form.cleaned_data["number"]
    if not attempt(
        form, lambda: use_cases.merge_units(actor=user, unit_id=unit_id, into_id=into.pk)
    ):
        return _show(request, unit_id, refused=form)
    messages.success(request, f"Unit {unit.number} is merged into unit {into.number}.")
    return see_other("office_unit_detail", unit_id=into.pk)


def _show(
    request: HttpRequest, unit_id: int, *, refused: forms.BaseForm | None = None
) -> HttpResponse:
    user = person(request)
    unit = get_object_or_404(
        units_visible_to(user).select_related("customer", "merged_into"), pk=unit_id
    )
    version = unit.version
    fresh: dict[str, Any] = {
        "unit_form": UnitForm(instance=unit),
        "merge_form": UnitMergeForm(unit=unit),
    }
    shown = {
        name: form if type(form) is not type(refused) else refused for name, form in fresh.items()
    }
    context = unit_page(user, unit) | shown | {"refused": refused, "unit_version": version}
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/unit_detail.html", context, status=status)
