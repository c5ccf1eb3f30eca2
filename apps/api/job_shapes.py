"""What answers about jobs look like, for the schema; ``job_rows`` and ``apps.jobs`` make them."""

from typing import Any

from rest_framework import serializers

from apps.jobs.enums import EquipmentType, JobStatus, Priority, TaskStatus
from apps.jobs.models import Equipment, JobTemplate, JobTemplateItem
from apps.repairs.enums import DamageType, QueueStatus
from apps.scheduling.enums import VisitStatus

Shape = serializers.Serializer[Any]


def nullable(kind: type[serializers.Field[Any, Any, Any, Any]], **more: Any) -> Any:
    """A field that may be empty."""
    return kind(allow_null=True, **more)


class ProgressShape(Shape):
    """How far a job is; cancelled tasks do not count."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField(help_text="0 without tasks.")


class NeededShape(Shape):
    """An item that a task needs."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.ChoiceField(EquipmentType.choices)
    serial_number = serializers.CharField()
    is_active = serializers.BooleanField(help_text="False: retired since.")


class TaskShape(Shape):
    """A task of a job."""

    id = serializers.IntegerField()
    job = serializers.IntegerField()
    job_title = serializers.CharField()
    job_status = serializers.ChoiceField(JobStatus.choices)
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    scheduled_date = nullable(serializers.DateField, help_text="Of its job.")
    order = serializers.IntegerField(help_text="From 1, without gaps.")
    title = serializers.CharField()
    description = serializers.CharField()
    notes = serializers.CharField()
    status = serializers.ChoiceField(TaskStatus.choices)
    status_label = serializers.CharField()
    allowed_moves = serializers.ListField(
        child=serializers.ChoiceField(TaskStatus.choices),
        help_text="As far as your role and its status go.",
    )
    equipment = NeededShape(many=True)
    started_at = nullable(serializers.DateTimeField)
    completed_at = nullable(serializers.DateTimeField)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class AttachmentShape(Shape):
    """A picture of a task; its addresses hold for 60 seconds."""

    id = serializers.IntegerField()
    task = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the file as it was sent.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    added_by = nullable(serializers.IntegerField)
    added_by_name = serializers.CharField()
    added_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="JPEG, at most 2048 pixels long.")
    screen_url = serializers.CharField(help_text="WebP, at most 1024 pixels long.")
    thumb_url = serializers.CharField(help_text="WebP, at most 320 pixels long.")


class TaskNamed(Shape):
    """A task by name."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    job = serializers.IntegerField()
    job_title = serializers.CharField()


class PersonNamed(Shape):
    """Somebody by name."""

    user = serializers.IntegerField()
    name = serializers.CharField()


class ClashShape(Shape):
    """An item that tasks of several technicians need on one day."""

    equipment = serializers.IntegerField()
    name = serializers.CharField()
    serial_number = serializers.CharField()
    technicians = PersonNamed(many=True)
    tasks = TaskNamed(many=True, help_text="Those that you see.")


class JobListed(Shape):
    """A job in a list."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    site = nullable(serializers.IntegerField)
    site_name = nullable(serializers.CharField)
    repair = nullable(serializers.IntegerField)
    template = nullable(serializers.IntegerField, help_text="The checklist that it was made of.")
    follows_repair = serializers.BooleanField(
        help_text="Made as its repair was approved; with whom that is with, ended with it."
    )
    created_by = serializers.IntegerField()
    created_by_name = serializers.CharField()
    assigned_to = nullable(serializers.IntegerField, help_text="A user.")
    assigned_to_name = nullable(serializers.CharField)
    status = serializers.ChoiceField(JobStatus.choices)
    status_label = serializers.CharField()
    allowed_moves = serializers.ListField(
        child=serializers.ChoiceField(JobStatus.choices),
        help_text="As far as your role and its status go; open tasks still hold up completion.",
    )
    priority = serializers.ChoiceField(Priority.choices)
    priority_label = serializers.CharField()
    scheduled_date = nullable(serializers.DateField)
    overdue = serializers.BooleanField(help_text="Open, and its date has passed where the shop is.")
    progress = ProgressShape()
    started_at = nullable(serializers.DateTimeField)
    completed_at = nullable(serializers.DateTimeField)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class JobShape(JobListed):
    """A job with its tasks in their order."""

    tasks = TaskShape(many=True)
    clashes = ClashShape(
        many=True, help_text="Its equipment that another technician needs on the same day."
    )


class EquipmentShape(serializers.ModelSerializer[Equipment]):
    """A tool, machine, vehicle or accessory."""

    type_label = serializers.CharField(source="get_type_display")

    class Meta:
        model = Equipment
        fields = (
            "id",
            "name",
            "type",
            "type_label",
            "serial_number",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        )


