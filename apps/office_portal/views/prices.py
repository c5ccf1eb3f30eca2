"""What one customer pays, when it is asked before work starts, whom it likes to see."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.prices import OwnPricesForm, PolicyForm
from apps.office_portal.forms.technicians import PreferredTechnicianForm
from apps.office_portal.trail import history_beside
from apps.people.rules import customers_visible_to
from apps.people.services.preferences import update_preference
from apps.queue_management import use_cases
from apps.queue_management.models import PreferredTechnician
from apps.repairs.models import CustomerPricing
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.queries import schedule_in_force
from core.clock import now
from core.models import Customer, CustomerPreference, User
from core.pages import REFUSED, attempt, person, see_other, sent_once, version_from
from core.rules import manages_prices


@sent_once
def office_customer_prices(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Own prices, approval and preferred technician of a customer; a POST changes one of them."""
    user, version = person(request), version_from(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    preference, pricing = _preference_of(customer), _pricing_of(customer)
    versions = {"policy_version": preference.version, "pricing_version": pricing.version}
    part = request.POST.get("part", "policy")
    sent = {part: request.POST} if request.method == "POST" else {}
    shop = dict(zip(TIER_FIELDS, schedule_in_force(now()).amounts, strict=True))
    policy_form = PolicyForm(sent.get("policy"), instance=preference)
    price_form = OwnPricesForm(sent.get("prices"), instance=pricing, shop=shop)
    preferred_form = PreferredTechnicianForm(sent.get("preferred"), initial=_preferred(customer))
    saves: tuple[tuple[forms.BaseForm, Callable[[], bool]], ...] = (
        (policy_form, lambda: _save_policy(user, customer, version, policy_form)),
        (price_form, lambda: _save_prices(user, customer, version, price_form)),
        (preferred_form, lambda: _save_preferred(user, customer, preferred_form)),
    )
    for form, save in saves:
        if form.is_bound and form.is_valid() and save():
            messages.success(request, "Saved: in force from now on.")
            return see_other("office_customer_prices", customer_id=customer_id)
    context = {
        "customer": customer,
        "policy_form": policy_form,
        "price_form": price_form,
        "preferred_form": preferred_form,
        "may_price": manages_prices(user),
        "policy_history": history_beside(preference),
        "price_history": history_beside(pricing),
    }
    status = REFUSED if sent else 200
    return render(request, "office_portal/customer_prices.html", context | versions, status=status)


def _preferred(customer: Customer) -> dict[str, int]:
    row = PreferredTechnician.objects.filter(customer=customer).first()
    return {"technician": row.technician_id} if row else {}


def _preference_of(customer: Customer) -> CustomerPreference:
    stored = CustomerPreference.objects.filter(customer=customer).first()
    return stored or CustomerPreference(customer=customer)


def _pricing_of(customer: Customer) -> CustomerPricing:
    stored = CustomerPricing.objects.filter(customer=customer).first()
    return stored or CustomerPricing(customer=customer)


def _save_policy(user: User, customer: Customer, version: int | None, form: PolicyForm) -> bool:
    return bool(
        attempt(
            form,
            lambda: update_preference(
                actor=user, customer_id=customer.pk, version=version, changes=form.cleaned_data
            ),
        )
    )


def _save_prices(user: User, customer: Customer, version: int | None, form: OwnPricesForm) -> bool:
    return bool(
        attempt(
            form,
            lambda: use_cases.set_customer_pricing(
                actor=user, customer_id=customer.pk, values=form.cleaned_data, version=version
            ),
        )
    )


def _save_preferred(user: User, customer: Customer, form: PreferredTechnicianForm) -> bool:
    chosen = form.cleaned_data["technician"]
    return bool(
        attempt(
            form,
            lambda: use_cases.set_preferred_technician(
                actor=user,
                customer_id=customer.pk,
                technician_id=chosen.pk if chosen else None,
            ),
        )
    )
