"""Points, what they buy, who brought whom: what each list shows, filters and searches."""

from django.db import models

from apps.admin_site.reading import Begins, Columns
from apps.rewards_referrals.models import (
    Referral,
    ReferralCode,
    Reward,
    RewardEntry,
    RewardOption,
    RewardRedemption,
    RewardTerms,
    RewardType,
)
from core.keys import name_key

NAME = Begins("name_key", name_key)

REWARD_LISTS: dict[type[models.Model], Columns] = {
    Reward: Columns(
        ("customer", "points", "completed", "waiting"),
        search=(Begins("name_key", name_key, of="customer"),),
        related=("customer",),
    ),
    RewardEntry: Columns(
        ("reward", "kind", "points", "balance_after", "at", "actor"),
        numbers=("reward_id", "repair_id"),
        filters=("kind",),
        related=("reward__customer", "actor"),
    ),
    RewardType: Columns(
        ("name", "kind", "value", "is_active"), search=(NAME,), filters=("kind", "is_active")
    ),
    RewardOption: Columns(
        ("name", "reward_type", "points_required", "for_companies", "for_persons", "is_active"),
        search=(NAME,),
        filters=("for_companies", "for_persons", "is_active"),
        related=("reward_type",),
    ),
    RewardRedemption: Columns(
        ("name", "reward", "points", "status", "applied_to_repair", "amount_off", "created_at"),
        numbers=("reward_id", "applied_to_repair_id"),
        filters=("status", "kind"),
        related=("reward__customer", "applied_to_repair"),
    ),
    ReferralCode: Columns(
        ("code", "customer", "owner", "is_active", "created_at"),
        search=(Begins("code_key", name_key), Begins("name_key", name_key, of="customer")),
        filters=("is_active",),
        related=("customer", "owner"),
    ),
    Referral: Columns(
        ("referred", "referrer", "code", "status", "created_at", "paid_at"),
        search=(
            Begins("name_key", name_key, of="referred"),
            Begins("name_key", name_key, of="referrer"),
        ),
        filters=("status",),
        related=("referred", "referrer", "code"),
    ),
    RewardTerms: Columns(
        ("id", "points_per_repair", "referrer_points", "expiry_days", "created_at", "created_by"),
        related=("created_by",),
    ),
}