class ItemShape(serializers.ModelSerializer[JobTemplateItem]):
    """A task of a checklist."""

    equipment = NeededShape(many=True)

    class Meta:
        model = JobTemplateItem
        fields = ("id", "order", "title", "description", "equipment")


class TemplateShape(serializers.ModelSerializer[JobTemplate]):
    """A checklist to make jobs of."""

    damage_type = serializers.CharField(help_text="Empty: jobs are made of it by hand.")
    priority_label = serializers.CharField(source="get_priority_display")
    items = ItemShape(many=True, help_text="In their order.")

    class Meta:
        model = JobTemplate
        fields = (
            *("id", "name", "damage_type", "description", "priority", "priority_label"),
            *("is_active", "items", "created_at", "updated_at", "version"),
        )


class PlaceShape(Shape):
    """Where work is to be done."""

    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    site_name = nullable(serializers.CharField)
    site_address = nullable(serializers.CharField)
    site_city = nullable(serializers.CharField)
    access_note = nullable(serializers.CharField)
    technician = nullable(serializers.IntegerField)
    technician_name = nullable(serializers.CharField)
    date = nullable(serializers.DateField)
    version = serializers.IntegerField()


class DayTask(PlaceShape):
    """An open task of an open job."""

    id = serializers.IntegerField()
    job = serializers.IntegerField()
    job_title = serializers.CharField()
    order = serializers.IntegerField()
    title = serializers.CharField()
    status = serializers.ChoiceField(TaskStatus.choices)
    status_label = serializers.CharField()
    priority = serializers.ChoiceField(Priority.choices)
    priority_label = serializers.CharField()
    equipment = NeededShape(many=True)


class DayRepair(PlaceShape):
    """A repair to be done; its date is the customer's wish."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField()
    unit_number = serializers.CharField()
    damage_type = serializers.ChoiceField(DamageType.choices)
    queue_status = serializers.ChoiceField(QueueStatus.choices)
    queue_status_label = serializers.CharField()
    preferred_window = serializers.CharField()


class DayAppointment(Shape):
    """A visit that is to come about."""

    id = serializers.IntegerField()
    title = serializers.CharField(help_text="What it is for, in a few words.")
    date = nullable(serializers.DateField, help_text="Empty while it needs a new time.")
    status = serializers.ChoiceField(VisitStatus.choices)
    status_label = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    busy_from = serializers.DateTimeField()
    time_zone = serializers.CharField(help_text="Of its place, else of the shop.")
    repair = nullable(serializers.IntegerField)
    batch = nullable(serializers.IntegerField)
    job = nullable(serializers.IntegerField)
    customer = serializers.IntegerField()
    customer_name = serializers.CharField()
    site_name = nullable(serializers.CharField)
    site_address = nullable(serializers.CharField)
    site_city = nullable(serializers.CharField)
    access_note = nullable(serializers.CharField)
    technician = nullable(serializers.IntegerField)
    technician_name = nullable(serializers.CharField)
    notes = serializers.CharField()
    version = serializers.IntegerField()


class PartShape(Shape):
    """What is to be done, the most pressing first."""

    appointments = DayAppointment(many=True, help_text="In order of time.")
    repairs = DayRepair(many=True)
    tasks = DayTask(many=True)


class DatedShape(PartShape):
    """What is to be done on one day."""

    date = serializers.DateField()


class DayShape(Shape):
    """A plan of the days."""

    today = serializers.DateField(help_text="Where the shop is.")
    is_complete = serializers.BooleanField(
        help_text="False: there were more than 1,000 of a kind; the earliest are told."
    )
    overdue = PartShape()
    days = DatedShape(many=True, help_text="Today first.")
    unscheduled = PartShape()


class UsedShape(Shape):
    """An item and how many tasks need it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    tasks = serializers.IntegerField()


class LoadShape(Shape):
    """A technician and what is open of theirs."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    repairs = serializers.IntegerField()
    jobs = serializers.IntegerField()


class FigureShape(Shape):
    """What a figure counts, and where its rows are."""

    definition = serializers.CharField()
    rows = serializers.CharField()


class AnalyticsShape(Shape):
    """The shop's figures; every status and priority is there, also with 0."""

    jobs_by_status = serializers.DictField(child=serializers.IntegerField())
    jobs_by_priority = serializers.DictField(child=serializers.IntegerField())
    overdue = serializers.IntegerField()
    mean_hours_to_complete = nullable(serializers.FloatField)
    most_used_equipment = UsedShape(many=True)
    repairs_by_status = serializers.DictField(child=serializers.IntegerField())
    revenue = serializers.DecimalField(max_digits=12, decimal_places=2)
    redo_rate = nullable(serializers.FloatField)
    technician_load = LoadShape(many=True)
    definitions = serializers.DictField(child=FigureShape())
