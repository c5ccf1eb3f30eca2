"""Points: how they stand, how they came, what they were redeemed for."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.reward_bodies import AdjustmentBody, ChooseBody, RedeemBody
from apps.api.reward_shapes import EntryShape, RedemptionShape, RewardsShape
from apps.api.serializers import ReasonBody, StrictSerializer
from apps.people.rules import customers_visible_to
from apps.queue_management import use_cases
from apps.rewards_referrals import rules
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus, RewardKind
from apps.rewards_referrals.models import RewardEntry, RewardRedemption
from apps.rewards_referrals.queries import entries_of, offers_for, redemptions_of, standing_of
from apps.security.enums import KeyScope
from core.errors import Forbidden, Invalid, NotFound
from core.models import Customer
from core.rules import membership

FIRST = 25


class Rewards(ApiView):
    """A customer's rewards."""

    parameters = (
        filters.by_id("customer", "customer", "Whose; needed of admins, else one's own."),
    )

    @extend_schema(operation_id="rewards_retrieve", responses=RewardsShape)
    def get(self, request: Request) -> Response:
        """The balance, the account, what is offered, and the newest entries and redemptions."""
        customer = self._customer()
        standing = standing_of(customer.pk)
        ahead = standing.next_milestone
        told = {
            "balance": standing.balance,
            "available": standing.available,
            "held": standing.held,
            "completed_repairs": standing.completed,
            "next_milestone": ahead and {"repairs": ahead[0], "points": ahead[1]},
            "rewards": [standing.account] if standing.account else [],
            "entries": entries_of(self.actor, customer.pk)[:FIRST],
            "options": offers_for(customer, standing),
            "redemptions": redemptions_of(self.actor, customer.pk)[:FIRST],
        }
        return self.answer(RewardsShape, told)

    def _customer(self) -> Customer:
        """The one that is asked for, or one's own.

        Raises:
            NotFound: There is none that they see.
            Invalid: The office asks for nobody.
        """
        asked, member = self.given.get("customer"), membership(self.actor)
        if asked is not None:
            return self.find(customers_visible_to(self.actor), pk=asked)
        if member is not None:
            return member.customer
        if rules.may_decide(self.actor):
            raise Invalid(errors={"customer": ["Say whose rewards."]})
        raise NotFound


