"""What one customer pays, and when it is asked before work starts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.prices import OwnPricesForm, PolicyForm
from apps.people.rules import customers_visible_to
from apps.people.services.preferences import update_preference
from apps.queue_management import use_cases
from apps.repairs.models import CustomerPricing
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.queries import schedule_in_force
from core.clock import now
from core.models import Customer, CustomerPreference, User
from core.pages import REFUSED, attempt, person, see_other, sent_once, version_from
from core.rules import manages_prices


@sent_once
def office_customer_prices(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Own prices and approval of a customer; a POST changes one of the two."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    preference = _preference_of(customer)
    pricing = _pricing_of(customer)
    versions = {"policy_version": preference.version, "pricing_version": pricing.version}
    posted = request.POST if request.method == "POST" else None
    is_prices = request.POST.get("part") == "prices"
    policy_form = PolicyForm(None if is_prices else posted, instance=preference)
    shop = dict(zip(TIER_FIELDS, schedule_in_force(now()).amounts, strict=True))
    price_form = OwnPricesForm(posted if is_prices else None, instance=pricing, shop=shop)
    form = price_form if is_prices else policy_form
    if form.is_bound and form.is_valid():
        version = version_from(request)
        saved = (
            _save_prices(user, customer, version, price_form)
            if is_prices
            else _save_policy(user, customer, version, policy_form)
        )
        if saved:
            messages.success(request, "Saved: in force from now on.")
            return see_other("office_customer_prices", customer_id=customer_id)
    context = {
        "customer": customer,
        "policy_form": policy_form,
        "price_form": price_form,
        "may_price": manages_prices(user),
        "refused": form if form.errors else None,
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/customer_prices.html", context | versions, status=status)


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
