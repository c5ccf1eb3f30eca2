"""Damage found in the field: whose vehicle, which damage."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode

from apps.people.queries import search_customers
from apps.people.rules import customers_known_by_name
from apps.people.services.customers import create_customer
from apps.portal_pages.photos import once_stored
from apps.portal_pages.requests import ADD_ROW, RequestForms
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from apps.repairs.quotes import quotes_for_new
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.forms import (
    CustomerSearchForm,
    FieldBreakFormSet,
    PersonForm,
    VisitForm,
    details_of,
)
from apps.technician_portal.page_data import recent_places, suggested_units
from apps.technician_portal.signing import may_sign_now
from core.enums import CustomerKind
from core.errors import DomainError
from core.models import Customer, Site, User
from core.pages import attempt, person, see_other, sent_once

# Buttons that save nothing: the price of what is filled in, and one more row without a script.
REDRAWING = {"preview", ADD_ROW}


@technician_required
def create_repair(request: HttpRequest) -> HttpResponse:
    """First whose vehicle it is, then the damage: one question a page."""
    user = person(request)
    customer = _chosen(user, request)
    if customer is None:
        return _choose_customer(request, user)
    forms = _forms(customer, request)
    is_sent = request.method == "POST" and not REDRAWING & request.POST.keys()
    if not is_sent or not forms.are_valid():
        return _show(request, customer, forms)
    return once_stored(
        request,
        forms.every_photo(),
        lambda: _save(request, customer, forms),
        refused=lambda away: _show(request, customer, forms, away),
    )


def _chosen(user: User, request: HttpRequest) -> Customer | None:
    text = request.POST.get("customer") or request.GET.get("customer", "")
    if not text:
        return None
    known = customers_known_by_name(user)
    is_id = text.isascii() and text.isdecimal() and len(text) <= 18  # noqa: PLR2004 - a bigint's digits
    customer = known.filter(pk=int(text)).first() if is_id else None
    if customer is None:
        raise Http404
    return customer


def _choose_customer(request: HttpRequest, user: User) -> HttpResponse:
    form = CustomerSearchForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    context = {
        "form": form,
        "text": text,
        "found": search_customers(user, text)[:25] if text else [],
        "recent": recent_places(user),
    }
    return render(request, "technician_portal/choose_customer.html", context)


def _forms(customer: Customer, request: HttpRequest) -> RequestForms:
    sites = Site.objects.filter(customer=customer, is_active=True)
    site = request.GET.get("site", "")
    return RequestForms(
        request,
        visit=partial(VisitForm, sites=sites),
        rows=FieldBreakFormSet,
        known={"site": site} if site else {},
        form_kwargs={"is_company": customer.is_company},
    )


def _prices(customer: Customer, rows: Any) -> dict[str, Any]:
    """What the rows that name a unit would cost, line by line."""
    numbers = [(row["unit_number"].value() or "").strip()[:50] for row in rows.forms]
    quotes = quotes_for_new(customer, [number for number in numbers if number])
    total = sum((quote.amount for quote in quotes), Decimal("0.00"))
    return {"lines": [line for quote in quotes for line in quote.lines], "total": total}


def _save(request: HttpRequest, customer: Customer, forms: RequestForms) -> HttpResponse:
    repairs = forms.send(
        use_cases.report_damage,
        details_of=details_of,
        actor=person(request),
        customer_id=customer.pk,
    )
    if repairs is None:
        return _show(request, customer, forms)
    goes_on = "next" in request.POST
    if goes_on or not may_sign_now(repairs):
        messages.success(request, _told(repairs))
    if goes_on:
        site = forms.visit.cleaned_data["site"]
        return see_other(f"{request.path}?{same_place(customer.pk, site)}")
    return see_other(next_page(repairs))


def next_page(repairs: list[Repair]) -> str:
    """Where one goes on: the customer's signature if it counts, else the work itself."""
    first = repairs[0]
    is_batch = first.repair_batch_id is not None
    pk = first.repair_batch_id if is_batch else first.pk
    if may_sign_now(repairs):
        return reverse("batch_sign" if is_batch else "repair_sign", args=[pk])
    return reverse("technician_batch" if is_batch else "repair_detail", args=[pk])


def same_place(customer_id: int, site: Site | None) -> str:
    """The part of the address that offers the same customer and place again."""
    return urlencode({"customer": customer_id} | ({"site": site.pk} if site else {}))


def _told(repairs: list[Repair]) -> str:
    first = repairs[0]
    what = f"Unit {first.unit_number}" if len(repairs) == 1 else f"{len(repairs)} repairs"
    is_approved = first.queue_status == QueueStatus.APPROVED
    then = "may start" if is_approved else "waits for the customer"
    if len(repairs) > 1:
        then = "may start" if is_approved else "wait for the customer"
    return f"{what} {then}. {first.approval_clause}."


def _show(
    request: HttpRequest,
    customer: Customer,
    forms: RequestForms,
    refusal: DomainError | None = None,
) -> HttpResponse:
    if refusal is not None:
        forms.tell(refusal)
    duplicate = forms.duplicate
    first = duplicate.extra["duplicate_of"] if duplicate else None
    context = {
        "customer": customer,
        "visit": forms.visit,
        "rows": forms.rows,
        "prices": _prices(customer, forms.rows),
        "duplicate": duplicate,
        "first": repair_list(person(request)).filter(pk=first).first() if first else None,
    }
    return render(request, "technician_portal/create_repair.html", context)


@technician_required
def technician_units(request: HttpRequest, customer_id: int) -> JsonResponse:
    """Units of a customer whose number begins with what was typed, as suggestions."""
    customer = get_object_or_404(customers_known_by_name(person(request)), pk=customer_id)
    return JsonResponse({"units": suggested_units(customer, request.GET.get("q", ""))})


@technician_required
@sent_once
def create_person(request: HttpRequest) -> HttpResponse:
    """A private person whom nobody has met yet; then the damage."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        customer = attempt(
            form,
            lambda: create_customer(
                actor=person(request), kind=CustomerKind.PERSON, **form.cleaned_data
            ),
        )
        if customer is not None:
            return see_other(f"{reverse('create_repair')}?customer={customer.pk}")
    return render(request, "technician_portal/create_person.html", {"form": form})
