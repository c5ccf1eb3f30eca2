"""A fleet's vehicle list: sent, looked at, imported."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render, resolve_url

from apps.office_portal.forms.imports import NewImportForm
from apps.people.rules import customers_visible_to
from apps.queue_management.import_answers import answer_import, told_of
from apps.queue_management.models import ListImport
from apps.queue_management.use_cases.list_imports import (
    drop_import,
    faults_of,
    imports_visible_to,
    open_import,
)
from apps.repairs.fleet_words import FAULT_COLUMNS, RULES, fault_rows
from apps.repairs.list_forms import ColumnsForm
from core.csv_files import csv_response
from core.errors import DomainError
from core.models import Customer
from core.pages import REFUSED, attempt, person, press, see_other, sent_once


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
    if form.is_bound and form.is_valid():
        job = attempt(form, lambda: open_import(actor=user, **form.values()))
        if job is not None:
            return see_other("office_import", import_id=job.pk)
    context = {"form": form, "customer": customer, "back_url": _units_url(customer)}
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/import_new.html", context, status=status)


def office_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """A list that was sent: its columns, what it would do, how far it is; a POST goes on."""
    user = person(request)
    if request.method != "POST":
        jobs = imports_visible_to(user).select_related("customer")
        job = get_object_or_404(jobs, pk=import_id)
        return render(request, "office_portal/import.html", _shown(job))
    answers = dict(request.POST.lists())
    return press(
        request,
        lambda: answer_import(actor=user, import_id=import_id, answers=answers),
        success=told_of(answers),
        back="office_import",
        import_id=import_id,
    )


def office_import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Every row that cannot be imported, with its reason, to mend the list by."""
    try:
        fleet = faults_of(actor=person(request), import_id=import_id)
    except DomainError as error:
        raise Http404 from error
    rows = fault_rows(fleet.faults)
    return csv_response(f"import-{import_id}-errors", columns=FAULT_COLUMNS, rows=rows)


@sent_once
def office_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget a list that is not to be imported."""
    user = person(request)
    return press(
        request,
        lambda: drop_import(actor=user, import_id=import_id),
        success="The list is forgotten; nothing was imported.",
        back="office_customers",
    )


def _shown(job: ListImport) -> dict[str, object]:
    again = resolve_url("office_import_new")
    return {
        "job": job,
        "rules": RULES,
        "columns_form": ColumnsForm(heading=job.heading, columns=job.columns),
        "errors_url": resolve_url("office_import_errors", import_id=job.pk),
        "drop_url": resolve_url("office_import_drop", import_id=job.pk),
        "units_url": _units_url(job.customer),
        "again_url": f"{again}?customer={job.customer_id}" if job.customer_id else again,
    }


def _units_url(customer: Customer | None) -> str:
    if customer is None:
        return resolve_url("office_customers")
    return resolve_url("office_customer_units", customer_id=customer.pk)
