"""Calendars to subscribe to."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.appointment_bodies import FeedBody
from apps.api.appointment_shapes import FeedMadeShape, FeedShape
from apps.api.base import ApiView, ListView
from apps.api.filters import by_id, ordering
from apps.scheduling.models import CalendarFeed
from apps.scheduling.services import make_calendar_feed, revoke_calendar_feed


class CalendarFeedList(ListView):
    """The caller's calendars; admins see everybody's."""

    parameters = (ordering("-id", "id"), by_id("owner", "owner", "Of this user."))
    read_serializer = FeedShape
    # The stored answer would hold the address itself, which nothing of ours keeps.
    is_repeatable = False

    def rows(self) -> "QuerySet[CalendarFeed]":
        """Visible ones with their owners."""
        return CalendarFeed.objects.visible_to(self.actor).select_related("owner")

    @extend_schema(request=FeedBody, responses={201: FeedMadeShape})
    def post(self, request: Request) -> Response:
        """Make an address, or a new one in place of the old; the answer alone ever shows it."""
        feed, address = make_calendar_feed(actor=self.actor, **self.body(FeedBody))
        feed.address = address  # type: ignore[attr-defined]  # for this one answer
        location = reverse("api:calendar-feed-detail", args=[feed.pk])
        return self.answer(FeedMadeShape, feed, status=201, location=location)


class CalendarFeedDetail(ApiView):
    """One calendar."""

    @extend_schema(responses=FeedShape)
    def get(self, request: Request, pk: int) -> Response:
        """The calendar, without its address."""
        visible = CalendarFeed.objects.visible_to(self.actor).select_related("owner")
        return self.answer(FeedShape, self.find(visible, pk=pk))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke its address: it answers no more."""
        revoke_calendar_feed(actor=self.actor, feed_id=pk)
        return Response(status=204)
