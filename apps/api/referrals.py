"""Who brought whom."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.reward_bodies import ReferralBody
from apps.api.reward_shapes import CodeShape, ReferralShape
from apps.api.serializers import ReasonBody
from apps.queue_management import use_cases
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.models import Referral
from apps.rewards_referrals.queries import referrals_of
from core.mails import address


class ReferralCodeView(ApiView):
    """One's own code."""

    @extend_schema(operation_id="referrals_code", responses=CodeShape)
    def get(self, request: Request) -> Response:
        """Your code, made when it is first asked for, and the link to hand on."""
        code = use_cases.referral_code_of(actor=self.actor).code
        link = address(f"{reverse('register')}?code={code}")
        return Response({"code": code, "link": link})


class ReferralList(ListView):
    """The customers who came by your company's codes; for admins all."""

    parameters = (
        filters.ordering("-id", "id"),
        filters.by_choice("status", "status", ReferralStatus, "Where it stands; may come often."),
        filters.by_id("customer", "referrer", "Brought by this customer."),
    )
    read_serializer = ReferralShape

    def rows(self) -> QuerySet[Referral]:
        """Those that one sees."""
        return referrals_of(self.actor)

    @extend_schema(
        operation_id="referrals_create",
        request=ReferralBody,
        responses={201: ReferralShape},
        examples=[
            OpenApiExample(
                "By a code", value={"customer": 2, "code": "BCDF2345"}, request_only=True
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Write down by whose code a customer came, until their first repair is completed.

        409 `already_referred`, `already_served`, `referred_in_a_circle`.
        """
        body = self.body(ReferralBody)
        made = use_cases.enter_referral_code(actor=self.actor, **body)
        return self.answer(ReferralShape, made, status=201)


class ReferralRefuse(ApiView):
    """A referral that does not count."""

    @extend_schema(operation_id="referrals_refuse", request=ReasonBody, responses=ReferralShape)
    def post(self, request: Request, pk: int) -> Response:
        """Let it not count, while it waits; else 409 `already_paid`."""
        self.find(referrals_of(self.actor), pk=pk)
        made = use_cases.refuse_referral(actor=self.actor, referral_id=pk, **self.body(ReasonBody))
        return self.answer(ReferralShape, made)
