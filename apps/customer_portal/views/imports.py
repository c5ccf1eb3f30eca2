"""The company's own vehicle list."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from apps.customer_portal.member import member_of
from apps.portal_pages.imports import ImportPages
from apps.repairs.list_forms import ListFileForm
from core.pages import sent_once

PAGES = ImportPages(
    portal="customer",
    new_url=lambda _own: resolve_url("customer_import_new"),
    units_url=lambda _own: resolve_url("customer_units"),
    home="customer_units",
)


@sent_once
def customer_import_new(request: HttpRequest) -> HttpResponse:
    """Take a list of the company's own vehicles in."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return PAGES.new(request, ListFileForm(*posted), customer=member_of(request).customer)


def customer_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """A list that was sent."""
    return PAGES.show(request, import_id)


def customer_import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """What of it cannot be imported."""
    return PAGES.errors(request, import_id)


@sent_once
def customer_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget it."""
    return PAGES.drop(request, import_id)
