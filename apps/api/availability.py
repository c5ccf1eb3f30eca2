"""When technicians are free."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.appointment_shapes import AvailabilityShape
from apps.api.base import ApiView
from apps.queue_management.assignment import skills_for
from apps.repairs.enums import DamageType
from apps.scheduling.availability import MOST_DAYS, able, free_times
from apps.scheduling.calendars import Length
from apps.scheduling.models import LONGEST_BUFFER, LONGEST_MINUTES
from apps.scheduling.services.steps import DEFAULT_TRAVEL, FARTHEST, SHORTEST_MINUTES
from core.errors import Invalid
from core.shop import shop_today

HOUR = 60
WEEK = 7


def _minutes(name: str, least: int, most: int, default: int, told: str) -> filters.Parameter:
    def read(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        if not is_number or not least <= int(text) <= most:
            raise filters.NotReadable(f"Send a whole number from {least} to {most}.")
        return int(text)

    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return filters.Parameter(name, read, None, schema, told)


def _day(name: str, told: str) -> filters.Parameter:
    return filters.Parameter(name, filters.day, None, filters.DAY, told)


class Availability(ApiView):
    """Free times of one technician, or of all who are able."""

    parameters = (
        _day("from", "The first day of the shop; today unless said."),
        _day("to", f"The last one, at most {MOST_DAYS} days in all; a week unless said."),
        _minutes("minutes", SHORTEST_MINUTES, LONGEST_MINUTES, HOUR, "How long the visit is."),
        _minutes(
            *("buffer_minutes", 0, LONGEST_BUFFER, DEFAULT_TRAVEL),
            "Kept free ahead of it, for the way and to set up.",
        ),
        filters.Parameter(
            "damage_type",
            filters.one_of(DamageType.values),
            schema={"type": "string", "enum": DamageType.values},
            description="Only technicians with the skill that it asks for.",
        ),
        filters.by_id("technician", "pk", "Of this technician."),
    )

    @extend_schema(operation_id="availability", responses=AvailabilityShape)
    def get(self, request: Request) -> Response:
        """Where a visit may begin, each quarter of an hour, in order of time.

        Working hours less days off, closing days and booked visits. Technicians without hours are
        named in `without_hours`.
        """
        first, last = self._days()
        length = Length(
            self.given.get("minutes", HOUR), self.given.get("buffer_minutes", DEFAULT_TRAVEL)
        )
        skills = skills_for(self.given.get("damage_type", ""))
        technicians = able(skills, self.given.get("technician"))
        found: dict[str, Any] = free_times(technicians, first, last, length)
        return Response(found)

    def _days(self) -> tuple[dt.date, dt.date]:
        today = shop_today()
        first = self.given.get("from", today)
        if not today - FARTHEST <= first <= today + FARTHEST:
            raise Invalid(errors={"from": ["Choose a day within two years."]})
        last = self.given.get("to", first + dt.timedelta(days=WEEK - 1))
        if not first <= last < first + dt.timedelta(days=MOST_DAYS):
            raise Invalid(errors={"to": [f"Choose at most {MOST_DAYS} days, in their order."]})
        return first, last
