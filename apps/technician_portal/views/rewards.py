"""Rewards at a stop: handed out, or taken off a repair."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.portal_pages.rewards import choose_reward
from apps.queue_management import use_cases
from apps.rewards_referrals.models import RewardRedemption
from apps.technician_portal.decorators import technician_required
from core.pages import list_page, person, press, sent_once


@technician_required
def technician_rewards(request: HttpRequest) -> HttpResponse:
    """What is ready to be handed out, the newest first."""
    rows = RewardRedemption.objects.visible_to(person(request)).to_hand_out()
    page = list_page(request, rows.select_related("reward__customer"), ordering=("-id",))
    return render(request, "technician_portal/rewards.html", {"page": page})


@technician_required
@sent_once
def technician_reward_hand_out(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """The customer has it."""
    user = person(request)
    is_from_today = request.POST.get("from") == "today"
    return press(
        request,
        lambda: use_cases.fulfil_redemption(actor=user, redemption_id=redemption_id),
        success="Handed out. The customer is told.",
        back="technician_dashboard" if is_from_today else "technician_rewards",
    )


@technician_required
@sent_once
def technician_reward_choose(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Take this reward off one's own repair when it is completed."""
    return choose_reward(
        request, redemption_id, repair_page="repair_detail", page="technician_rewards"
    )
