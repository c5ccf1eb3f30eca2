"""A fleet's vehicle list: sent, looked at, checked, imported."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render, resolve_url

from apps.queue_management.import_answers import answer_import, told_of
from apps.queue_management.models import ListImport
from apps.queue_management.use_cases.list_checks import is_long
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
from core.pages import REFUSED, attempt, person, press, see_other


@dataclass(frozen=True)
class ImportPages:
    """The pages of one portal.

    Attributes:
        portal: What its URL names begin with.
        new_url: Where a list for a customer is sent.
        units_url: Where the customer's units are.
        home: The URL name of the page one comes back to when a list is dropped.
    """

    portal: str
    new_url: Callable[[Customer | None], str]
    units_url: Callable[[Customer | None], str]
    home: str

    def new(
        self, request: HttpRequest, form: forms.Form, *, customer: Customer | None
    ) -> HttpResponse:
        """Take in the list of a form, for this customer or the company that the form names."""
        if form.is_bound and form.is_valid():
            file = form.cleaned_data["file"]
            job = attempt(
                form,
                lambda: open_import(
                    actor=person(request),
                    customer_id=customer.pk if customer else None,
                    company_name=form.cleaned_data.get("company_name", ""),
                    file_name=file.name,
                    content=file.read(),
                ),
            )
            if job is not None:
                return see_other(f"{self.portal}_import", import_id=job.pk)
        context = {"form": form, "customer": customer, "back_url": self.units_url(customer)}
        status = REFUSED if form.errors else 200
        return render(request, "portal_pages/import_new.html", context, status=status)

    def show(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """A list: its columns, what it would do, how far it is; a POST goes on."""
        user = person(request)
        job = get_object_or_404(imports_visible_to(user).select_related("customer"), pk=import_id)
        if request.method != "POST":
            return render(request, "portal_pages/import.html", self._shown(job))
        answers = dict(request.POST.lists())
        return press(
            request,
            lambda: answer_import(actor=user, import_id=import_id, answers=answers),
            success=told_of(answers, is_long=is_long(job)),
            back=f"{self.portal}_import",
            import_id=import_id,
        )

    def errors(self, request: HttpRequest, import_id: int) -> HttpResponseBase:
        """Every row that cannot be imported, with its reason, to mend the list by."""
        try:
            faults = faults_of(actor=person(request), import_id=import_id)
        except DomainError as error:
            raise Http404 from error
        name = f"import-{import_id}-errors"
        return csv_response(name, columns=FAULT_COLUMNS, rows=fault_rows(faults))

    def drop(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Forget a list that is not to be imported."""
        return press(
            request,
            lambda: drop_import(actor=person(request), import_id=import_id),
            success="The list is forgotten; nothing was imported.",
            back=self.home,
        )

    def _shown(self, job: ListImport) -> dict[str, object]:
        return {
            "job": job,
            "rules": RULES,
            "columns_form": ColumnsForm(heading=job.heading, columns=job.columns),
            "errors_url": resolve_url(f"{self.portal}_import_errors", import_id=job.pk),
            "drop_url": resolve_url(f"{self.portal}_import_drop", import_id=job.pk),
            "units_url": self.units_url(job.customer),
            "again_url": self.new_url(job.customer),
        }
