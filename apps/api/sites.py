"""A customer's places."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ListView
from apps.api.customers import CustomerView
from apps.api.serializers import StrictSerializer
from apps.people.rules import may_edit_customer
from apps.people.services.sites import add_site, update_site
from core.errors import Forbidden
from core.models import Site


class SiteShape(serializers.ModelSerializer[Site]):
    """A place; city, state, coordinates and zone follow from its ZIP code."""

    class Meta:
        model = Site
        fields: Sequence[str] = (
            "id",
            "customer",
            "name",
            "address",
            "zip_code",
            "city",
            "state",
            "latitude",
            "longitude",
            "time_zone",
            "access_note",
            "is_default",
            "is_active",
            "version",
        )


class SiteBody(StrictSerializer):
    """What may be said of a place."""

    name = serializers.CharField(max_length=100)
    address = serializers.CharField(max_length=300, allow_blank=True, required=False)
    zip_code = serializers.CharField(max_length=10, allow_blank=True, required=False)
    access_note = serializers.CharField(max_length=500, allow_blank=True, required=False)
    is_default = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class SiteView(CustomerView):
    """The places of a customer."""

    def sites(self) -> QuerySet[Site]:
        """Of the customer of this URL, if the caller may see it."""
        return Site.objects.filter(customer=self.customer_of_url())

    def check_editor(self) -> None:
        """Refuse who only reads.

        Raises:
            NotFound, Forbidden.
        """
        if not may_edit_customer(self.actor, self.customer_of_url()):
            raise Forbidden


class SiteList(ListView, SiteView):
    """The places of a customer."""

    parameters = (filters.ordering("id", "-id"),)
    read_serializer = SiteShape

    def rows(self) -> QuerySet[Site]:
        """All of them, laid aside ones too."""
        return self.sites()

    @extend_schema(
        operation_id="customers_sites_create",
        request=SiteBody,
        responses={201: SiteShape},
        examples=[
            OpenApiExample(
                "A yard", value={"name": "Main yard", "zip_code": "10001"}, request_only=True
            )
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a place; the first one is the default."""
        self.check_editor()
        site = add_site(actor=self.actor, customer_id=pk, values=self.body(SiteBody))
        location = reverse("api:customer-site", args=[pk, site.pk])
        return self.answer(SiteShape, site, status=201, location=location)


class SiteDetail(SiteView):
    """One place."""

    @extend_schema(operation_id="customers_sites_retrieve", responses=SiteShape)
    def get(self, request: Request, pk: int, site_pk: int) -> Response:
        """The place, with its version as ETag."""
        return self.answer(SiteShape, self.find(self.sites(), pk=site_pk))

    @extend_schema(operation_id="customers_sites_edit", request=SiteBody, responses=SiteShape)
    def patch(self, request: Request, pk: int, site_pk: int) -> Response:
        """Change it; making it the default takes that from the former one."""
        self.find(self.sites(), pk=site_pk)
        self.check_editor()
        changes: dict[str, Any] = self.body(SiteBody, partial=True)
        version = self.expected_version()
        site = update_site(actor=self.actor, site_id=site_pk, version=version, changes=changes)
        return self.answer(SiteShape, site)