class RewardsRedeem(ApiView):
    """Points into a reward."""

    key_scopes = {"POST": KeyScope.APPROVE}

    @extend_schema(
        operation_id="rewards_redeem",
        request=RedeemBody,
        responses={201: RedemptionShape},
        examples=[OpenApiExample("For the next repair", value={"option": 1}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Redeem points of your company; they go at once.

        409 `not_enough_points` with `missing`; `repair_has_reward`, `repair_not_open`.
        """
        member = membership(self.actor)
        if member is None:
            raise NotFound
        if not rules.may_redeem(self.actor, member.customer_id):
            raise Forbidden("You may not redeem your company's points. Ask your primary contact.")
        made = use_cases.redeem_reward(actor=self.actor, **self.body(RedeemBody))
        location = reverse("api:redemption-detail", args=[made.pk])
        return self.answer(RedemptionShape, made, status=201, location=location)


class RewardEntryList(ListView):
    """How points came and went."""

    parameters = (
        filters.ordering("-id", "id"),
        filters.by_id("customer", "reward__customer", "Of this customer."),
        filters.by_id("repair", "repair", "Of this repair."),
        filters.by_choice("kind", "kind", EntryKind, "Why; may come often."),
    )
    read_serializer = EntryShape

    def rows(self) -> QuerySet[RewardEntry]:
        """Those that one sees."""
        return entries_of(self.actor)


class RewardAdjustments(ApiView):
    """Points corrected by hand."""

    @extend_schema(
        operation_id="rewards_adjust", request=AdjustmentBody, responses={201: EntryShape}
    )
    def post(self, request: Request) -> Response:
        """Add points, or take some (below 0), with the reason; within the limit of the terms."""
        if not rules.may_adjust(self.actor):
            raise Forbidden("Only admins who manage prices correct points.")
        entry = use_cases.adjust_points(actor=self.actor, **self.body(AdjustmentBody))
        return self.answer(EntryShape, entry, status=201)


class RedemptionList(ListView):
    """Redemptions: of one's company; for technicians, what they hand out and take off."""

    parameters = (
        filters.ordering("-id", "id"),
        filters.by_choice("status", "status", RedemptionStatus, "Where it stands; may come often."),
        filters.by_choice("kind", "kind", RewardKind, "What it does; may come often."),
        filters.by_id("customer", "reward__customer", "Of this customer."),
        filters.by_id("repair", "applied_to_repair", "Of this repair."),
    )
    read_serializer = RedemptionShape

    def rows(self) -> QuerySet[RewardRedemption]:
        """Those that one sees."""
        return redemptions_of(self.actor)


class RedemptionView(ApiView):
    """One redemption."""

    def visible(self, pk: int) -> RewardRedemption:
        """The redemption of this URL, if the caller may see it."""
        return self.find(redemptions_of(self.actor), pk=pk)

    def told(self, made: RewardRedemption) -> Response:
        """The redemption as it stands now."""
        return self.answer(RedemptionShape, made)


class RedemptionDetail(RedemptionView):
    """One redemption."""

    @extend_schema(operation_id="redemptions_retrieve", responses=RedemptionShape)
    def get(self, request: Request, pk: int) -> Response:
        """What was redeemed, and where it stands."""
        return self.told(self.visible(pk))


class RedemptionCancel(RedemptionView):
    """A redemption taken back."""

    key_scopes = {"POST": KeyScope.APPROVE}

    @extend_schema(operation_id="redemptions_cancel", request=None, responses=RedemptionShape)
    def post(self, request: Request, pk: int) -> Response:
        """Cancel it while it waits; its points return. Else 409 `not_waiting`."""
        found = self.visible(pk)
        if not rules.may_cancel(self.actor, found.reward.customer_id):
            raise Forbidden("You may not cancel this reward.")
        self.body(StrictSerializer)
        return self.told(use_cases.cancel_redemption(actor=self.actor, redemption_id=pk))


class RedemptionChoose(RedemptionView):
    """The repair of a discount."""

    key_scopes = {"POST": KeyScope.APPROVE}

    @extend_schema(operation_id="redemptions_choose", request=ChooseBody, responses=RedemptionShape)
    def post(self, request: Request, pk: int) -> Response:
        """Say which open repair it comes off. 409 `repair_has_reward`, `repair_not_open`."""
        self.visible(pk)
        made = use_cases.choose_reward(actor=self.actor, redemption_id=pk, **self.body(ChooseBody))
        return self.told(made)


class RedemptionApprove(RedemptionView):
    """A redemption made ready."""

    @extend_schema(operation_id="redemptions_approve", request=None, responses=RedemptionShape)
    def post(self, request: Request, pk: int) -> Response:
        """Make it ready: things can be handed out then."""
        self.visible(pk)
        self.body(StrictSerializer)
        return self.told(use_cases.approve_redemption(actor=self.actor, redemption_id=pk))


class RedemptionReject(RedemptionView):
    """A redemption declined."""

    @extend_schema(operation_id="redemptions_reject", request=ReasonBody, responses=RedemptionShape)
    def post(self, request: Request, pk: int) -> Response:
        """Decline it; its points return, and the customer reads the reason."""
        self.visible(pk)
        made = use_cases.reject_redemption(
            actor=self.actor, redemption_id=pk, **self.body(ReasonBody)
        )
        return self.told(made)


class RedemptionFulfil(RedemptionView):
    """A thing handed out."""

    @extend_schema(operation_id="redemptions_fulfil", request=None, responses=RedemptionShape)
    def post(self, request: Request, pk: int) -> Response:
        """Hand it out. 409 `is_discount`: that comes off a price by itself."""
        self.visible(pk)
        self.body(StrictSerializer)
        return self.told(use_cases.fulfil_redemption(actor=self.actor, redemption_id=pk))
