"""Which reward comes off a repair, as every portal shows and chooses it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.rewards_referrals.models import RewardRedemption
from apps.rewards_referrals.rules import may_choose
from core.models import User
from core.pages import person, press, whole_number

MOST_OFFERED = 10
NEXT_ONE = "It comes off the next repair that is completed."


@dataclass(frozen=True)
class RewardChoice:
    """What would come off an open repair, and what this person may choose instead.

    Attributes:
        used: What comes off when the repair is completed.
        is_chosen: Whether it was chosen for this repair; otherwise it is the oldest that waits.
        others: What may be chosen; nothing once something is.
    """

    used: RewardRedemption | None
    is_chosen: bool
    others: list[RewardRedemption]


def reward_choice(user: User, repair: Repair, used: RewardRedemption | None) -> RewardChoice:
    """What may be chosen for a repair; one statement, none where nothing can be.

    Args:
        user: Who looks.
        repair: Which one.
        used: What ``reward_for`` found for it.
    """
    is_chosen = used is not None and used.applied_to_repair_id == repair.pk
    if is_chosen or not repair.is_open or repair.redo_of_id is not None:
        return RewardChoice(used, is_chosen, [])
    rows = RewardRedemption.objects.waiting().discounts()
    rows = rows.filter(reward__customer_id=repair.customer_id)
    if used is not None:
        rows = rows.exclude(pk=used.pk)
    found = rows.select_related("reward", "applied_to_repair").order_by("pk")[:MOST_OFFERED]
    others = [each for each in found if may_choose(user, each, repair.technician_id)]
    return RewardChoice(used, is_chosen, others)


def label_with(choice: RewardChoice, label: str) -> str:
    """What the price is called: a reward that nobody chose for it may go to another repair."""
    return "If completed next" if choice.used and not choice.is_chosen else label


def choose_reward(
    request: HttpRequest, redemption_id: int, *, repair_page: str, page: str
) -> HttpResponse:
    """Say which repair a discount comes off: the one that the form names, or the next one.

    Args:
        request: The form; an empty ``repair`` is the next one.
        redemption_id: Which reward.
        repair_page: URL name of one repair's page, shown afterwards where one is named.
        page: URL name of the page shown otherwise.
    """
    user, repair_id = person(request), repair_from(request)
    to = {} if repair_id is None else {"repair_id": repair_id}
    return press(
        request,
        lambda: use_cases.choose_reward(
            actor=user, redemption_id=redemption_id, repair_id=repair_id
        ),
        success="It comes off this repair when it is completed." if to else NEXT_ONE,
        back=repair_page if to else page,
        **to,
    )


def repair_from(request: HttpRequest) -> int | None:
    """The repair that a form names; nothing where it leaves it open.

    Raises:
        Http404: It names none that there can be.
    """
    text = request.POST.get("repair", "")
    number = whole_number(text)
    if text and number is None:
        raise Http404
    return number
