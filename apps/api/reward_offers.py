"""What points bring and buy: terms, kinds of reward, options; for the office."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.reward_bodies import RewardOptionBody, RewardTypeBody, TermsBody
from apps.api.reward_shapes import RewardOptionShape, RewardTypeShape, TermsShape
from apps.queue_management import use_cases
from apps.rewards_referrals import rules
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardOption, RewardTerms, RewardType
from core.errors import Forbidden


def _is_active(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    return Q(is_active=wanted)


class OwnersView(ApiView):
    """What the owner alone changes."""

    def check_owner(self) -> None:
        """Refuse whoever does not manage prices, before their body is read.

        Raises:
            Forbidden.
        """
        if not rules.may_set_terms(self.actor):
            raise Forbidden("Only admins who manage prices change what points bring and buy.")


class RewardTypeList(ListView, OwnersView):
    """Kinds of reward."""

    parameters = (
        filters.ordering("id", "-id"),
        filters.by_choice("kind", "kind", RewardKind, "What it does; may come often."),
        filters.by_flag("active", _is_active, "Whether it is in use."),
    )
    read_serializer = RewardTypeShape

    def rows(self) -> QuerySet[RewardType]:
        """All of them."""
        return RewardType.objects.all()

    @extend_schema(
        operation_id="reward_types_create",
        request=RewardTypeBody,
        responses={201: RewardTypeShape},
        examples=[
            OpenApiExample(
                "Half off",
                value={"name": "50 % off", "kind": "percentage", "value": "50.00"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Enter a kind of reward. 409 `taken` where another one has its name."""
        self.check_owner()
        made = use_cases.create_reward_type(actor=self.actor, values=self.body(RewardTypeBody))
        location = reverse("api:reward-type-detail", args=[made.pk])
        return self.answer(RewardTypeShape, made, status=201, location=location)


class RewardTypeDetail(OwnersView):
    """One kind of reward."""

    @extend_schema(operation_id="reward_types_retrieve", responses=RewardTypeShape)
    def get(self, request: Request, pk: int) -> Response:
        """The kind, with its version as ETag."""
        return self.answer(RewardTypeShape, self.find(RewardType.objects.all(), pk=pk))

    @extend_schema(
        operation_id="reward_types_edit", request=RewardTypeBody, responses=RewardTypeShape
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; what was redeemed stays as it was then."""
        self.find(RewardType.objects.all(), pk=pk)
        self.check_owner()
        values = self.body(RewardTypeBody, partial=True)
        made = use_cases.edit_reward_type(
            actor=self.actor, type_id=pk, version=self.expected_version(), values=values
        )
        return self.answer(RewardTypeShape, made)


class RewardOptionList(ListView, OwnersView):
    """All options, those that are offered no more too."""

    parameters = (
        filters.ordering("points_required", "-points_required", "id", "-id"),
        filters.by_id("reward_type", "reward_type", "Of this kind of reward."),
        filters.by_flag("active", _is_active, "Whether it is offered."),
    )
    read_serializer = RewardOptionShape

    def rows(self) -> QuerySet[RewardOption]:
        """All of them."""
        return RewardOption.objects.select_related("reward_type")

    @extend_schema(
        operation_id="reward_options_create",
        request=RewardOptionBody,
        responses={201: RewardOptionShape},
        examples=[
            OpenApiExample(
                "Half off",
                value={"reward_type": 1, "name": "50 % off a repair", "points_required": 2000},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Offer something. 409 `taken` where another option has its name."""
        self.check_owner()
        made = use_cases.create_reward_option(actor=self.actor, values=self.body(RewardOptionBody))
        location = reverse("api:reward-option-detail", args=[made.pk])
        return self.answer(RewardOptionShape, made, status=201, location=location)


class RewardOptionDetail(OwnersView):
    """One option."""

    def visible(self, pk: int) -> RewardOption:
        """The option of this URL."""
        return self.find(RewardOption.objects.select_related("reward_type"), pk=pk)

    @extend_schema(operation_id="reward_options_retrieve", responses=RewardOptionShape)
    def get(self, request: Request, pk: int) -> Response:
        """The option, with its version as ETag."""
        return self.answer(RewardOptionShape, self.visible(pk))

    @extend_schema(
        operation_id="reward_options_edit", request=RewardOptionBody, responses=RewardOptionShape
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; with `is_active` false it is offered no more."""
        self.visible(pk)
        self.check_owner()
        values = self.body(RewardOptionBody, partial=True)
        use_cases.edit_reward_option(
            actor=self.actor, option_id=pk, version=self.expected_version(), values=values
        )
        return self.answer(RewardOptionShape, self.visible(pk))


class RewardTermsView(OwnersView):
    """The numbers in force."""

    @extend_schema(operation_id="reward_terms_retrieve", responses=TermsShape)
    def get(self, request: Request) -> Response:
        """How many points what brings."""
        return self._told(RewardTerms.objects.current())

    @extend_schema(operation_id="reward_terms_edit", request=TermsBody, responses=TermsShape)
    def patch(self, request: Request) -> Response:
        """Put other numbers in force, as a new version; past entries stay."""
        self.check_owner()
        changes = self.body(TermsBody, partial=True)
        terms = use_cases.set_reward_terms(
            actor=self.actor, version=self.expected_version(), changes=changes
        )
        return self._told(terms)

    def _told(self, terms: RewardTerms) -> Response:
        response = self.answer(TermsShape, terms)
        response["ETag"] = f'"{terms.pk or 0}"'
        return response
