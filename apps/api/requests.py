"""Requests: the customer asks for a repair."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.repair_bodies import RequestBody, details_from
from apps.api.repair_shapes import RepairShape
from apps.api.repairs import RepairView
from apps.queue_management import use_cases
from apps.security.enums import KeyScope
from core.enums import Role
from core.errors import Forbidden, Invalid
from core.models import User
from core.rules import membership


def customer_named_by(actor: User, body: Mapping[str, Any]) -> int:
    """In whose name somebody asks: what they say, or the company that they belong to.

    Raises:
        Forbidden: A customer's user without a company.
        Invalid: The shop's people have to say it.
    """
    if "customer" in body:
        return int(body["customer"])
    member = membership(actor)
    if member is not None:
        return member.customer_id
    if actor.role == Role.CUSTOMER:
        raise Forbidden("You belong to no company yet.", code="no_company")
    raise Invalid(errors={"customer": ["Say for which customer."]})


class RepairRequestList(RepairView):
    """Where repairs are asked for."""

    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(
        operation_id="repair_requests_create",
        request=RequestBody,
        responses={201: RepairShape},
        examples=[
            OpenApiExample(
                "A driver saw a chip",
                value={
                    "unit_number": "4127",
                    "damage_type": "Chip",
                    "description": "In front of the driver, since this morning",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Ask for a repair. 409 ``possible_duplicate`` until ``confirm_duplicate`` is sent."""
        body = self.body(RequestBody)
        repair = use_cases.request_repair(
            actor=self.actor,
            customer_id=customer_named_by(self.actor, body),
            details=details_from(body),
            confirm_duplicate=body["confirm_duplicate"],
        )
        return self.told(repair.pk, status=201)
