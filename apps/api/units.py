"""Units: a customer's vehicles."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.customers import CustomerView
from apps.api.serializers import IdField, StrictSerializer
from apps.people.rules import may_edit_customer
from apps.queue_management import use_cases
from apps.repairs import rules
from apps.repairs.models import UNIT_NUMBER_LENGTH, Unit
from apps.repairs.queries import units_visible_to
from apps.security.enums import KeyScope
from core.errors import Forbidden
from core.keys import unit_key
from core.rules import has_customer_right, is_admin, is_technician


class UnitShape(serializers.ModelSerializer[Unit]):
    """A vehicle, with its completed repairs since the windshield was last replaced."""

    repair_count = serializers.SerializerMethodField()
    windshield_replaced_at = serializers.SerializerMethodField()

    class Meta:
        model = Unit
        fields: Sequence[str] = (
            "id",
            "customer",
            "number",
            "vin",
            "year",
            "make",
            "model",
            "plate",
            "is_active",
            "merged_into",
            "repair_count",
            "windshield_replaced_at",
            "updated_at",
            "version",
        )

    def get_repair_count(self, unit: Unit) -> int:
        """None was completed where nothing was counted."""
        return unit.repair_count.count if hasattr(unit, "repair_count") else 0

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_windshield_replaced_at(self, unit: Unit) -> Any:
        """When the count began again."""
        return unit.repair_count.windshield_replaced_at if hasattr(unit, "repair_count") else None


class UnitBody(StrictSerializer):
    """What may be said of a vehicle."""

    vin = serializers.CharField(max_length=17, allow_blank=True, required=False)
    year = serializers.IntegerField(min_value=1900, max_value=2100, allow_null=True, required=False)
    make = serializers.CharField(max_length=60, allow_blank=True, required=False)
    model = serializers.CharField(max_length=100, allow_blank=True, required=False)
    plate = serializers.CharField(max_length=20, allow_blank=True, required=False)
    is_active = serializers.BooleanField(required=False)


class NewUnitBody(UnitBody):
    """A new vehicle."""

    number = serializers.CharField(max_length=UNIT_NUMBER_LENGTH)


class MergeBody(StrictSerializer):
    """The unit that stays."""

    into = IdField()


class UnitView(ApiView):
    """One unit."""

    def visible(self, pk: int) -> Unit:
        """The unit of this URL, if the caller may see it."""
        return self.find(units_visible_to(self.actor).select_related("repair_count"), pk=pk)

    def told(self, pk: int, **more: Any) -> Response:
        """The unit as it stands now."""
        unit = Unit.objects.select_related("repair_count").get(pk=pk)
        return self.answer(UnitShape, unit, **more)


class UnitList(ListView, CustomerView):
    """The units of a customer."""

    parameters = (
        filters.ordering("number_key", "-number_key"),
        filters.search(lambda text: Q(number_key__startswith=unit_key(text)), "Number begins so."),
    )
    read_serializer = UnitShape
    key_scopes = {"POST": KeyScope.REQUEST}

    def rows(self) -> QuerySet[Unit]:
        """Those of the customer that the caller may see."""
        visible = units_visible_to(self.actor).select_related("repair_count")
        return visible.filter(customer=self.customer_of_url())

    @extend_schema(
        operation_id="customers_units_create",
        request=NewUnitBody,
        responses={201: UnitShape},
        examples=[
            OpenApiExample("A truck", value={"number": "4127", "year": 2022}, request_only=True)
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Enter a vehicle; a request for an unknown number does it too."""
        customer = self.customer_of_url()
        may_request = rules.may_request_for(self.actor, customer)
        if not (may_request or may_edit_customer(self.actor, customer)):
            raise Forbidden
        values = self.body(NewUnitBody)
        unit = use_cases.create_unit(
            actor=self.actor, customer_id=pk, number=values.pop("number"), values=values
        )
        location = reverse("api:unit-detail", args=[unit.pk])
        return self.answer(UnitShape, unit, status=201, location=location)


class UnitDetail(UnitView):
    """One unit."""

    @extend_schema(operation_id="units_retrieve", responses=UnitShape)
    def get(self, request: Request, pk: int) -> Response:
        """The unit, with its version as ETag."""
        return self.answer(UnitShape, self.visible(pk))

    @extend_schema(operation_id="units_edit", request=UnitBody, responses=UnitShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is known of it; its number stays."""
        unit = self.visible(pk)
        is_own = has_customer_right(self.actor, unit.customer_id, "can_request")
        if not (is_own or rules.may_create_field_repair(self.actor)):
            raise Forbidden
        values = self.body(UnitBody, partial=True)
        version = self.expected_version()
        use_cases.edit_unit(actor=self.actor, unit_id=pk, version=version, values=values)
        return self.told(pk)


class UnitWindshieldReplaced(UnitView):
    """A new windshield."""

    @extend_schema(operation_id="units_windshield_replaced", request=None, responses=UnitShape)
    def post(self, request: Request, pk: int) -> Response:
        """Begin the count that prices follow again."""
        self.visible(pk)
        if not (is_admin(self.actor) or is_technician(self.actor)):
            raise Forbidden
        self.body(StrictSerializer)
        use_cases.mark_windshield_replaced(actor=self.actor, unit_id=pk)
        return self.told(pk)


class UnitMerge(UnitView):
    """Two units are one."""

    @extend_schema(operation_id="units_merge", request=MergeBody, responses=UnitShape)
    def post(self, request: Request, pk: int) -> Response:
        """Move its repairs and count to another unit of the customer, which is answered."""
        self.visible(pk)
        if not is_admin(self.actor):
            raise Forbidden
        into = self.body(MergeBody)["into"]
        return self.told(use_cases.merge_units(actor=self.actor, unit_id=pk, into_id=into).pk)
