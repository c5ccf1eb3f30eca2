"""Customers and their repairs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.repair_rows import Row
from apps.api.repairs import FILTERS, RepairLists
from apps.api.serializers import IdField, StrictSerializer
from apps.people.queries import search_customers
from apps.people.rules import (
    customers_visible_to,
    is_staff,
    may_edit_customer,
)
from apps.people.services.customers import create_customer, update_customer
from apps.repairs.models import Repair
from core.enums import CustomerKind
from core.errors import Forbidden
from core.keys import name_key
from core.models import Customer, Site
from core.rules import is_admin

SHOP_ONLY = ("owner", "do_not_service", "do_not_service_reason")
FOUND = ("id", "kind", "kind_label", "name", "town")
WHOLE = (
    "is_confirmed",
    "is_active",
    "email",
    "phone",
    "billing_address",
    "created_at",
    "updated_at",
    "version",
    *SHOP_ONLY,
)


class CustomerFound(serializers.ModelSerializer[Customer]):
    """What anybody of the shop may find by searching."""

    kind_label = serializers.CharField(source="get_kind_display")
    town = serializers.CharField(allow_null=True)

    class Meta:
        model = Customer
        fields: Sequence[str] = FOUND


class CustomerShape(CustomerFound):
    """A customer; found by search it is told up to ``town`` only, its refusal to the shop only."""

    # Not read-only, or the schema would promise them to everybody.
    created_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)
    version = serializers.IntegerField(required=False)

    class Meta(CustomerFound.Meta):
        fields = (*FOUND, *WHOLE)
        extra_kwargs = {name: {"required": False} for name in WHOLE}

    def to_representation(self, instance: Customer) -> Row:
        """The fields that the caller may know."""
        told: Row = super().to_representation(instance)
        hidden = () if is_staff(self.context["view"].actor) else SHOP_ONLY
        return {name: value for name, value in told.items() if name not in hidden}


class CustomerBody(StrictSerializer):
    """What may be changed: the office all, agents neither owner nor kind, contacts no name."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(CustomerKind.choices)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=40, allow_blank=True, required=False)
    billing_address = serializers.CharField(max_length=500, allow_blank=True, required=False)
    owner = IdField(
        source="owner_id", allow_null=True, required=False, help_text="A sales agent; by admins."
    )


class NewCustomerBody(CustomerBody):
    """A new customer."""

    confirm_same_phone = serializers.BooleanField(
        required=False, default=False, help_text="Another person than the one with this number."
    )


def with_town(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """The customers with the town of their default site."""
    town = Site.objects.filter(customer=OuterRef("pk"), is_default=True).values("city")[:1]
    return customers.annotate(town=Subquery(town))


class CustomerView(ApiView):
    """One customer, or what belongs to it."""

    def customer_of_url(self) -> Customer:
        """The customer, if the caller may see it."""
        return self.find(with_town(customers_visible_to(self.actor)), pk=self.kwargs["pk"])

    def told(self, pk: int, **more: Any) -> Response:
        """The customer as it stands now."""
        customer = with_town(Customer.objects.filter(pk=pk)).get()
        return self.answer(CustomerShape, customer, **more)


class CustomerList(ListView, CustomerView):
    """The customers that one sees; by search also others' name and town, for the shop's people."""

    parameters = (
        filters.ordering("name", "-name", "updated_at", "-updated_at"),
        filters.search(lambda text: Q(name_key__startswith=name_key(text)), "Name begins so."),
        filters.by_choice("kind", "kind", CustomerKind, "Companies or persons."),
        filters.updated_since(),
    )
    read_serializer = CustomerShape
    key_scopes = {}

    def rows(self) -> QuerySet[Customer]:
        """The visible ones, or those known by name."""
        if self._is_by_name():
            return search_customers(self.actor, self.given["search"])
        return with_town(customers_visible_to(self.actor))

    def tell(self, rows: Sequence[Customer]) -> Any:
        """Name and town of what was searched among all."""
        return CustomerFound(rows, many=True).data if self._is_by_name() else super().tell(rows)

    def _is_by_name(self) -> bool:
        return "search" in self.given and is_staff(self.actor) and not is_admin(self.actor)

    @extend_schema(
        operation_id="customers_create",
        request=NewCustomerBody,
        responses={201: CustomerShape},
        examples=[
            OpenApiExample(
                "A fleet", value={"kind": "company", "name": "Demo Fleet"}, request_only=True
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Open a customer: admins any, sales agents their own, technicians persons."""
        customer = create_customer(actor=self.actor, **self.body(NewCustomerBody))
        location = reverse("api:customer-detail", args=[customer.pk])
        return self.told(customer.pk, status=201, location=location)


class CustomerDetail(CustomerView):
    """One customer."""

    @extend_schema(operation_id="customers_retrieve", responses=CustomerShape)
    def get(self, request: Request, pk: int) -> Response:
        """The customer, with its version as ETag."""
        return self.answer(CustomerShape, self.customer_of_url())

    @extend_schema(operation_id="customers_edit", request=CustomerBody, responses=CustomerShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change how it is called and reached."""
        if not may_edit_customer(self.actor, self.customer_of_url()):
            raise Forbidden
        changes = self.body(CustomerBody, partial=True)
        version = self.expected_version()
        update_customer(actor=self.actor, customer_id=pk, version=version, changes=changes)
        return self.told(pk)


class CustomerRepairs(RepairLists, CustomerView):
    """One customer's repairs."""

    parameters = FILTERS

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page; not of a customer whom the caller may not see."""
        self.customer_of_url()
        return super().get(request, *args, **kwargs)

    def rows(self) -> "QuerySet[Repair, Row]":
        """Those of the customer that the caller may see."""
        return super().rows().filter(customer=self.kwargs["pk"])
