"""Points: how they came, what they buy, what was redeemed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.member import member_of
from apps.customer_portal.rewards import rewards_page
from apps.portal_pages.rewards import choose_reward, repair_from
from apps.queue_management import use_cases
from apps.rewards_referrals.queries import (
    Offer,
    Standing,
    choosable_repairs,
    entries_of,
    offers_for,
    redemptions_of,
    standing_of,
)
from apps.rewards_referrals.rules import may_redeem
from apps.rewards_referrals.wording import entry_lines, redemption_lines
from core.errors import Forbidden
from core.models import CustomerUser
from core.pages import list_page, press, sent_once

NEWEST = ("-id",)


def customer_rewards(request: HttpRequest) -> HttpResponse:
    """The balance and what it buys; one's own code."""
    return render(request, "customer_portal/rewards.html", rewards_page(member_of(request)))


def customer_reward_points(request: HttpRequest) -> HttpResponse:
    """How the points came and went, all of it, the newest first."""
    member = member_of(request)
    page = list_page(request, entries_of(member.user, member.customer_id), ordering=NEWEST)
    context = {"page": page, "entries": entry_lines(page.rows)}
    return render(request, "customer_portal/reward_points.html", context)


def customer_redemptions(request: HttpRequest) -> HttpResponse:
    """Everything that was redeemed, the newest first."""
    member = member_of(request)
    page = list_page(request, redemptions_of(member.user, member.customer_id), ordering=NEWEST)
    context = {
        "page": page,
        "lines": redemption_lines(page.rows),
        "may_redeem": may_redeem(member.user, member.customer_id),
    }
    return render(request, "customer_portal/redemptions.html", context)


@sent_once
def customer_reward_redeem(request: HttpRequest, option_id: int) -> HttpResponse:
    """What for: the next repair or one of the open ones; a POST redeems."""
    member = _redeemer(request)
    standing = standing_of(member.customer_id)
    offer = _offer(member, option_id, standing)
    if request.method == "POST":
        return _redeem(request, member, offer)
    context = {"offer": offer, "option": offer.option, "standing": standing}
    if offer.option.reward_type.is_discount:
        repairs = choosable_repairs(member.user, member.customer_id)
        context["page"] = list_page(request, repairs, ordering=NEWEST)
    return render(request, "customer_portal/reward_redeem.html", context)


def _redeemer(request: HttpRequest) -> CustomerUser:
    """Who may redeem.

    Raises:
        Forbidden: They may not.
    """
    member = member_of(request)
    if not may_redeem(member.user, member.customer_id):
        raise Forbidden("You may not redeem your company's points. Ask your primary contact.")
    return member


def _offer(member: CustomerUser, option_id: int, standing: Standing) -> Offer:
    for offer in offers_for(member.customer, standing):
        if offer.option.pk == option_id:
            return offer
    raise Http404


def _redeem(request: HttpRequest, member: CustomerUser, offer: Offer) -> HttpResponse:
    option, repair_id = offer.option, repair_from(request)
    return press(
        request,
        lambda: use_cases.redeem_reward(
            actor=member.user, option_id=option.pk, repair_id=repair_id
        ),
        success=f"Redeemed: {option.name}. {_what_now(offer, repair_id)}",
        back="customer_rewards",
    )


def _what_now(offer: Offer, repair_id: int | None) -> str:
    if not offer.option.reward_type.is_discount:
        return "The shop is told and gets it ready."
    where = "your next repair" if repair_id is None else "the repair you chose"
    return f"It comes off {where} when that is completed."


@sent_once
def customer_reward_cancel(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Take back what waits: its points return."""
    member = _redeemer(request)
    return press(
        request,
        lambda: use_cases.cancel_redemption(actor=member.user, redemption_id=redemption_id),
        success="Cancelled: the points are back.",
        back="customer_rewards",
    )


@sent_once
def customer_reward_choose(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Say which repair a waiting discount comes off."""
    _redeemer(request)
    return choose_reward(
        request, redemption_id, repair_page="customer_repair_detail", page="customer_rewards"
    )
