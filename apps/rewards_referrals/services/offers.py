"""What the owner offers: the terms by version, kinds of reward, options."""

from typing import Any, TypeVar

from django.db.models import Model
from django.forms.models import model_to_dict

from apps.audit.recorder import record, snapshot
from apps.people.editing import Changes, apply, locked, refuse_others, save_or_conflict
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardOption, RewardTerms, RewardType
from core.errors import Invalid, PreconditionFailed
from core.models import User

TERMS_FIELDS = (
    *("points_per_repair", "first_at", "first_points", "second_at", "second_points"),
    *("every", "every_points", "referrer_points", "referred_points"),
    *("hold_days", "expiry_days", "adjustment_limit", "worth_of_100"),
)
TYPE_FIELDS = ("name", "kind", "value", "is_active")
OPTION_FIELDS = (
    *("reward_type", "name", "description", "points_required"),
    *("for_companies", "for_persons", "is_active"),
)
# DOMAIN, section 5: what a new shop offers.
DEFAULTS: tuple[tuple[str, RewardKind, str, int, bool], ...] = (
    ("$5 off", RewardKind.FIXED_AMOUNT, "5.00", 500, False),
    ("Donuts", RewardKind.MERCHANDISE, "0.00", 1500, True),
    ("50 % off a repair", RewardKind.PERCENTAGE, "50.00", 2000, True),
    ("Pizza", RewardKind.MERCHANDISE, "0.00", 2500, True),
    ("Free repair", RewardKind.FREE_SERVICE, "0.00", 3500, True),
)
WHOLE = 100
Offered = TypeVar("Offered", RewardType, RewardOption)


def set_terms(*, actor: User, version: int | None, changes: Changes) -> RewardTerms:
    """Put a new version of the numbers in force; the same values write nothing.

    Raises:
        PreconditionFailed, Invalid.
    """
    present = RewardTerms.objects.current()
    if version is not None and version != (present.pk or 0):
        raise PreconditionFailed(extra={"version": present.pk or 0})
    refuse_others(changes, TERMS_FIELDS)
    successor = RewardTerms(**model_to_dict(present, TERMS_FIELDS), created_by=actor)
    apply(successor, changes)
    if model_to_dict(successor, TERMS_FIELDS) == model_to_dict(present, TERMS_FIELDS):
        return present
    successor.save()
    record(actor=actor, verb="rewardterms.changed", target=successor, before=snapshot(present))
    return successor


def create(*, actor: User, offer: Offered, allowed: tuple[str, ...], values: Changes) -> Offered:
    """Store a new kind of reward, or a new option.

    Raises:
        Invalid.
        Conflict: ``taken``: another one has this name.
    """
    refuse_others(values, allowed)
    apply(offer, {"name": ""} | dict(values))
    _check_value(offer)
    save_or_conflict(offer)
    record(actor=actor, verb=f"{offer._meta.model_name}.created", target=offer)
    return offer


def edit(
    *,
    actor: User,
    model: type[Offered],
    pk: int,
    allowed: tuple[str, ...],
    version: int | None,
    values: Changes,
) -> Offered:
    """Change a kind of reward or an option; what was redeemed stays as it was.

    Raises:
        NotFound, PreconditionFailed, Invalid.
        Conflict: ``taken``.
    """
    offer: Offered = locked(model._default_manager.all(), pk)
    if version is not None and version != offer.version:
        raise PreconditionFailed(extra={"version": offer.version})
    refuse_others(values, allowed)
    before = snapshot(offer)
    apply(offer, values)
    _check_value(offer)
    if snapshot(offer) != before:
        offer.version += 1
        save_or_conflict(offer)
        name = offer._meta.model_name
        record(actor=actor, verb=f"{name}.edited", target=offer, before=before)
    return offer


def _check_value(offer: Model) -> None:
    """A percentage is 1 to 100, an amount more than 0, and nothing else has a value."""
    if not isinstance(offer, RewardType):
        return
    message = ""
    if offer.kind == RewardKind.PERCENTAGE and not 0 < offer.value <= WHOLE:
        message = "Write a percentage above 0 and up to 100."
    elif offer.kind == RewardKind.FIXED_AMOUNT and offer.value <= 0:
        message = "Write an amount above 0."
    elif offer.kind in (RewardKind.FREE_SERVICE, RewardKind.MERCHANDISE) and offer.value != 0:
        message = "Leave this at 0: nothing is reckoned with it."
    if message:
        raise Invalid(message, errors={"value": [message]})


def make_defaults(*, actor: User) -> int:
    """Offer what a new shop offers; where any option exists, nothing is touched.

    Returns:
        How many options were made.
    """
    if RewardOption.objects.exists() or RewardType.objects.exists():
        return 0
    for name, kind, value, points, for_companies in DEFAULTS:
        values: dict[str, Any] = {"name": name, "kind": kind, "value": value}
        made = create(actor=actor, offer=RewardType(), allowed=TYPE_FIELDS, values=values)
        option = {"name": name, "reward_type": made, "points_required": points}
        create(
            actor=actor,
            offer=RewardOption(),
            allowed=OPTION_FIELDS,
            values=option | {"for_companies": for_companies},
        )
    return len(DEFAULTS)
