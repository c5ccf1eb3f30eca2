"""What callers send about repairs."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.api.serializers import IdField, StrictSerializer
from apps.queue_management.use_cases import RequestDetails
from apps.queue_management.use_cases.batches import MAXIMUM_ROWS
from apps.repairs.enums import DamageType, PhotoKind, QueueStatus, ReasonCode
from apps.repairs.models import UNIT_NUMBER_LENGTH
from core.money import MAXIMUM


def optional_text(longest: int, **more: Any) -> serializers.CharField:
    """Text that may be left out or empty."""
    return serializers.CharField(max_length=longest, allow_blank=True, required=False, **more)


def text(longest: int) -> serializers.CharField:
    """Text that may be empty."""
    return serializers.CharField(max_length=longest, allow_blank=True)


def percent(**more: Any) -> serializers.DecimalField:
    """A position on the glass, from the left or from the top."""
    return serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
        allow_null=True,
        help_text="Percent of the glass's width (x) or height (y).",
        **more,
    )


class RequestRow(StrictSerializer):
    """What may be said of one repair when it is asked for."""

    unit_number = serializers.CharField(max_length=UNIT_NUMBER_LENGTH)
    description = optional_text(2000)
    damage_type = serializers.ChoiceField(DamageType.choices, required=False)
    requested_by_name = optional_text(100)
    site = IdField(source="site_id", required=False, allow_null=True)
    preferred_date = serializers.DateField(required=False, allow_null=True)
    preferred_window = optional_text(50)
    contact_name = optional_text(100)
    contact_phone = optional_text(20)
    po_number = optional_text(50)
    external_ref = optional_text(100, help_text="Your own number of it; each only once.")
    customer_notes = optional_text(2000)
    damage_x = percent(required=False)
    damage_y = percent(required=False)
    redo_of = IdField(
        source="redo_of_id",
        required=False,
        allow_null=True,
        help_text="The completed repair that came back.",
    )


class RequestBody(RequestRow):
    """A request; the customer is named by those who do not belong to it."""

    customer = IdField(required=False, help_text="Required from admins and sales agents.")
    confirm_duplicate = serializers.BooleanField(
        required=False, default=False, help_text="This is another damage than the open one."
    )


class FieldRow(RequestRow):
    """Damage found in the field."""

    technician_notes = optional_text(2000)
    cost_override = serializers.DecimalField(
        max_digits=8,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=MAXIMUM,
        required=False,
        allow_null=True,
    )
    override_reason = optional_text(300)


class FieldRepairBody(FieldRow):
    """A field repair; ``technician`` is an admin's to name."""

    customer = IdField()
    technician = IdField(required=False)
    confirm_duplicate = serializers.BooleanField(
        required=False, default=False, help_text="This is another damage than the open one."
    )


class BatchBody(StrictSerializer):
    """Several repairs at once, all of them or none."""

    kind = serializers.ChoiceField(
        ["request", "field"],
        required=False,
        help_text="For admins, who may do both; otherwise it follows from the role.",
    )
    customer = IdField(required=False, help_text="Required except from the customer's own people.")
    technician = IdField(required=False, help_text="Of a field batch, for admins.")
    rows: Any = serializers.ListSerializer(child=FieldRow(), min_length=1, max_length=MAXIMUM_ROWS)
    confirm_duplicate = serializers.BooleanField(required=False, default=False)


class EditBody(StrictSerializer):
    """What may be edited; PUT takes all of it, PATCH some."""

    description = text(2000)
    damage_type = serializers.ChoiceField(DamageType.choices)
    requested_by_name = text(100)
    site = IdField(source="site_id", allow_null=True)
    preferred_date = serializers.DateField(allow_null=True)
    preferred_window = text(50)
    contact_name = text(100)
    contact_phone = text(20)
    po_number = text(50)
    external_ref = text(100)
    damage_x = percent()
    damage_y = percent()
    glass_temperature = serializers.DecimalField(
        max_digits=4, decimal_places=1, allow_null=True, help_text="Degrees Fahrenheit."
    )
    resin_viscosity = text(30)
    drilled_before = serializers.BooleanField()
    customer_notes = text(2000)
    technician_notes = text(2000)
    internal_notes = text(2000)


class StatusBody(StrictSerializer):
    """A move to another status."""

    always_required = ("status",)

    status = serializers.ChoiceField(QueueStatus.choices)
    reason_code = serializers.ChoiceField(
        ReasonCode.choices, required=False, allow_blank=True, help_text="Required to deny."
    )
    reason = optional_text(500)
    confirm_duplicate = serializers.BooleanField(required=False, default=False)
    done_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When the device says that it was completed."
    )
    finish_tasks = serializers.BooleanField(
        required=False,
        default=False,
        help_text="With COMPLETED: also finish what is open of its jobs, all of it or nothing.",
    )


class DecisionBody(StrictSerializer):
    """A decision about a batch: about all rows that wait, or about the ones named."""

    repairs = serializers.ListField(child=IdField(), required=False, max_length=MAXIMUM_ROWS)
    reason = optional_text(500)


class DenialBody(DecisionBody):
    """A denial says why."""

    reason_code = serializers.ChoiceField(ReasonCode.choices)


class AssignBody(StrictSerializer):
    """To whom a repair is given."""

    technician = IdField()
    pin = serializers.BooleanField(
        required=False, default=False, help_text="Nobody else may take it."
    )


class PhotoBody(StrictSerializer):
    """A picture, as ``multipart/form-data``."""

    image = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC.")
    kind = serializers.ChoiceField(PhotoKind.choices)
    internal = serializers.BooleanField(required=False, default=False)


class SignBody(StrictSerializer):
    """Who agrees at the vehicle, as ``multipart/form-data``."""

    name = serializers.CharField(max_length=100)
    at_most = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=0, help_text="The price that they were shown."
    )
    signature = serializers.FileField(
        required=False, help_text="What they drew, as a picture; the name alone is enough."
    )


def details_from(row: dict[str, Any]) -> RequestDetails:
    """The details of a validated row."""
    names = RequestDetails.__dataclass_fields__
    return RequestDetails(**{name: value for name, value in row.items() if name in names})
