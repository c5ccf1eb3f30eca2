"""The company's own vehicle list: sent, looked at, imported."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render, resolve_url

from apps.customer_portal.member import member_of
from apps.queue_management.import_answers import answer_import, told_of
from apps.queue_management.models import ListImport
from apps.queue_management.use_cases.list_imports import (
    drop_import,
    faults_of,
    imports_visible_to,
    open_import,
)
from apps.repairs.fleet_words import FAULT_COLUMNS, RULES, fault_rows
from apps.repairs.list_forms import ColumnsForm, ListFileForm
from core.csv_files import csv_response
from core.errors import DomainError
from core.pages import REFUSED, attempt, person, press, see_other, sent_once


@sent_once
def customer_import_new(request: HttpRequest) -> HttpResponse:
    """Take a list of the company's own vehicles in."""
    member = member_of(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListFileForm(*posted)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        job = attempt(
            form,
            lambda: open_import(
                actor=member.user,
                customer_id=member.customer_id,
                file_name=file.name,
                content=file.read(),
            ),
        )
        if job is not None:
            return see_other("customer_import", import_id=job.pk)
    context = {"form": form, "customer": member.customer, "back_url": resolve_url("customer_units")}
    status = REFUSED if form.errors else 200
    return render(request, "customer_portal/import_new.html", context, status=status)


def customer_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """A list that was sent: its columns, what it would do, how far it is; a POST goes on."""
    user = person(request)
    if request.method != "POST":
        jobs = imports_visible_to(user).select_related("customer")
        job = get_object_or_404(jobs, pk=import_id)
        return render(request, "customer_portal/import.html", _shown(job))
    answers = dict(request.POST.lists())
    return press(
        request,
        lambda: answer_import(actor=user, import_id=import_id, answers=answers),
        success=told_of(answers),
        back="customer_import",
        import_id=import_id,
    )


def customer_import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Every row that cannot be imported, with its reason, to mend the list by."""
    try:
        fleet = faults_of(actor=person(request), import_id=import_id)
    except DomainError as error:
        raise Http404 from error
    rows = fault_rows(fleet.faults)
    return csv_response(f"import-{import_id}-errors", columns=FAULT_COLUMNS, rows=rows)


@sent_once
def customer_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget a list that is not to be imported."""
    user = person(request)
    return press(
        request,
        lambda: drop_import(actor=user, import_id=import_id),
        success="The list is forgotten; nothing was imported.",
        back="customer_units",
    )


def _shown(job: ListImport) -> dict[str, object]:
    return {
        "job": job,
        "rules": RULES,
        "columns_form": ColumnsForm(heading=job.heading, columns=job.columns),
        "errors_url": resolve_url("customer_import_errors", import_id=job.pk),
        "drop_url": resolve_url("customer_import_drop", import_id=job.pk),
        "units_url": resolve_url("customer_units"),
        "again_url": resolve_url("customer_import_new"),
    }
