"""A customer's vehicle list, or that of a company by name."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, resolve_url

from apps.office_portal.forms.imports import NewImportForm
from apps.people.rules import customers_visible_to
from apps.portal_pages.imports import ImportPages
from core.models import Customer
from core.pages import person, sent_once


def _new_url(customer: Customer | None) -> str:
    url = resolve_url("office_import_new")
    return f"{url}?customer={customer.pk}" if customer else url


def _units_url(customer: Customer | None) -> str:
    if customer is None:
        return resolve_url("office_customers")
    return resolve_url("office_customer_units", customer_id=customer.pk)


PAGES = ImportPages(
    portal="office", new_url=_new_url, units_url=_units_url, home="office_customers"
)


@sent_once
def office_import_new(request: HttpRequest) -> HttpResponse:
    """Take a list in, for a customer or for a company by name."""
    user = person(request)
    number = request.GET.get("customer", "")
    customer = None
    if number.isascii() and number.isdecimal():
        customer = get_object_or_404(customers_visible_to(user), pk=int(number[:18]))
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewImportForm(*posted, user=user, customer=customer)
    return PAGES.new(request, form, customer=customer)


def office_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """A list that was sent."""
    return PAGES.show(request, import_id)


def office_import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """What of it cannot be imported."""
    return PAGES.errors(request, import_id)


@sent_once
def office_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget it."""
    return PAGES.drop(request, import_id)
