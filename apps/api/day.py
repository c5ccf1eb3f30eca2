"""The technician's day, and the owner's figures."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.base import ApiView
from apps.api.job_shapes import AnalyticsShape, DayShape
from apps.jobs.analytics import analytics
from apps.scheduling.day import MOST_DAYS, plan_of
from apps.technicians.models import Technician
from apps.technicians.rules import technician_of
from core.errors import NotFound
from core.rules import is_admin

DAYS = 7


def _days(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS))
    if not is_number or int(text) > MOST_DAYS:
        raise filters.NotReadable(f"Send a whole number from 0 to {MOST_DAYS}.")
    return int(text)


class TechnicianDashboard(ApiView):
    """The technician's day."""

    parameters = (
        filters.Parameter(
            "days",
            _days,
            schema={"type": "integer", "minimum": 0, "maximum": MOST_DAYS, "default": DAYS},
            description="How many days after today.",
        ),
        filters.by_id("technician", "pk", "Whose; for the office, which sees everybody's."),
    )

    @extend_schema(operation_id="technician_dashboard", responses=DayShape)
    def get(self, request: Request) -> Response:
        """What is overdue, today's, the next days', and what has no date.

        Technicians see their own; the office everybody's, and what nobody has yet. Visits come
        under the shop's day on which they begin, open tasks under their job's date, repairs to be
        done under the day that the customer wishes. Visits that need a new time have no day.
        """
        return Response(plan_of(self._whose(), days=self.given.get("days", DAYS)))

    def _whose(self) -> Technician | None:
        wanted: int | None = self.given.get("technician")
        if is_admin(self.actor):
            return None if wanted is None else self.find(Technician.objects.all(), pk=wanted)
        own = technician_of(self.actor)
        if own is None or wanted not in {None, own.pk}:
            raise NotFound
        return own


class Analytics(ApiView):
    """The owner's figures."""

    @extend_schema(operation_id="analytics", responses=AnalyticsShape)
    def get(self, request: Request) -> Response:
        """Figures of jobs and repairs, each with its definition and the list of its rows."""
        return Response(analytics())
