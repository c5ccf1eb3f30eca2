"""A small resource with every convention, so that the base is tested without a domain."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, ListView
from apps.api.filters import by_choice, ordering
from apps.api.serializers import IdField, StrictSerializer
from apps.api.urls import unknown
from apps.security.access import CUSTOMER, PUBLIC, SIGNED_IN, TECHNICIAN, Access
from apps.security.enums import KeyScope
from core.enums import CustomerKind
from core.errors import Conflict
from core.models import Customer

app_name = "t"


class Inner(StrictSerializer):
    """A row inside."""

    number = serializers.CharField(max_length=10)


class Write(StrictSerializer):
    """One field of each kind."""

    name = serializers.CharField(max_length=20)
    count = serializers.IntegerField(required=False)
    is_big = serializers.BooleanField(required=False)
    amount = serializers.DecimalField(max_digits=7, decimal_places=2, required=False)
    kind = serializers.ChoiceField(CustomerKind.choices, required=False)
    day = serializers.DateField(required=False, allow_null=True)
    owner = IdField(required=False)
    rows = Inner(many=True, required=False)
    version = serializers.IntegerField(read_only=True)


class Read(serializers.ModelSerializer[Customer]):
    """A customer's row."""

    class Meta:
        model = Customer
        fields = ("id", "name", "version")


class Things(ListView):
    """Customers, named things."""

    parameters = (
        by_choice("kind", "kind", CustomerKind, "Of this kind."),
        ordering("name", "-name", "id"),
    )
    read_serializer = Read
    key_scopes = {"POST": KeyScope.REQUEST}

    def rows(self) -> "QuerySet[Customer]":
        return Customer.objects.all()

    @extend_schema(request=Write, responses={201: Read})
    def post(self, request: Request) -> Response:
        sent = self.body(Write)
        made = Customer.objects.create(name=sent["name"])
        if sent["name"] == "conflict":
            raise Conflict("Not now.")
        return self.answer(Read, made, status=201, location=f"/api/things/{made.pk}/")


class Thing(ApiView):
    """One of them."""

    def get(self, request: Request, pk: int) -> Response:
        return self.answer(Read, self.find(Customer.objects.all(), pk=pk))

    def put(self, request: Request, pk: int) -> Response:
        found = self.find(Customer.objects.all(), pk=pk)
        return Response(
            {"expected": self.expected_version(), **self.body(Write)} | {"id": found.pk}
        )

    def patch(self, request: Request, pk: int) -> Response:
        self.find(Customer.objects.all(), pk=pk)
        return Response({"expected": self.expected_version(required=False)})


class Upload(ApiView):
    """Takes a file."""

    parser_classes = [MultiPartParser]

    def post(self, request: Request) -> Response:
        sent: Any = request.FILES["image"]
        Customer.objects.create(name=sent.name)
        return Response({"size": len(sent.read())}, status=201)


class Page(ApiView):
    """Answers with a response of Django's."""

    def post(self, request: Request) -> HttpResponse:
        made = Customer.objects.create(name="Acme")
        return HttpResponse(f"made {made.pk}", status=201, content_type="text/plain")


FAULTS: dict[str, Exception] = {
    "missing": Http404(),
    "denied": PermissionDenied(),
    "model": ValidationError({"name": ["No.", "No!"], "__all__": ["Never."]}),
    "plain": ValidationError("Never."),
    "busy": OperationalError("database is locked at /secret"),
    "bug": ZeroDivisionError("secret"),
}


class Fail(ApiView):
    """Raises what it is asked for."""

    def get(self, request: Request, name: str) -> Response:
        raise FAULTS[name]


_api = [
    path("things/", Things.as_view(), name="thing-list"),
    path("things/<int:pk>/", Thing.as_view(), name="thing-detail"),
    path("upload/", Upload.as_view(), name="upload"),
    path("page/", Page.as_view(), name="page"),
    path("fail/<str:name>/", Fail.as_view(), name="fail"),
]
urlpatterns = [
    path("api/", include((_api, "t"))),
    re_path("^api/", include(([re_path("^", unknown, name="unknown")], "api"))),
]
ROWS = [
    Access("t:thing-list", GET={SIGNED_IN}, POST={CUSTOMER, TECHNICIAN}),
    Access("t:thing-detail", GET={SIGNED_IN}, PUT={SIGNED_IN}, PATCH={SIGNED_IN}),
    Access("t:upload", POST={SIGNED_IN}),
    Access("t:page", POST={SIGNED_IN}),
    Access("t:fail", GET={PUBLIC, SIGNED_IN}),
    Access("api:unknown", GET={PUBLIC}, POST={PUBLIC}),
]
