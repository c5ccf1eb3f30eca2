"""Forms about points, rewards and referrals."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.office_portal.forms.shared import OwnIds, text
from apps.rewards_referrals.enums import (
    WAITING,
    RedemptionStatus,
    ReferralStatus,
    RewardKind,
)
from apps.rewards_referrals.models import (
    Referral,
    Reward,
    RewardRedemption,
    RewardTerms,
    RewardType,
)
from core.keys import name_key
from core.money import MAXIMUM, ZERO

ENDED = (RedemptionStatus.REJECTED, RedemptionStatus.CANCELLED)
LARGEST = 1_000_000


class QueueFilter(forms.Form):
    """Which redemptions a list shows; an impossible value is what has to be done."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "To get ready and hand out"),
            ("discounts", "Discounts that wait for a repair"),
            ("waiting", "Everything that waits"),
            ("done", "Handed out and used"),
            ("ended", "Declined and cancelled"),
        ],
    )

    def narrow(self, rows: QuerySet[RewardRedemption]) -> QuerySet[RewardRedemption]:
        """The rows that the filter lets through."""
        self.is_valid()
        shown = self.cleaned_data.get("show")
        if shown == "done":
            return rows.filter(status=RedemptionStatus.FULFILLED)
        if shown == "ended":
            return rows.filter(status__in=ENDED)
        waiting = rows.filter(status__in=WAITING)
        if shown == "waiting":
            return waiting
        if shown == "discounts":
            return waiting.exclude(kind=RewardKind.MERCHANDISE)
        return waiting.filter(kind=RewardKind.MERCHANDISE)


class AccountFilter(forms.Form):
    """Which accounts a list shows."""

    name = forms.CharField(label="Customer begins with", max_length=200, required=False)
    debt = forms.BooleanField(label="Below zero", required=False)

    def narrow(self, accounts: QuerySet[Reward]) -> QuerySet[Reward]:
        """The rows that the filter lets through."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("name"):
            accounts = accounts.filter(customer__name_key__startswith=name_key(wanted["name"]))
        return accounts.filter(points__lt=0) if wanted.get("debt") else accounts


class ReferralFilter(forms.Form):
    """Which referrals a list shows."""

    status = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *ReferralStatus.choices]
    )

    def narrow(self, referrals: QuerySet[Referral]) -> QuerySet[Referral]:
        """The rows that the filter lets through."""
        self.is_valid()
        status = self.cleaned_data.get("status")
        return referrals.filter(status=status) if status else referrals


class WhyForm(OwnIds, forms.Form):
    """A reason that somebody reads."""

    ids = "why"

    reason = text("Reason", required=True, most=300)


class AdjustForm(OwnIds, forms.Form):
    """Points added by hand, or taken."""

    ids = "adjust"

    points = forms.IntegerField(label="Points", min_value=-LARGEST, max_value=LARGEST)
    reason = text("Reason", required=True, most=300)

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = f"Less than 0 takes some. At most {limit:,} at once."
        self.fields["points"].help_text = told
        self.fields["reason"].help_text = "The customer reads it."


class CodeForm(OwnIds, forms.Form):
    """The code by which a customer came."""

    ids = "entered"

    referral_code = forms.CharField(label="Referral code", max_length=20)


class TypeForm(OwnIds, forms.Form):
    """What a reward does."""

    ids = "kind"

    name = forms.CharField(label="Name", max_length=80)
    kind = forms.ChoiceField(label="What it does", choices=RewardKind.choices)
    value = forms.DecimalField(
        label="How much",
        min_value=ZERO,
        max_value=MAXIMUM,
        decimal_places=2,
        initial=ZERO,
        help_text="Percent or dollars; 0 for a free repair and for a thing.",
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class OptionForm(OwnIds, forms.Form):
    """What is offered, for how many points and for whom."""

    ids = "option"

    reward_type = forms.ModelChoiceField(
        RewardType.objects.all(), label="Kind of reward", empty_label="Choose one"
    )
    name = forms.CharField(label="Name", max_length=80)
    description = text("Description", most=300)
    points_required = forms.IntegerField(label="Points", min_value=1, max_value=LARGEST)
    for_companies = forms.BooleanField(label="For companies", required=False, initial=True)
    for_persons = forms.BooleanField(label="For persons", required=False, initial=True)
    is_active = forms.BooleanField(label="On offer", required=False, initial=True)


class TermsForm(OwnIds, forms.ModelForm[RewardTerms]):
    """What brings how many points."""

    ids = "terms"

    class Meta:
        model = RewardTerms
        fields = (
            *("points_per_repair", "first_at", "first_points", "second_at", "second_points"),
            *("every", "every_points", "referrer_points", "referred_points"),
            *("hold_days", "expiry_days", "adjustment_limit", "worth_of_100"),
        )
        labels = {
            "points_per_repair": "Points of a completed repair",
            "first_at": "First extra: at which repair",
            "first_points": "First extra: points",
            "second_at": "Second extra: at which repair",
            "second_points": "Second extra: points",
            "every": "Extra at every so many repairs",
            "every_points": "Points of each of those",
            "referrer_points": "Points of who brings a customer",
            "referred_points": "Points of the customer who is brought",
            "hold_days": "Days before points can be redeemed",
            "expiry_days": "Days after which points expire",
            "adjustment_limit": "Most points of one correction by hand",
            "worth_of_100": "What 100 points are worth, in dollars",
        }
        help_texts = {
            "first_at": "0 for none.",
            "second_at": "0 for none.",
            "every": "0 for none.",
            "expiry_days": "Empty for never.",
            "worth_of_100": "For the report of what is owed; customers do not see it.",
        }
