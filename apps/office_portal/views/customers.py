"""Customers: found, opened, confirmed, merged, refused; and who asks to join one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms import (
    CustomerForm,
    CustomerSearchForm,
    JoinForm,
    MergeForm,
    ServiceForm,
    SiteForm,
)
from apps.office_portal.page_data import customer_page
from apps.people.rules import customers_visible_to
from apps.people.services.customers import (
    confirm_customer,
    create_customer,
    refuse_service,
    serve_again,
)
from apps.people.services.join_requests import decide_join_request
from apps.people.services.sites import add_site
from apps.queue_management import use_cases
from core.keys import name_key
from core.models import Customer
from core.pages import (
    UNPROCESSABLE,
    attempt,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    version_from,
)
from core.paging import binding_of


def office_customers(request: HttpRequest) -> HttpResponse:
    """Customers by name."""
    form = CustomerSearchForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = customers_visible_to(person(request)).filter(merged_into=None).select_related("owner")
    if wanted.get("name"):
        rows = rows.filter(name_key__startswith=name_key(wanted["name"]))
    if wanted.get("unconfirmed"):
        rows = rows.filter(is_confirmed=False)
    page = list_page(request, rows, ordering=("name", "id"), binding=binding_of(wanted))
    return render(request, "office_portal/customers.html", {"form": form, "page": page})


@sent_once
def office_customer_new(request: HttpRequest) -> HttpResponse:
    """Open a customer."""
    user, form = person(request), CustomerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        customer = attempt(form, lambda: create_customer(actor=user, **form.cleaned_data))
        if customer is not None:
            messages.success(request, f"{customer.name} is opened.")
            return see_other("office_customer_detail", customer_id=customer.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "office_portal/customer_new.html", {"form": form}, status=status)


@sent_once
def office_customer_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer; a POST adds a place."""
    user = person(request)
    customer = get_object_or_404(
        customers_visible_to(user).select_related("owner", "merged_into"), pk=customer_id
    )
    form = SiteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        if attempt(form, lambda: add_site(actor=user, customer_id=customer_id, values=values)):
            messages.success(request, "The place is added.")
            return see_other("office_customer_detail", customer_id=customer_id)
    context: dict[str, Any] = customer_page(user, customer) | {
        "site_form": form,
        "merge_form": MergeForm(customer=customer),
        "service_form": ServiceForm(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "office_portal/customer_detail.html", context, status=status)


@sent_once
def office_customer_confirm(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Vouch for a registration."""
    user, version = person(request), version_from(request)
    return press(
        request,
        lambda: confirm_customer(actor=user, customer_id=customer_id, version=version),
        success="Confirmed.",
        back="office_customer_detail",
        customer_id=customer_id,
    )


@sent_once
def office_customer_merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Move a registration into the customer that it really is."""
    user = person(request)
    customer = get_object_or_404(Customer, pk=customer_id)
    form = MergeForm(request.POST, customer=customer)
    if not form.is_valid():
        messages.error(request, "Choose the customer that it really is.")
        return see_other("office_customer_detail", customer_id=customer_id)
    into = form.cleaned_data["into"]
    return press(
        request,
        lambda: use_cases.merge_customers(actor=user, customer_id=customer_id, into_id=into.pk),
        success=f"Merged into {into}.",
        back="office_customer_detail",
        customer_id=into.pk,
    )


@sent_once
def office_customer_service(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Take no more work from a customer, or take it again."""
    user, version = person(request), version_from(request)
    if request.POST.get("serve") == "yes":
        return press(
            request,
            lambda: serve_again(actor=user, customer_id=customer_id, version=version),
            success="Serviced again.",
            back="office_customer_detail",
            customer_id=customer_id,
        )
    reason = request.POST.get("reason", "")
    return press(
        request,
        lambda: refuse_service(actor=user, customer_id=customer_id, reason=reason, version=version),
        success="No new repairs are taken from this customer.",
        back="office_customer_detail",
        customer_id=customer_id,
    )


@sent_once
def office_join_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Let somebody in who asked to join a company, or not."""
    user, form = person(request), JoinForm(request.POST)
    is_accepted = request.POST.get("accept") == "yes"
    chosen = form.cleaned_data["customer"] if form.is_valid() else None
    return press(
        request,
        lambda: decide_join_request(
            actor=user,
            request_id=request_id,
            accept=is_accepted,
            customer_id=chosen.pk if chosen else None,
        ),
        success="They are let in." if is_accepted else "The wish is declined.",
        back="office_dashboard",
    )
