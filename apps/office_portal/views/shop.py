"""The shop's settings and prices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.prices import SettingsForm, TierForm
from apps.people.services.shop import update_shop_settings
from apps.queue_management import use_cases
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.queries import schedule_in_force
from core.clock import now
from core.models import User
from core.pages import REFUSED, attempt, person, see_other, sent_once, version_from
from core.rules import manages_prices
from core.shop import shop_settings


@sent_once
def office_settings(request: HttpRequest) -> HttpResponse:
    """Settings and tiers; a POST puts a new version of one of them in force."""
    user, present = person(request), shop_settings()
    tiers = dict(zip(TIER_FIELDS, schedule_in_force(now()).amounts, strict=True))
    is_prices = request.POST.get("part") == "prices"
    posted = request.POST if request.method == "POST" else None
    settings_form = SettingsForm(None if is_prices else posted, instance=present)
    price_form = TierForm(posted if is_prices else None, initial=tiers)
    version = present.pk
    form = price_form if is_prices else settings_form
    if form.is_bound and form.is_valid():
        saved = (
            _save_prices(user, price_form)
            if is_prices
            else _save_settings(request, user, settings_form)
        )
        if saved:
            messages.success(request, "Saved: in force from now on.")
            return see_other("office_settings")
    context = {
        "form": settings_form,
        "price_form": price_form,
        "version": version,
        "may_price": manages_prices(user),
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/settings.html", context, status=status)


def _save_prices(user: User, form: TierForm) -> bool:
    amounts = [form.cleaned_data[name] for name in TIER_FIELDS]
    return bool(attempt(form, lambda: use_cases.set_shop_prices(actor=user, amounts=amounts)))


def _save_settings(request: HttpRequest, user: User, form: SettingsForm) -> bool:
    version, changes = version_from(request), form.cleaned_data
    return bool(
        attempt(form, lambda: update_shop_settings(actor=user, version=version, changes=changes))
    )
