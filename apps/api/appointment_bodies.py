"""What callers send about visits."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from apps.api.repair_bodies import optional_text
from apps.api.serializers import IdField, StrictSerializer
from apps.queue_management.use_cases import Work
from apps.queue_management.use_cases.series import Rule
from apps.scheduling.enums import Repeat
from apps.scheduling.models import LONGEST_BUFFER, LONGEST_MINUTES
from apps.scheduling.recurrence import MOST_VISITS
from apps.scheduling.services import Slot
from apps.scheduling.services.steps import DEFAULT_TRAVEL, SHORTEST_MINUTES
from core.clock import now

ANYWAY = "Also outside the working hours, or on a day on which the shop is closed."


def _buffer(told: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, min_value=0, max_value=LONGEST_BUFFER, help_text=told
    )


def _minutes(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES, help_text="How long it is.", **more
    )


class _Common(StrictSerializer):
    """What may be said of every visit."""

    technician = IdField(source="technician_id")
    minutes = _minutes()
    travel_minutes = _buffer(f"Kept free ahead of it for the way; {DEFAULT_TRAVEL} unless said.")
    setup_minutes = _buffer("Kept free ahead of it to set up.")
    site = IdField(
        source="site_id",
        required=False,
        allow_null=True,
        help_text="A place of the customer; that of the work unless said.",
    )
    notes = optional_text(2000)
    confirm_hours = serializers.BooleanField(required=False, help_text=ANYWAY)
    tell = serializers.BooleanField(required=False, help_text="False: nobody is told of it.")


class NewAppointmentBody(_Common):
    """A new visit of exactly one of a repair, a batch and a job."""

    repair = IdField(source="repair_id", required=False, allow_null=True)
    batch = IdField(source="batch_id", required=False, allow_null=True)
    job = IdField(source="job_id", required=False, allow_null=True)
    starts_at = serializers.DateTimeField()
    promised_from = serializers.DateTimeField(required=False, allow_null=True)
    promised_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="With its begin; the visit begins inside."
    )


class AppointmentEditBody(StrictSerializer):
    """What may be changed of a visit."""

    technician = IdField(source="technician_id", required=False)
    starts_at = serializers.DateTimeField(required=False)
    minutes = _minutes(required=False)
    travel_minutes = _buffer("Kept free ahead of it for the way.")
    setup_minutes = _buffer("Kept free ahead of it to set up.")
    site = IdField(source="site_id", required=False, allow_null=True)
    promised_from = serializers.DateTimeField(required=False, allow_null=True)
    promised_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="A promise falls with its time, unless renewed."
    )
    notes = optional_text(2000)
    confirm_hours = serializers.BooleanField(required=False, help_text=ANYWAY)
    tell = serializers.BooleanField(required=False, help_text="False: nobody is told of it.")


class SeriesBody(_Common):
    """Visits for a job that come round at the same local time."""

    job = IdField(source="job_id")
    repeat = serializers.ChoiceField(Repeat.choices)
    every = serializers.IntegerField(
        required=False, min_value=1, max_value=52, help_text="Each second week: 2."
    )
    first_day = serializers.DateField()
    local_time = serializers.TimeField(help_text="On the clock of its place, as 09:00.")
    number = serializers.IntegerField(
        min_value=1, max_value=MOST_VISITS, help_text="How many; within a year."
    )
    skip_taken = serializers.BooleanField(
        required=False, help_text="Leave out days that are not possible; else all or none."
    )


class CancelBody(StrictSerializer):
    """Calling a visit off."""

    reason = optional_text(500)
    and_later = serializers.BooleanField(
        required=False, help_text="Of a series: all that follow, too."
    )
    tell = serializers.BooleanField(required=False, help_text="False: nobody is told of it.")


class WishBody(StrictSerializer):
    """Another time that the customer wishes."""

    date = serializers.DateField(source="day")
    window = optional_text(50, help_text="As “mornings”.")
    note = optional_text(500)


class FeedBody(StrictSerializer):
    """Whose calendar."""

    user = IdField(
        source="user_id", required=False, help_text="For the office; else the caller's own."
    )


def slot_of(body: Mapping[str, Any]) -> Slot:
    """The time in a validated body; a series has no single one."""
    names = Slot.__dataclass_fields__.keys()
    values = {name: value for name, value in body.items() if name in names}
    return Slot(**{"starts_at": now()} | values)


def work_of(body: Mapping[str, Any]) -> Work:
    """What the visit of a validated body is for."""
    names = Work.__dataclass_fields__.keys()
    return Work(**{name: value for name, value in body.items() if name in names})


def rule_of(body: Mapping[str, Any]) -> Rule:
    """When the series of a validated body comes round."""
    names = Rule.__dataclass_fields__.keys()
    return Rule(**{name: value for name, value in body.items() if name in names})
