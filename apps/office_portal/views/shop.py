"""The shop's settings and prices."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.prices import SettingsForm, TierForm
from apps.office_portal.forms.technicians import NeededSkillForm
from apps.office_portal.trail import planned_prices, shop_history
from apps.people.services.shop import update_shop_settings
from apps.queue_management import use_cases
from apps.queue_management.models import DamageTypeSkill
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.queries import schedule_in_force
from core.clock import now
from core.models import User
from core.pages import REFUSED, attempt, person, press, see_other, sent_once, version_from
from core.rules import manages_prices
from core.shop import shop_settings, shop_today
from core.templatetags.ui import day


@sent_once
def office_settings(request: HttpRequest) -> HttpResponse:
    """Settings, tiers, needed skills; a POST saves one of them, in force from then on."""
    user, present = person(request), shop_settings()
    part = request.POST.get("part", "shop")
    sent = {part: request.POST} if request.method == "POST" else {}
    tiers = dict(zip(TIER_FIELDS, schedule_in_force(now()).amounts, strict=True))
    version = present.pk
    settings_form = SettingsForm(sent.get("shop"), instance=present)
    price_form = TierForm(sent.get("prices"), initial=tiers, today=shop_today())
    skill_form = NeededSkillForm(sent.get("skill"))
    saves: tuple[tuple[forms.BaseForm, Callable[[], bool]], ...] = (
        (settings_form, lambda: _save_settings(request, user, settings_form)),
        (price_form, lambda: _save_prices(user, price_form)),
        (skill_form, lambda: _save_skill(user, skill_form)),
    )
    for form, save in saves:
        if form.is_bound and form.is_valid() and save():
            messages.success(request, _told(price_form))
            return see_other("office_settings")
    context = {
        "form": settings_form,
        "price_form": price_form,
        "skill_form": skill_form,
        "needed_skills": DamageTypeSkill.objects.select_related("skill").order_by("damage_type"),
        "version": version,
        "tiers": tiers,
        "planned": planned_prices(),
        "history": shop_history(),
        "may_price": manages_prices(user),
    }
    status = REFUSED if sent else 200
    return render(request, "office_portal/settings.html", context, status=status)


def _told(price_form: TierForm) -> str:
    start = price_form.cleaned_data["valid_from"] if price_form.is_bound else None
    return f"Saved: in force from {day(start)} on." if start else "Saved: in force from now on."


def _save_skill(user: User, form: NeededSkillForm) -> bool:
    wanted = form.cleaned_data
    attempt(
        form,
        lambda: use_cases.set_needed_skill(
            actor=user,
            damage_type=wanted["damage_type"],
            skill_name=wanted["skill"].name if wanted["skill"] else None,
        ),
    )
    return not form.errors


def _save_prices(user: User, form: TierForm) -> bool:
    return bool(
        attempt(
            form,
            lambda: use_cases.set_shop_prices(
                actor=user, amounts=form.amounts(), valid_from=form.start()
            ),
        )
    )


@sent_once
def office_prices_withdraw(request: HttpRequest, price_list_id: int) -> HttpResponse:
    """Take back prices that are planned for later."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.withdraw_shop_prices(actor=user, price_list_id=price_list_id),
        success="Taken back: these prices will not come.",
        back="office_settings",
    )


def _save_settings(request: HttpRequest, user: User, form: SettingsForm) -> bool:
    version, changes = version_from(request), form.cleaned_data
    return bool(
        attempt(form, lambda: update_shop_settings(actor=user, version=version, changes=changes))
    )
