"""What the portal's pages show, read at a constant number of statements."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from apps.customer_portal.rewards import points_of
from apps.customer_portal.waiting import waiting_of
from apps.portal_pages.rewards import label_with, reward_choice
from apps.repairs.enums import QueueStatus
from apps.repairs.gallery import photo_lines
from apps.repairs.glass import where_of
from apps.repairs.models import Repair
from apps.repairs.queries import (
    photos_visible_to,
    quote_now,
    repair_history,
    shown_repairs,
)
from apps.repairs.rules import allowed_moves
from apps.repairs.statistics import customer_statistics
from apps.repairs.wording import price_label, timeline, to_customer
from apps.rewards_referrals.queries import reward_for, with_reward
from apps.scheduling.queries import next_visits, visits_for
from core.models import CustomerUser, User

MOST_QUESTIONS = 6
MOST_MOVING = 6
MOST_VISITS = 3
MOST_ENDED = 3
MOVING = (QueueStatus.IN_PROGRESS, QueueStatus.APPROVED, QueueStatus.REQUESTED)
ENDED = (QueueStatus.COMPLETED, QueueStatus.DENIED)
UNPRICED = (QueueStatus.DENIED,)


def home_of(member: CustomerUser) -> dict[str, Any]:
    """What needs the customer, what moves, what it came to."""
    moving, ended = _latest(shown_repairs(member.user))
    return {
        "member": member,
        "may_approve": member.has_right("can_approve"),
        "may_request": member.has_right("can_request"),
        "waiting": waiting_of(member),
        "visits": next_visits(member.user, most=MOST_VISITS),
        "most_questions": MOST_QUESTIONS,
        "moving": moving,
        "ended": ended,
        "figures": customer_statistics(member.customer_id),
        "points": points_of(member.customer_id),
    }


def _latest(repairs: "QuerySet[Repair]") -> tuple[list[Repair], list[Repair]]:
    """The newest that move, those nearest to their end first, and the newest that ended."""
    moving = repairs.filter(queue_status__in=MOVING)[:MOST_MOVING].values("pk")
    ended = repairs.filter(queue_status__in=ENDED)[:MOST_ENDED].values("pk")
    found = list(repairs.filter(Q(pk__in=moving) | Q(pk__in=ended)))
    return (
        sorted((r for r in found if r.queue_status in MOVING), key=_how_far),
        [r for r in found if r.queue_status in ENDED],
    )


def _how_far(repair: Repair) -> int:
    return MOVING.index(QueueStatus(repair.queue_status))


def repair_page(user: User, repair: Repair) -> dict[str, Any]:
    """One repair: its price explained, its pictures, its history, what may be done."""
    price = None if repair.queue_status in UNPRICED else quote_now(repair)
    reward = reward_for(repair)
    choice = reward_choice(user, repair, reward)
    return {
        "repair": repair,
        # What is agreed to is the price; a reward comes off what is charged in the end.
        "price": price,
        "quote": price and with_reward(price, reward),
        "reward": choice,
        "price_label": label_with(choice, price_label(repair)),
        "photos": photo_lines(
            photos_visible_to(user).filter(repair=repair),
            url_name="customer_photo",
            archive_url=reverse("customer_repair_photos", args=[repair.pk]),
        ),
        "where": where_of(repair.damage_x, repair.damage_y),
        "clause": to_customer(repair.approval_clause),
        "timeline": timeline(repair_history(user, repair), reader="customer"),
        "moves": allowed_moves(user, repair),
        "visits": visits_for(user, repair=repair),
    }
