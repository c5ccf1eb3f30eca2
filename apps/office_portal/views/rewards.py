"""Redeemed rewards: what is to get ready and to hand out, one of them, its steps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.rewards import QueueFilter, WhyForm
from apps.office_portal.trail import history_beside
from apps.portal_pages.rewards import choose_reward
from apps.queue_management import use_cases
from apps.rewards_referrals.queries import redemptions_of
from apps.rewards_referrals.wording import redemption_lines
from core.pages import REFUSED, attempt, list_page, person, press, see_other, sent_once
from core.paging import binding_of


def office_rewards(request: HttpRequest) -> HttpResponse:
    """What was redeemed: first what has to be done, the oldest first."""
    form = QueueFilter(request.GET)
    rows = form.narrow(redemptions_of(person(request)))
    is_waiting = form.cleaned_data.get("show", "") not in ("done", "ended")
    page = list_page(
        request,
        rows,
        ordering=("id",) if is_waiting else ("-id",),
        binding=binding_of(form.cleaned_data),
    )
    context = {"form": form, "page": page, "lines": redemption_lines(page.rows)}
    return render(request, "office_portal/rewards.html", context)


@sent_once
def office_redemption(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """One redeemed reward; a POST declines it."""
    user, form = person(request), WhyForm(request.POST if request.method == "POST" else None)
    found = get_object_or_404(redemptions_of(user), pk=redemption_id)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        declined = attempt(
            form,
            lambda: use_cases.reject_redemption(
                actor=user, redemption_id=redemption_id, reason=reason
            ),
        )
        if declined is not None:
            messages.success(request, "Declined: the points are back, and the customer is told.")
            return see_other("office_redemption", redemption_id=redemption_id)
    (line,) = redemption_lines([found])
    context = {
        "line": line,
        "redemption": found,
        "form": form,
        "history": history_beside(found),
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/redemption.html", context, status=status)


@sent_once
def office_redemption_approve(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """It is ready: technicians see it."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.approve_redemption(actor=user, redemption_id=redemption_id),
        success="Ready: technicians see it, and the customer is told.",
        back="office_rewards",
    )


@sent_once
def office_redemption_hand_out(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """The customer has it."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.fulfil_redemption(actor=user, redemption_id=redemption_id),
        success="Handed out. The customer is told.",
        back="office_rewards",
    )


@sent_once
def office_redemption_cancel(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Take it back for the customer, who asked for it."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.cancel_redemption(actor=user, redemption_id=redemption_id),
        success="Cancelled: the points are back.",
        back="office_redemption",
        redemption_id=redemption_id,
    )


@sent_once
def office_reward_choose(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Say which repair a waiting discount comes off."""
    return choose_reward(
        request, redemption_id, repair_page="office_repair_detail", page="office_rewards"
    )
