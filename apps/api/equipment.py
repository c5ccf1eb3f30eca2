"""Equipment: tools, machines, vehicles, accessories, and who needs them."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.job_bodies import EquipmentBody
from apps.api.job_shapes import ClashShape, EquipmentShape
from apps.api.lists import whole_list, whole_list_of
from apps.api.serializers import StrictSerializer
from apps.api.tasks import TaskLists
from apps.jobs import services
from apps.jobs.enums import EquipmentType
from apps.jobs.models import Equipment
from apps.jobs.queries import Row, clashes_on, named_like
from apps.jobs.rules import may_keep_equipment
from core.errors import Forbidden
from core.shop import shop_today


def _is_active(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    return Q(is_active=wanted)


class EquipmentList(ListView):
    """All equipment, retired items too."""

    parameters = (
        filters.ordering("name", "-name", "id", "-id", "-updated_at", "updated_at"),
        filters.by_choice("type", "type", EquipmentType, "What sort of thing it is."),
        filters.by_flag("active", _is_active, "In use, or retired."),
        filters.search(named_like, "Name or serial number begins so."),
        filters.updated_since(),
    )
    read_serializer = EquipmentShape

    def rows(self) -> QuerySet[Equipment]:
        """All of it."""
        return Equipment.objects.visible_to(self.actor)

    @extend_schema(
        operation_id="equipment_create",
        request=EquipmentBody,
        responses={201: EquipmentShape},
        examples=[
            OpenApiExample(
                "A lamp",
                value={"name": "UV lamp", "type": "tool", "serial_number": "AB-1"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Enter an item. 409 `serial_taken` where another one has its number."""
        item = services.create_equipment(actor=self.actor, values=self.body(EquipmentBody))
        location = reverse("api:equipment-detail", args=[item.pk])
        return self.answer(EquipmentShape, item, status=201, location=location)


class EquipmentView(ApiView):
    """One item."""

    def visible(self, pk: int) -> Equipment:
        """The item of this URL, if the caller may see it."""
        return self.find(Equipment.objects.visible_to(self.actor), pk=pk)

    def check_keeper(self, pk: int) -> None:
        """First whether they see it, then whether they keep it.

        Raises:
            NotFound, Forbidden.
        """
        self.visible(pk)
        if not may_keep_equipment(self.actor):
            raise Forbidden("Only the office keeps equipment.")


class EquipmentDetail(EquipmentView):
    """One item."""

    @extend_schema(operation_id="equipment_retrieve", responses=EquipmentShape)
    def get(self, request: Request, pk: int) -> Response:
        """The item, with its version as ETag."""
        return self.answer(EquipmentShape, self.visible(pk))

    @extend_schema(operation_id="equipment_edit", request=EquipmentBody, responses=EquipmentShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; with `is_active` false it is retired: old tasks keep it."""
        self.check_keeper(pk)
        values = self.body(EquipmentBody, partial=True)
        version = self.expected_version()
        item = services.edit_equipment(
            actor=self.actor, equipment_id=pk, version=version, values=values
        )
        return self.answer(EquipmentShape, item)

    @extend_schema(operation_id="equipment_delete", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete an item that no task needs; else 409 `equipment_in_use` with the `tasks`."""
        self.check_keeper(pk)
        self.body(StrictSerializer)
        version = self.expected_version(required=False)
        services.delete_equipment(actor=self.actor, equipment_id=pk, version=version)
        return Response(status=204)


class EquipmentUsage(TaskLists, EquipmentView):
    """The tasks that need an item, of those that one sees."""

    def rows(self) -> "QuerySet[Any, Row]":
        """Of the item of this URL."""
        return super().rows().filter(equipment=self.visible(self.kwargs["pk"]))


class EquipmentClashes(ApiView):
    """Items that two technicians need on one day."""

    parameters = (
        filters.Parameter(
            "date", filters.day, None, filters.DAY, "A day of the shop; today when left out."
        ),
    )

    @extend_schema(operation_id="equipment_clashes", responses=whole_list_of(ClashShape))
    def get(self, request: Request) -> Response:
        """With the technicians, and the tasks that you see."""
        day: dt.date = self.given.get("date") or shop_today()
        return whole_list(clashes_on(day, self.actor))
