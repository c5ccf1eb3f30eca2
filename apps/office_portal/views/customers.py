"""Customers: found, opened, changed, confirmed, merged, refused."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.exports import BY_NAME, customers_csv
from apps.office_portal.forms.customers import (
    CustomerEditForm,
    CustomerForm,
    CustomerSearchForm,
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
    set_customer_active,
    update_customer,
)
from apps.people.services.sites import add_site, update_site
from apps.queue_management import use_cases
from core.models import Customer, Site, User
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


def office_customers(request: HttpRequest) -> HttpResponse:
    """Customers by name."""
    form = CustomerSearchForm(request.GET)
    rows = form.narrow(_customers(person(request)))
    page = list_page(request, rows, ordering=BY_NAME, binding=binding_of(form.cleaned_data))
    return render(request, "office_portal/customers.html", {"form": form, "page": page})


def office_customers_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    rows = CustomerSearchForm(request.GET).narrow(_customers(person(request)))
    return customers_csv(rows)


def _customers(user: User) -> QuerySet[Customer]:
    return customers_visible_to(user).filter(merged_into=None).select_related("owner")


@sent_once
def office_customer_new(request: HttpRequest) -> HttpResponse:
    """Open a customer."""
    user = person(request)
    form = CustomerForm(request.POST or None, with_owner=is_admin(user))
    if form.is_bound and form.is_valid():
        customer = attempt(form, lambda: create_customer(actor=user, **form.changes()))
        if customer is not None:
            messages.success(request, f"{customer.name} is opened.")
            return see_other("office_customer_detail", customer_id=customer.pk)
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/customer_new.html", {"form": form}, status=status)


@sent_once
def office_customer_edit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Change how a customer is called, reached, and who looks after it."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    known = {name: getattr(customer, name) for name in CustomerEditForm.base_fields}
    posted = request.POST if request.method == "POST" else None
    form = CustomerEditForm(posted, initial=known, with_owner=is_admin(user))
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: update_customer(
                actor=user,
                customer_id=customer_id,
                version=version_from(request),
                changes=form.changes(),
            ),
        )
        if saved is not None:
            messages.success(request, f"{saved.name} is saved.")
            return see_other("office_customer_detail", customer_id=customer_id)
    context = {"form": form, "customer": customer}
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/customer_edit.html", context, status=status)


@sent_once
def office_customer_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer; a POST adds a place."""
    if request.method != "POST":
        return _show(request, customer_id)
    user, form = person(request), SiteForm(request.POST)
    if not form.is_valid():
        return _show(request, customer_id, refused=form)
    values = form.cleaned_data
    site = attempt(form, lambda: add_site(actor=user, customer_id=customer_id, values=values))
    if site is None:
        return _show(request, customer_id, refused=form)
    messages.success(request, f"{site.name} is added.")
    return see_other("office_customer_detail", customer_id=customer_id)


@sent_once
def office_site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Change one of a customer's places."""
    user = person(request)
    sites = Site.objects.filter(customer__in=customers_visible_to(user)).select_related("customer")
    site = get_object_or_404(sites, pk=site_id)
    customer, version = site.customer, site.version
    form = SiteForm(request.POST if request.method == "POST" else None, instance=site)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: update_site(
                actor=user,
                site_id=site_id,
                version=version_from(request),
                changes=form.cleaned_data,
            ),
        )
        if saved is not None:
            messages.success(request, "The place is saved.")
            return see_other("office_customer_detail", customer_id=customer.pk)
    context = {"form": form, "customer": customer, "version": version}
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/site.html", context, status=status)


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
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    form = MergeForm(request.POST, customer=customer)
    if not form.is_valid():
        return _show(request, customer_id, refused=form)
    into = form.cleaned_data["into"]
    merged = attempt(
        form,
        lambda: use_cases.merge_customers(actor=user, customer_id=customer_id, into_id=into.pk),
    )
    if merged is None:
        return _show(request, customer_id, refused=form)
    messages.success(request, f"{customer.name} is merged into {into}.")
    return see_other("office_customer_detail", customer_id=into.pk)


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
    form = ServiceForm(request.POST)
    if not form.is_valid():
        return _show(request, customer_id, refused=form)
    reason = form.cleaned_data["reason"]
    if not attempt(
        form,
        lambda: refuse_service(actor=user, customer_id=customer_id, reason=reason, version=version),
    ):
        return _show(request, customer_id, refused=form)
    messages.success(request, "No new repairs are taken from this customer.")
    return see_other("office_customer_detail", customer_id=customer_id)


@sent_once
def office_customer_active(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Lay a customer aside, or take it out again."""
    user, version = person(request), version_from(request)
    is_active = request.POST.get("active") == "yes"
    return press(
        request,
        lambda: set_customer_active(
            actor=user, customer_id=customer_id, is_active=is_active, version=version
        ),
        success="In use again." if is_active else "Laid aside; nothing of its history goes.",
        back="office_customer_detail",
        customer_id=customer_id,
    )


def _show(
    request: HttpRequest, customer_id: int, *, refused: forms.BaseForm | None = None
) -> HttpResponse:
    user = person(request)
    customers = customers_visible_to(user).select_related("owner", "merged_into")
    customer = get_object_or_404(customers, pk=customer_id)
    context = customer_page(user, customer) | _forms(customer, refused) | {"refused": refused}
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/customer_detail.html", context, status=status)


def _forms(customer: Customer, refused: forms.BaseForm | None) -> dict[str, Any]:
    fresh: dict[str, forms.BaseForm] = {
        "site_form": SiteForm(),
        "merge_form": MergeForm(customer=customer),
        "service_form": ServiceForm(),
    }
    return fresh | {name: refused for name, form in fresh.items() if type(form) is type(refused)}
