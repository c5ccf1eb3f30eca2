"""What answers about visits look like, for the schema; ``apps.scheduling`` makes them."""

from rest_framework import serializers

from apps.api.job_shapes import Shape, nullable
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import CalendarFeed


class AppointmentShape(Shape):
    """A visit for one repair, one batch or one job."""

    id = serializers.IntegerField()
    title = serializers.CharField(help_text="What it is for, in a few words.")
    status = serializers.ChoiceField(VisitStatus.choices)
    status_label = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    busy_from = serializers.DateTimeField(help_text="Where its travel and set-up begin.")
    travel_minutes = serializers.IntegerField()
    setup_minutes = serializers.IntegerField()
    time_zone = serializers.CharField(help_text="Of its place, else of the shop.")
    promised_from = nullable(serializers.DateTimeField)
    promised_until = nullable(serializers.DateTimeField)
    technician = nullable(serializers.IntegerField)
    technician_name = nullable(serializers.CharField)
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    repair = nullable(serializers.IntegerField)
    unit_number = nullable(serializers.CharField, help_text="Of its repair.")
    batch = nullable(serializers.IntegerField)
    batch_size = serializers.IntegerField(help_text="Repairs of its batch.")
    job = nullable(serializers.IntegerField)
    job_title = nullable(serializers.CharField)
    series = nullable(serializers.IntegerField)
    site = nullable(serializers.IntegerField)
    site_name = nullable(serializers.CharField)
    site_address = nullable(serializers.CharField)
    site_city = nullable(serializers.CharField)
    access_note = nullable(serializers.CharField)
    notes = serializers.CharField(help_text="The shop's; empty for customers.")
    reason = serializers.CharField(help_text="Why it was cancelled, or needs a new time.")
    wish_date = nullable(serializers.DateField, help_text="A day that the customer wishes instead.")
    wish_window = serializers.CharField()
    wish_note = serializers.CharField()
    wished_at = nullable(serializers.DateTimeField)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class RefusedShape(Shape):
    """A day of a series that was left out."""

    date = serializers.DateField()
    code = serializers.CharField()


class SeriesShape(Shape):
    """A series with its visits, the first first."""

    id = serializers.IntegerField()
    time_zone = serializers.CharField(help_text="On whose clock the visits keep their time.")
    appointments = AppointmentShape(many=True)
    refused = RefusedShape(many=True)


class SlotShape(Shape):
    """A free time."""

    technician = serializers.IntegerField()
    technician_name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class WithoutHoursShape(Shape):
    """A technician of whom no working hours are entered."""

    technician = serializers.IntegerField()
    technician_name = serializers.CharField()


class ClosedShape(Shape):
    """A day on which the shop is closed."""

    date = serializers.DateField()
    reason = serializers.CharField()


class AvailabilityShape(Shape):
    """Free times, in order."""

    slots = SlotShape(many=True)
    is_complete = serializers.BooleanField(help_text="False: there are more than 500.")
    without_hours = WithoutHoursShape(
        many=True, help_text="They may be booked, but when they work is not known."
    )
    closed = ClosedShape(many=True)


class FeedShape(serializers.ModelSerializer[CalendarFeed]):
    """A calendar to subscribe to, without its address."""

    owner_name = serializers.CharField(source="owner.__str__")

    class Meta:
        model = CalendarFeed
        fields: tuple[str, ...] = ("id", "owner", "owner_name", "created_at", "revoked_at")


class FeedMadeShape(FeedShape):
    """A calendar with its address, this once."""

    address = serializers.CharField(help_text="For a calendar program; shown this once.")

    class Meta(FeedShape.Meta):
        fields = (*FeedShape.Meta.fields, "address")
