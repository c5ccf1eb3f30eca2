"""What callers send about rewards and referrals."""

from rest_framework import serializers

from apps.api.repair_bodies import optional_text
from apps.api.serializers import IdField, StrictSerializer
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardType
from apps.rewards_referrals.models.options import MAXIMUM_POINTS
from core.money import MAXIMUM, ZERO

MOST = 100_000


class RedeemBody(StrictSerializer):
    """What points are redeemed for."""

    option = IdField(source="option_id")
    repair = IdField(
        source="repair_id",
        required=False,
        allow_null=True,
        help_text="An open repair that a discount is for; left out: the next one.",
    )


class ChooseBody(StrictSerializer):
    """The repair that a waiting discount is for."""

    repair = IdField(source="repair_id", allow_null=True, help_text="Null: the next one.")


class EndingReasonBody(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=300)


class AdjustmentBody(EndingReasonBody):
    """Points added or taken by hand."""

    customer = IdField(source="customer_id")
    points = serializers.IntegerField(min_value=-MOST, max_value=MOST)


class RewardTypeBody(StrictSerializer):
    """A kind of reward."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(RewardKind.choices)
    value = serializers.DecimalField(
        max_digits=8,
        decimal_places=2,
        min_value=ZERO,
        max_value=MAXIMUM,
        required=False,
        help_text="Percent or dollars off; 0.00 otherwise.",
    )
    is_active = serializers.BooleanField(required=False)


class RewardOptionBody(StrictSerializer):
    """Something on offer."""

    reward_type = IdField()
    name = serializers.CharField(max_length=80)
    description = optional_text(300)
    points_required = serializers.IntegerField(min_value=1, max_value=MAXIMUM_POINTS)
    for_companies = serializers.BooleanField(required=False)
    for_persons = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate_reward_type(self, value: int) -> RewardType:
        """The kind of that id."""
        found = RewardType.objects.filter(pk=value).first()
        if found is None:
            raise serializers.ValidationError("There is no such kind of reward.")
        return found


def _points(least: int = 0) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=MOST, required=False)


class TermsBody(StrictSerializer):
    """How many points what brings; what is left out stays."""

    points_per_repair = _points()
    first_at = _points()
    first_points = _points()
    second_at = _points()
    second_points = _points()
    every = _points()
    every_points = _points()
    referrer_points = _points()
    referred_points = _points()
    hold_days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    expiry_days = serializers.IntegerField(
        min_value=30, max_value=3650, required=False, allow_null=True, help_text="Null: never."
    )
    adjustment_limit = _points(1)
    worth_of_100 = serializers.DecimalField(
        max_digits=8, decimal_places=2, min_value=ZERO, max_value=MAXIMUM, required=False
    )


class ReferralBody(StrictSerializer):
    """By whose code a customer came."""

    customer = IdField(source="customer_id")
    code = serializers.CharField(max_length=20)
