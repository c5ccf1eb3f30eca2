"""What answers about rewards and referrals look like."""

from collections.abc import Sequence

from rest_framework import serializers

from apps.api.job_shapes import Shape, nullable
from apps.api.repair_shapes import money
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus, ReferralStatus, RewardKind
from apps.rewards_referrals.models import (
    Referral,
    RewardEntry,
    RewardOption,
    RewardRedemption,
    RewardTerms,
    RewardType,
)


class RewardTypeShape(serializers.ModelSerializer[RewardType]):
    """What a reward does."""

    kind_label = serializers.CharField(source="get_kind_display")
    value = money(help_text="Percent or dollars off; 0.00 otherwise.")

    class Meta:
        model = RewardType
        fields: Sequence[str] = (
            *("id", "name", "kind", "kind_label", "value", "is_active", "version"),
        )


class RewardOptionShape(serializers.ModelSerializer[RewardOption]):
    """A reward, and how many points it takes."""

    kind = serializers.ChoiceField(RewardKind.choices, source="reward_type.kind")
    value = money(source="reward_type.value", help_text="Percent or dollars off.")

    class Meta:
        model = RewardOption
        fields: Sequence[str] = (
            *("id", "name", "description", "points_required", "reward_type", "kind", "value"),
            *("for_companies", "for_persons", "is_active", "version"),
        )


class OfferShape(Shape):
    """An option as a customer is offered it."""

    id = serializers.IntegerField(source="option.pk")
    name = serializers.CharField(source="option.name")
    description = serializers.CharField(source="option.description")
    points_required = serializers.IntegerField(source="option.points_required")
    kind = serializers.ChoiceField(RewardKind.choices, source="option.reward_type.kind")
    value = money(source="option.reward_type.value", help_text="Percent or dollars off.")
    missing = serializers.IntegerField(help_text="Points that are missing still; 0 for none.")


class EntryShape(serializers.ModelSerializer[RewardEntry]):
    """Points that came or went."""

    customer = serializers.IntegerField(source="reward.customer_id")
    kind = serializers.ChoiceField(EntryKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    balance = serializers.IntegerField(source="balance_after", help_text="What it left.")

    class Meta:
        model = RewardEntry
        fields: Sequence[str] = (
            *("id", "customer", "at", "kind", "kind_label", "points", "balance"),
            *("repair", "number", "reason"),
        )


class RedemptionShape(serializers.ModelSerializer[RewardRedemption]):
    """A reward that was redeemed."""

    customer = serializers.IntegerField(source="reward.customer_id")
    customer_name = serializers.CharField(source="reward.customer.name")
    option = serializers.IntegerField(source="reward_option_id")
    kind = serializers.ChoiceField(RewardKind.choices)
    status = serializers.ChoiceField(RedemptionStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    value = money(help_text="Percent or dollars off.")
    amount_off = money(help_text="What it took off in the end.")
    repair = nullable(
        serializers.IntegerField,
        source="applied_to_repair_id",
        help_text="The one it was chosen for, and in the end came off; null: the next one.",
    )

    class Meta:
        model = RewardRedemption
        fields: Sequence[str] = (
            *("id", "customer", "customer_name", "option", "name", "kind", "value", "points"),
            *("status", "status_label", "repair", "amount_off", "reason", "created_at"),
            *("fulfilled_at", "ended_at", "version"),
        )


class AccountShape(Shape):
    """A customer's account."""

    id = serializers.IntegerField(source="pk")
    customer = serializers.IntegerField(source="customer_id")
    points = serializers.IntegerField()


class MilestoneShape(Shape):
    """Which number of completed repairs brings points next."""

    repairs = serializers.IntegerField()
    points = serializers.IntegerField()


class RewardsShape(Shape):
    """All of a customer's rewards, the newest 25 entries and redemptions of them."""

    balance = serializers.IntegerField(help_text="Below 0: points were taken back after use.")
    available = serializers.IntegerField(help_text="What can be redeemed now.")
    held = serializers.IntegerField(help_text="Earned, and to be redeemed later.")
    completed_repairs = serializers.IntegerField()
    next_milestone = MilestoneShape(allow_null=True)
    rewards = AccountShape(many=True, help_text="The account; none before the first point.")
    entries = EntryShape(many=True)
    options = OfferShape(many=True)
    redemptions = RedemptionShape(many=True)


class CodeShape(Shape):
    """One's own referral code."""

    code = serializers.CharField()
    link = serializers.URLField(help_text="Leads to the registration, with the code filled in.")


class ReferralShape(serializers.ModelSerializer[Referral]):
    """A customer who came by a code."""

    code = serializers.CharField(source="code.code")
    referred_name = serializers.CharField(source="referred.name")
    status = serializers.ChoiceField(ReferralStatus.choices)
    status_label = serializers.CharField(source="get_status_display")

    class Meta:
        model = Referral
        fields: Sequence[str] = (
            *("id", "code", "referrer", "referred_name", "status", "status_label"),
            *("created_at", "paid_at"),
        )


class TermsShape(serializers.ModelSerializer[RewardTerms]):
    """How many points what brings: the version in force."""

    version = serializers.SerializerMethodField(help_text="0 while nothing was changed.")
    worth_of_100 = money(help_text="What a hundred points are worth.")

    class Meta:
        model = RewardTerms
        fields: Sequence[str] = (
            *("points_per_repair", "first_at", "first_points", "second_at", "second_points"),
            *("every", "every_points", "referrer_points", "referred_points"),
            *("hold_days", "expiry_days", "adjustment_limit", "worth_of_100", "version"),
        )

    def get_version(self, terms: RewardTerms) -> int:
        """The version's id."""
        return terms.pk or 0
