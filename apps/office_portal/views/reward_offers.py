"""What points bring and what they buy: the numbers by version, kinds of reward, options."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.audit.search import newest_of
from apps.office_portal.forms.rewards import OptionForm, TermsForm, TypeForm
from apps.office_portal.trail import SHOWN, History, found_in_audit, history_beside
from apps.queue_management import use_cases
from apps.repairs.wording import in_full
from apps.rewards_referrals.models import RewardOption, RewardTerms, RewardType
from apps.rewards_referrals.rules import may_set_terms
from core.pages import REFUSED, attempt, person, see_other, sent_once, version_from

TERMS = "rewards_referrals.rewardterms"
Offer = RewardOption | RewardType


def office_reward_offers(request: HttpRequest) -> HttpResponse:
    """Everything on offer, and the kinds of reward; a shop has few of them."""
    context = {
        "options": RewardOption.objects.select_related("reward_type"),
        "types": RewardType.objects.all(),
        "may_change": may_set_terms(person(request)),
    }
    return render(request, "office_portal/reward_offers.html", context)


@sent_once
def office_reward_option_new(request: HttpRequest) -> HttpResponse:
    """Offer something for points."""
    user, form = person(request), OptionForm(_sent(request))
    return _save(
        request,
        form,
        lambda: use_cases.create_reward_option(actor=user, values=form.cleaned_data),
        heading="Offer a reward",
    )


@sent_once
def office_reward_option(request: HttpRequest, option_id: int) -> HttpResponse:
    """Change what is offered; what was redeemed stays as it was."""
    user, version = person(request), version_from(request)
    option = get_object_or_404(RewardOption, pk=option_id)
    known = {name: getattr(option, name) for name in OptionForm.base_fields}
    form = OptionForm(_sent(request), initial=known)
    return _save(
        request,
        form,
        lambda: use_cases.edit_reward_option(
            actor=user, option_id=option_id, version=version, values=form.cleaned_data
        ),
        heading=option.name,
        offer=option,
    )


@sent_once
def office_reward_type_new(request: HttpRequest) -> HttpResponse:
    """Enter a kind of reward."""
    user, form = person(request), TypeForm(_sent(request))
    return _save(
        request,
        form,
        lambda: use_cases.create_reward_type(actor=user, values=form.cleaned_data),
        heading="A new kind of reward",
    )


@sent_once
def office_reward_type(request: HttpRequest, type_id: int) -> HttpResponse:
    """Change a kind of reward; what was redeemed stays as it was."""
    user, version = person(request), version_from(request)
    kind = get_object_or_404(RewardType, pk=type_id)
    known = {name: getattr(kind, name) for name in TypeForm.base_fields}
    form = TypeForm(_sent(request), initial=known)
    return _save(
        request,
        form,
        lambda: use_cases.edit_reward_type(
            actor=user, type_id=type_id, version=version, values=form.cleaned_data
        ),
        heading=kind.name,
        offer=kind,
    )


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _save(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[[], Offer],
    *,
    heading: str,
    offer: Offer | None = None,
) -> HttpResponse:
    """The form of one option or kind; what is sent is saved, or told why not."""
    if form.is_bound and form.is_valid():
        saved = attempt(form, action)
        if saved is not None:
            messages.success(request, f"{saved.name} is saved.")
            return see_other("office_reward_offers")
    context = {
        "form": form,
        "heading": heading,
        "offer": offer,
        "history": history_beside(offer) if offer else None,
        "may_change": may_set_terms(person(request)),
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/reward_offer.html", context, status=status)


@sent_once
def office_reward_terms(request: HttpRequest) -> HttpResponse:
    """What brings how many points; a POST puts other numbers in force."""
    user, present = person(request), RewardTerms.objects.current()
    seen, version = present.pk or 0, version_from(request)
    form = TermsForm(_sent(request), instance=present)
    if form.is_bound and form.is_valid():
        changes = form.cleaned_data
        saved = attempt(
            form,
            lambda: use_cases.set_reward_terms(actor=user, version=version, changes=changes),
        )
        if saved is not None:
            messages.success(request, "Saved: in force from now on. Past points stay.")
            return see_other("office_reward_terms")
    history = History(
        [in_full(entry) for entry in newest_of([TERMS], number=SHOWN)],
        [found_in_audit("All changes of these numbers", kind=TERMS)],
    )
    context = {
        "form": form,
        "version": seen,
        "history": history,
        "may_change": may_set_terms(user),
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/reward_terms.html", context, status=status)
