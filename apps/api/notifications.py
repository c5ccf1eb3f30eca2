"""One's own notices."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView, ListView
from apps.api.serializers import StrictSerializer
from apps.notifications.models import Notification
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read, mark_read


class NotificationShape(serializers.ModelSerializer[Notification]):
    """A notice; ``target_type`` and ``target_id`` say what it is about."""

    class Meta:
        model = Notification
        fields: Sequence[str] = (
            "id",
            "kind",
            "text",
            "target_type",
            "target_id",
            "target_label",
            "created_at",
            "read_at",
        )


class NotificationList(ListView):
    """One's own notices."""

    parameters = (
        filters.ordering("-id", "id"),
        filters.by_flag(
            "unread", lambda is_unread: Q(read_at__isnull=is_unread), "Only (un)read ones."
        ),
    )
    read_serializer = NotificationShape

    def rows(self) -> QuerySet[Notification]:
        """The caller's own."""
        return notifications_of(self.actor)


class NotificationRead(ApiView):
    """A notice is read."""

    @extend_schema(operation_id="notifications_read", request=None, responses=NotificationShape)
    def post(self, request: Request, pk: int) -> Response:
        """Mark it as read; again changes nothing."""
        self.find(notifications_of(self.actor), pk=pk)
        self.body(StrictSerializer)
        return self.answer(NotificationShape, mark_read(user=self.actor, notification_id=pk))


class NotificationReadAll(ApiView):
    """All notices are read."""

    @extend_schema(
        operation_id="notifications_read_all",
        request=None,
        responses=inline_serializer("ReadAll", {"read": serializers.IntegerField()}),
    )
    def post(self, request: Request) -> Response:
        """Mark all as read; tells how many were not."""
        self.body(StrictSerializer)
        told: dict[str, Any] = {"read": mark_all_read(user=self.actor)}
        return Response(told)
