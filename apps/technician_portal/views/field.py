"""Damage found in the field: whose vehicle, which damage."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode

from apps.people.queries import search_customers
from apps.people.rules import customers_known_by_name
from apps.people.services.customers import create_customer
from apps.photo_storage.services import PreparedPhoto, staged
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.forms import PREFIX, filled_rows, one_row_more, row_data
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
from core.errors import Conflict, DomainError
from core.models import Customer, Site, User
from core.pages import (
    attempt,
    once,
    person,
    see_other,
    sent_once,
    tell_in_form,
    tell_in_rows,
)

# Buttons that save nothing: the price of what is filled in, and one more row without a script.
REDRAWING = {"preview", "add_row"}


@technician_required
def create_repair(request: HttpRequest) -> HttpResponse:
    """First whose vehicle it is, then the damage: one question a page."""
    user = person(request)
    customer = _chosen(user, request)
    if customer is None:
        return _choose_customer(request, user)
    forms = FieldForms(user, customer, request)
    if request.method != "POST" or REDRAWING & request.POST.keys():
        return _show(request, forms)
    if not forms.are_valid():
        return _show(request, forms)
    with staged(*forms.photos()):
        return once(request, lambda: _save(request, forms))


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


class FieldForms:
    """The rows and what holds for all of them, as one thing to check and to carry out."""

    def __init__(self, user: User, customer: Customer, request: HttpRequest) -> None:
        self.user, self.customer = user, customer
        self.duplicate: Conflict | None = None
        sites = Site.objects.filter(customer=customer, is_active=True)
        more = {"prefix": PREFIX, "form_kwargs": {"is_company": customer.is_company}}
        if "add_row" in request.POST:
            self.visit = VisitForm(sites=sites, initial=request.POST.dict())
            self.rows = one_row_more(
                request.POST, FieldBreakFormSet, form_kwargs=more["form_kwargs"]
            )
        elif request.method == "POST":
            posted = row_data(request.POST)
            self.visit = VisitForm(posted, sites=sites)
            self.rows = FieldBreakFormSet(posted, request.FILES, **more)
        else:
            site = request.GET.get("site", "")
            self.visit = VisitForm(sites=sites, initial={"site": site} if site else None)
            self.rows = FieldBreakFormSet(**more)

    def are_valid(self) -> bool:
        """Whether every form is."""
        return all([self.visit.is_valid(), self.rows.is_valid()])

    def prices(self) -> dict[str, Any]:
        """What the rows that name a unit would cost, line by line."""
        numbers = [(row["unit_number"].value() or "").strip()[:50] for row in self.rows.forms]
        quotes = quotes_for_new(self.customer, [number for number in numbers if number])
        total = sum((quote.amount for quote in quotes), Decimal("0.00"))
        return {"lines": [line for quote in quotes for line in quote.lines], "total": total}

    def send(self) -> list[Repair] | None:
        """Save the repairs with their pictures; ``None`` and errors in the forms if refused."""
        visit, rows = self.visit.cleaned_data, filled_rows(self.rows)
        try:
            return use_cases.report_damage(
                actor=self.user,
                customer_id=self.customer.pk,
                rows=[details_of(row, visit) for row in rows],
                photos=self.photos(),
                confirm_duplicate=visit["confirm_duplicate"],
            )
        except DomainError as refusal:
            self._tell(refusal)
            return None

    def photos(self) -> list[PreparedPhoto | None]:
        """The pictures of the filled rows, in their order, of valid forms."""
        return [row["photo"] for row in filled_rows(self.rows)]

    def _tell(self, refusal: DomainError) -> None:
        if isinstance(refusal, Conflict) and refusal.code == "possible_duplicate":
            self.duplicate = refusal
        elif "row" in refusal.extra:
            tell_in_rows(self.rows, refusal)
        elif len(self.rows.forms) == 1 and "unit_number" in refusal.errors:
            tell_in_form(self.rows.forms[0], refusal)
        else:
            tell_in_form(self.visit, refusal)


def _save(request: HttpRequest, forms: FieldForms) -> HttpResponse:
    repairs = forms.send()
    if repairs is None:
        return _show(request, forms)
    goes_on = "next" in request.POST
    if goes_on or not may_sign_now(repairs):
        messages.success(request, _told(repairs))
    if goes_on:
        site = forms.visit.cleaned_data["site"]
        return see_other(f"{request.path}?{same_place(forms.customer.pk, site)}")
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


def _show(request: HttpRequest, forms: FieldForms) -> HttpResponse:
    duplicate = forms.duplicate
    first = duplicate.extra["duplicate_of"] if duplicate else None
    context = {
        "customer": forms.customer,
        "visit": forms.visit,
        "rows": forms.rows,
        "prices": forms.prices(),
        "duplicate": duplicate,
        "first": repair_list(forms.user).filter(pk=first).first() if first else None,
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
