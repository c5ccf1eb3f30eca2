"""What answers about repairs look like, for the schema; ``repair_rows`` makes them.

Fields that are not required are told only to those who may know them.
"""

from typing import Any

from rest_framework import serializers

from apps.repairs.enums import DamageType, PhotoKind, QueueStatus, ReasonCode

Shape = serializers.Serializer[Any]


def money(**more: Any) -> serializers.DecimalField:
    """An amount: text with two decimals."""
    return serializers.DecimalField(max_digits=8, decimal_places=2, **more)


def maybe(kind: type[serializers.Field[Any, Any, Any, Any]], **more: Any) -> Any:
    """A field that is not told to everybody, and may be empty."""
    return kind(required=False, allow_null=True, **more)


class RepairListed(Shape):
    """A repair in a list."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    technician = maybe(serializers.IntegerField)
    technician_name = maybe(serializers.CharField)
    unit = serializers.IntegerField()
    unit_number = serializers.CharField()
    description = serializers.CharField(required=False)
    damage_type = serializers.ChoiceField(DamageType.choices)
    cost = money(help_text="The price; 0.00 until it is fixed at completion.")
    discounted_cost = money(help_text="What is charged.")
    queue_status = serializers.ChoiceField(QueueStatus.choices)
    queue_status_label = serializers.CharField()
    allowed_moves = serializers.ListField(
        child=serializers.ChoiceField(QueueStatus.choices),
        help_text="Where you may move it now.",
    )
    repair_date = serializers.DateTimeField()
    site = maybe(serializers.IntegerField)
    batch = serializers.IntegerField(allow_null=True)
    break_number = serializers.IntegerField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class RepairShape(RepairListed):
    """A repair."""

    approval = serializers.CharField(help_text="The clause of the policy that decided.")
    approved_amount = money(allow_null=True, help_text="The most that may be charged.")
    offered_amount = money(allow_null=True, help_text="What its batch offered for it.")
    reason_code = serializers.CharField(
        allow_null=True, help_text=f"One of {', '.join(ReasonCode.values)}."
    )
    reason_code_label = serializers.CharField(allow_blank=True)
    redo_of = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    requested_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    denied_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    requested_by_name = serializers.CharField(required=False)
    preferred_date = maybe(serializers.DateField)
    preferred_window = serializers.CharField(required=False)
    contact_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField(required=False)
    po_number = serializers.CharField(required=False)
    external_ref = serializers.CharField(required=False)
    customer_notes = serializers.CharField(required=False)
    damage_x = maybe(serializers.DecimalField, max_digits=5, decimal_places=2)
    damage_y = maybe(serializers.DecimalField, max_digits=5, decimal_places=2)
    is_pinned = serializers.BooleanField(required=False)
    cost_override = money(required=False, allow_null=True)
    override_reason = serializers.CharField(required=False)
    technician_notes = serializers.CharField(required=False)
    internal_notes = serializers.CharField(required=False)
    move_reason = serializers.CharField(required=False)
    void_reason = serializers.CharField(required=False)
    glass_temperature = maybe(serializers.DecimalField, max_digits=4, decimal_places=1)
    resin_viscosity = serializers.CharField(required=False)
    drilled_before = serializers.BooleanField(required=False)


class PriceLine(Shape):
    """One step of a price."""

    rule = serializers.CharField()
    version = serializers.IntegerField()
    text = serializers.CharField()
    amount = serializers.DecimalField(max_digits=8, decimal_places=2)


class PriceShape(Shape):
    """A price and its explanation; the lines add up to the amount."""

    amount = money()
    lines = PriceLine(many=True)


class ChangeShape(Shape):
    """One field's change."""

    field = serializers.CharField()
    old = serializers.JSONField()
    new = serializers.JSONField()
    old_label = serializers.CharField(required=False)
    new_label = serializers.CharField(required=False)


class HistoryEntry(Shape):
    """One thing that happened."""

    at = serializers.DateTimeField()
    actor = serializers.CharField()
    verb = serializers.CharField()
    note = serializers.CharField(required=False, help_text="The reason given; for the shop.")
    changes = ChangeShape(many=True)


class PhotoShape(Shape):
    """A picture; its addresses hold for 60 seconds."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(PhotoKind.choices)
    kind_label = serializers.CharField()
    internal = serializers.BooleanField()
    sha256 = serializers.CharField(help_text="Of the file as it was sent.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    added_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="JPEG, at most 2048 pixels long.")
    screen_url = serializers.CharField(help_text="WebP, at most 1024 pixels long.")
    thumb_url = serializers.CharField(help_text="WebP, at most 320 pixels long.")


class BatchShape(Shape):
    """Repairs made together, those of them that you may see."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    offered_total = serializers.DecimalField(max_digits=10, decimal_places=2)
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows by status; every status is there."
    )
    repairs = RepairShape(many=True)
