"""Technicians: who they are, and whether they are out today."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.repair_rows import Row
from apps.api.repair_shapes import money
from apps.api.serializers import StrictSerializer
from apps.queue_management import use_cases
from apps.technicians.models import Skill, Technician
from core.errors import Forbidden, Invalid
from core.rules import is_admin

NAMES = {"skills": "expertise"}
FOR_ALL = ("id", "user", "name", "is_active")
FOR_OFFICE = ("phone", "expertise", "home_zip", "out_on", "override_limit", "version")


class TechnicianShape(serializers.ModelSerializer[Technician]):
    """A technician; colleagues are told the name, the office and themselves the rest."""

    name = serializers.CharField(source="user.__str__")
    # Not read-only, or the schema would promise them to everybody.
    expertise: Any = serializers.SlugRelatedField(
        "name", many=True, required=False, queryset=Skill.objects.all()
    )
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Technician
        fields: Sequence[str] = (*FOR_ALL, *FOR_OFFICE)
        extra_kwargs = {name: {"required": False} for name in FOR_OFFICE}

    def to_representation(self, instance: Technician) -> Row:
        """The fields that the caller may know."""
        actor = self.context["view"].actor
        told: Row = super().to_representation(instance)
        if is_admin(actor) or instance.user_id == actor.pk:
            return told
        return {name: told[name] for name in FOR_ALL}


class TechnicianBody(StrictSerializer):
    """What may be said of a technician; themselves say their phone, home ZIP and day away."""

    phone = serializers.CharField(max_length=30, allow_blank=True, required=False)
    home_zip = serializers.CharField(max_length=10, allow_blank=True, required=False)
    expertise = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=50,
        required=False,
        help_text="All skills by name; a new one becomes a skill of the shop. Admins.",
    )
    override_limit = money(
        min_value=0,
        allow_null=True,
        required=False,
        help_text="May change a price by; null: any amount. Admins, of others.",
    )
    out_on = serializers.DateField(
        allow_null=True, required=False, help_text="A day of the shop; null: back."
    )


def technicians() -> QuerySet[Technician]:
    """All of them, with what an answer shows: the shop's people know each other's names."""
    return Technician.objects.select_related("user").prefetch_related("expertise")


def _is_active(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    working = Q(is_active=True, user__is_active=True)
    return working if wanted else ~working


class TechnicianList(ListView):
    """The shop's technicians."""

    parameters = (
        filters.ordering("id", "-id"),
        filters.by_flag("active", _is_active, "Only those who (do not) work here now."),
    )
    read_serializer = TechnicianShape

    def rows(self) -> QuerySet[Technician]:
        """All of them."""
        return technicians()


class TechnicianDetail(ApiView):
    """One technician."""

    @extend_schema(operation_id="technicians_retrieve", responses=TechnicianShape)
    def get(self, request: Request, pk: int) -> Response:
        """The technician, with the version as ETag."""
        return self.answer(TechnicianShape, self.find(technicians(), pk=pk))

    @extend_schema(
        operation_id="technicians_edit",
        request=TechnicianBody,
        responses=TechnicianShape,
        examples=[
            OpenApiExample("Ill", value={"out_on": "2026-11-23"}, request_only=True),
            OpenApiExample("Moved", value={"home_zip": "98101"}, request_only=True),
        ],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named of phone, home, skills and limit, or mark as away for a day.

        What waits when somebody is away is given to others. Technicians change no skills and no
        limits; nobody changes their own limit.
        """
        technician = self.find(technicians(), pk=pk)
        if not (is_admin(self.actor) or technician.user_id == self.actor.pk):
            raise Forbidden
        changes = self.body(TechnicianBody, partial=True)
        if "expertise" in changes:
            changes["skills"] = changes.pop("expertise")
        self._change(pk, changes)
        return self.answer(TechnicianShape, technicians().get(pk=pk))

    def _change(self, pk: int, changes: dict[str, Any]) -> None:
        try:
            use_cases.update_technician(
                actor=self.actor,
                technician_id=pk,
                version=self.expected_version(),
                changes=changes,
            )
        except Invalid as refusal:
            # The shop's word for what the API calls expertise.
            told = {NAMES.get(name, name): texts for name, texts in refusal.errors.items()}
            raise Invalid(refusal.detail, code=refusal.code, errors=told) from refusal
