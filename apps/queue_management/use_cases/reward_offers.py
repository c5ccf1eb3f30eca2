"""What the owner offers for points: the numbers by version, kinds of reward, options."""

from apps.audit.use_case import use_case
from apps.people.editing import Changes
from apps.rewards_referrals import rules, services
from apps.rewards_referrals.models import RewardOption, RewardTerms, RewardType
from core.errors import Forbidden
from core.models import User


def _check(actor: User) -> None:
    if not rules.may_set_terms(actor):
        raise Forbidden("Only admins who manage prices change what points bring and buy.")


@use_case
def set_reward_terms(*, actor: User, version: int | None, changes: Changes) -> RewardTerms:
    """Put other numbers in force, as a new version; past entries stay as they are.

    Args:
        actor: Who manages prices.
        version: Id of the version that the caller has read, 0 for the defaults; ``None`` when it
            does not matter.
        changes: The fields that differ, of ``services.TERMS_FIELDS``.

    Raises:
        Forbidden, PreconditionFailed, Invalid.
    """
    _check(actor)
    return services.set_terms(actor=actor, version=version, changes=changes)


@use_case
def create_reward_type(*, actor: User, values: Changes) -> RewardType:
    """Enter a kind of reward: ``name``, ``kind``, ``value``.

    Raises:
        Forbidden, Invalid.
        Conflict: ``taken``.
    """
    _check(actor)
    return services.create(
        actor=actor, offer=RewardType(), allowed=services.TYPE_FIELDS, values=values
    )


@use_case
def edit_reward_type(
    *, actor: User, type_id: int, version: int | None, values: Changes
) -> RewardType:
    """Change a kind of reward; what was redeemed stays as it was then.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``taken``.
    """
    _check(actor)
    return services.edit(
        actor=actor,
        model=RewardType,
        pk=type_id,
        allowed=services.TYPE_FIELDS,
        version=version,
        values=values,
    )


@use_case
def create_reward_option(*, actor: User, values: Changes) -> RewardOption:
    """Offer something: ``reward_type``, ``name``, ``points_required``, for whom.

    Raises:
        Forbidden, Invalid.
        Conflict: ``taken``.
    """
    _check(actor)
    return services.create(
        actor=actor, offer=RewardOption(), allowed=services.OPTION_FIELDS, values=values
    )


@use_case
def edit_reward_option(
    *, actor: User, option_id: int, version: int | None, values: Changes
) -> RewardOption:
    """Change an option, or with ``is_active`` false offer it no more.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``taken``.
    """
    _check(actor)
    return services.edit(
        actor=actor,
        model=RewardOption,
        pk=option_id,
        allowed=services.OPTION_FIELDS,
        version=version,
        values=values,
    )


@use_case
def make_default_rewards(*, actor: User | None = None) -> int:
    """Offer what a new shop offers, unless anything is offered already; tells how many.

    Args:
        actor: The first admin; the system where nobody is named.
    """
    return services.make_defaults(actor=actor or User.objects.system())
