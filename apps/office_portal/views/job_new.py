"""A job made with its tasks, for a customer that is known or for a new one."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.jobs import services
from apps.office_portal.forms.job_rows import JobForms
from apps.office_portal.forms.jobs import FirstJobForm, NewJobForm
from apps.office_portal.forms.shared import customer_in, living
from apps.people.rules import customers_visible_to
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from core.models import User
from core.pages import REFUSED, person, see_other, sent_once, whole_number


@sent_once
def office_job_new(request: HttpRequest) -> HttpResponse:
    """Make a job for a customer; from a repair's page for that repair."""
    user = person(request)
    customers = living(customers_visible_to(user))
    repair = _repair(request, user)
    known: dict[str, Any] = {"customer": customer_in(request, customers)}
    if repair is not None:
        known = {"customer": repair.customer, "repair": repair.pk, "site": repair.site_id}
    asked = JobForms(request, form=partial(NewJobForm, customers=customers), known=known)
    if request.method == "POST" and not asked.is_half_filled and asked.are_valid():
        job = asked.send(
            lambda tasks: services.create_job(
                actor=user,
                customer_id=asked.form.cleaned_data["customer"].pk,
                details=asked.form.details(tasks),
            )
        )
        if job is not None:
            messages.success(request, f"“{job.title}” is made.")
            return see_other("office_job", job_id=job.pk)
    context = {"repair": repair, "customer": asked.form.chosen}
    return _show(request, "office_portal/job_new.html", asked, context)


def _repair(request: HttpRequest, user: User) -> Repair | None:
    """The repair that the form or the address names, as far as this person sees it."""
    sent = request.POST if request.method == "POST" else request.GET
    number = whole_number(sent.get("repair", ""))
    return repair_list(user).filter(pk=number).first() if number is not None else None


@sent_once
def office_customer_job(request: HttpRequest) -> HttpResponse:
    """Open a customer and make its first job, both or neither."""
    user = person(request)
    asked = JobForms(request, form=FirstJobForm, known={})
    if request.method == "POST" and not asked.is_half_filled and asked.are_valid():
        job = asked.send(
            lambda tasks: services.create_first_job(
                actor=user, customer=asked.form.changes(), details=asked.form.details(tasks)
            )
        )
        if job is not None:
            messages.success(request, f"{job.customer} is opened, “{job.title}” is made.")
            return see_other("office_job", job_id=job.pk)
    return _show(request, "office_portal/customer_job.html", asked, {})


def _show(
    request: HttpRequest, template: str, asked: JobForms, context: dict[str, Any]
) -> HttpResponse:
    is_refused = request.method == "POST" and not asked.is_half_filled
    shown = {"form": asked.form, "rows": asked.rows, **context}
    return render(request, template, shown, status=REFUSED if is_refused else 200)
