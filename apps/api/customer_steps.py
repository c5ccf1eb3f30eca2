"""What the office decides about a customer: vouched for, refused, laid aside."""

from collections.abc import Callable

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.customers import CustomerShape, CustomerView
from apps.api.serializers import StrictSerializer
from apps.people.services.customers import (
    confirm_customer,
    refuse_service,
    serve_again,
    set_customer_active,
)
from core.errors import Forbidden
from core.rules import is_admin


class RefusalBody(StrictSerializer):
    """Why no more work is taken; the shop alone reads it."""

    reason = serializers.CharField(max_length=300)


class ActivityBody(StrictSerializer):
    """Whether the customer is in use."""

    is_active = serializers.BooleanField()


class OfficeStep(CustomerView):
    """A decision of the office; ``If-Match`` is compared where it is sent."""

    def decide(
        self,
        use_case: Callable[..., object],
        body: type[StrictSerializer] = StrictSerializer,
    ) -> Response:
        """Do it for the customer of the address, who is answered as it stands then."""
        customer = self.customer_of_url()
        if not is_admin(self.actor):
            raise Forbidden
        version = self.expected_version(required=False)
        use_case(actor=self.actor, customer_id=customer.pk, version=version, **self.body(body))
        return self.told(customer.pk)


class CustomerConfirm(OfficeStep):
    """A customer whom the office vouches for."""

    @extend_schema(operation_id="customers_confirm", request=None, responses=CustomerShape)
    def post(self, request: Request, pk: int) -> Response:
        """Vouch for it: its company name is unique from now on."""
        return self.decide(confirm_customer)


class CustomerRefusal(OfficeStep):
    """A customer from whom no more work is taken."""

    @extend_schema(
        operation_id="customers_refuse",
        request=RefusalBody,
        responses=CustomerShape,
        examples=[OpenApiExample("Unpaid", value={"reason": "Unpaid"}, request_only=True)],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take no more work, for a reason that only the shop sees."""
        return self.decide(refuse_service, RefusalBody)


class CustomerServedAgain(OfficeStep):
    """A refused customer who is welcome again."""

    @extend_schema(operation_id="customers_serve_again", request=None, responses=CustomerShape)
    def post(self, request: Request, pk: int) -> Response:
        """Take work again."""
        return self.decide(serve_again)


class CustomerActivity(OfficeStep):
    """A customer laid aside, or taken out again."""

    @extend_schema(
        operation_id="customers_set_active", request=ActivityBody, responses=CustomerShape
    )
    def post(self, request: Request, pk: int) -> Response:
        """Lay it aside or take it out again; nothing of its history goes."""
        return self.decide(set_customer_active, ActivityBody)
