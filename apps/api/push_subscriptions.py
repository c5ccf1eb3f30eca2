"""Browsers that show the caller's messages."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, ListView
from apps.api.filters import ordering
from apps.api.serializers import StrictSerializer
from apps.notifications.models import PushSubscription
from apps.notifications.subscribing import LONGEST_ENDPOINT, subscribe, unsubscribe


class PushSubscriptionShape(serializers.ModelSerializer[PushSubscription]):
    """A browser, without its address and keys, which nobody else may have."""

    class Meta:
        model = PushSubscription
        fields = ("id", "service", "created_at")


class PushSubscriptionWrite(StrictSerializer):
    """What a browser's `PushSubscription.toJSON()` tells, its keys beside its endpoint."""

    endpoint = serializers.CharField(
        max_length=LONGEST_ENDPOINT, help_text="At a push service that the shop knows."
    )
    p256dh = serializers.CharField(max_length=100, help_text="base64url, of 65 bytes.")
    auth = serializers.CharField(max_length=30, help_text="base64url, of 16 bytes.")


class PushSubscriptionList(ListView):
    """The caller's own browsers."""

    parameters = (ordering("-id", "id"),)
    read_serializer = PushSubscriptionShape

    def rows(self) -> QuerySet[PushSubscription]:
        """The caller's own."""
        return PushSubscription.objects.filter(user=self.actor)

    @extend_schema(request=PushSubscriptionWrite, responses={201: PushSubscriptionShape})
    def post(self, request: Request) -> Response:
        """Show one's messages in a browser; again changes nothing. Of eleven the oldest goes."""
        row = subscribe(actor=self.actor, **self.body(PushSubscriptionWrite))
        location = reverse("api:push-subscription-detail", args=[row.pk])
        return self.answer(PushSubscriptionShape, row, status=201, location=location)


class PushSubscriptionDetail(ApiView):
    """One browser."""

    @extend_schema(responses=PushSubscriptionShape)
    def get(self, request: Request, pk: int) -> Response:
        """When it was subscribed, and by whose service."""
        own = PushSubscription.objects.filter(user=self.actor)
        return self.answer(PushSubscriptionShape, self.find(own, pk=pk))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Show nothing more there."""
        unsubscribe(actor=self.actor, subscription_id=pk)
        return Response(status=204)
