"""Checklists to make jobs from: read by the shop's people, kept by the office."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.job_bodies import ItemOrderBody, TemplateBody, template_items
from apps.api.job_shapes import TemplateShape
from apps.jobs import services
from apps.jobs.models import JobTemplate
from apps.jobs.queries import with_items
from apps.jobs.rules import may_keep_templates
from apps.repairs.enums import DamageType
from core.errors import Forbidden
from core.keys import name_key

EXAMPLE = {
    "name": "Chip repair",
    "damage_type": "Chip",
    "items": [{"title": "Clean the glass"}, {"title": "Cure the resin", "equipment": [1]}],
}


def _is_active(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    return Q(is_active=wanted)


def _begins_with(text: str) -> Q:
    return Q(name_key__startswith=name_key(text))


class TemplateView(ApiView):
    """One checklist."""

    def rows(self) -> QuerySet[JobTemplate]:
        """All of them, with their tasks."""
        return with_items(JobTemplate.objects.visible_to(self.actor))

    def kept(self, pk: int) -> None:
        """First whether they see it, then whether they keep it.

        Raises:
            NotFound, Forbidden.
        """
        self.find(JobTemplate.objects.visible_to(self.actor), pk=pk)
        if not may_keep_templates(self.actor):
            raise Forbidden("Only the office keeps checklists.")

    def told(self, pk: int, *, status: int = 200) -> Response:
        """The checklist as it stands now, with its version as ETag."""
        location = reverse("api:job-template-detail", args=[pk]) if status != 200 else ""  # noqa: PLR2004 - OK
        template = self.find(self.rows(), pk=pk)
        return self.answer(TemplateShape, template, status=status, location=location)


class TemplateList(TemplateView, ListView):
    """All checklists, retired ones too."""

    parameters = (
        filters.ordering("name", "-name", "id", "-id", "-updated_at", "updated_at"),
        filters.by_choice("damage_type", "damage_type", DamageType, "The damage that it is for."),
        filters.by_flag("active", _is_active, "In use, or retired."),
        filters.search(_begins_with, "Name begins so."),
        filters.updated_since(),
    )
    read_serializer = TemplateShape

    @extend_schema(
        operation_id="job_templates_create",
        request=TemplateBody,
        responses={201: TemplateShape},
        examples=[OpenApiExample("For chips", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Enter one. 409 `name_taken`; 409 `damage_type_taken` where one is in use for it.

        Approving a repair makes a job of the one that is in use for its damage.
        """
        values = self.body(TemplateBody)
        items = template_items(values.pop("items"))
        template = services.create_template(actor=self.actor, values=values, items=items)
        return self.told(template.pk, status=201)


class TemplateDetail(TemplateView):
    """One checklist."""

    @extend_schema(operation_id="job_templates_retrieve", responses=TemplateShape)
    def get(self, request: Request, pk: int) -> Response:
        """The checklist with its tasks, with its version as ETag."""
        return self.told(pk)

    @extend_schema(operation_id="job_templates_edit", request=TemplateBody, responses=TemplateShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; `items` are given as a whole. With `is_active` false it is retired."""
        self.kept(pk)
        values = self.body(TemplateBody, partial=True)
        items = template_items(values.pop("items")) if "items" in values else None
        version = self.expected_version()
        services.edit_template(
            actor=self.actor, template_id=pk, version=version, values=values, items=items
        )
        return self.told(pk)


class TemplateOrder(TemplateView):
    """The order of a checklist's tasks."""

    @extend_schema(
        operation_id="job_templates_order", request=ItemOrderBody, responses=TemplateShape
    )
    def put(self, request: Request, pk: int) -> Response:
        """Name each item of the checklist exactly once; all or nothing. If-Match is optional."""
        self.kept(pk)
        ids = self.body(ItemOrderBody)["items"]
        version = self.expected_version(required=False)
        services.reorder_items(actor=self.actor, template_id=pk, item_ids=ids, version=version)
        return self.told(pk)
