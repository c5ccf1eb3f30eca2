"""Every model of ours: what its list shows, filters and searches."""

from collections.abc import Iterable

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.admin_site.reading import Begins, Columns
from apps.admin_site.reward_lists import REWARD_LISTS
from apps.audit.models import AuditEntry, AuditHead
from apps.jobs.models import (
    Equipment,
    Job,
    JobTask,
    JobTemplate,
    JobTemplateItem,
    TaskAttachment,
)
from apps.notifications.models import (
    Delivery,
    MessageText,
    MessageWishes,
    Notification,
    PushSubscription,
)
from apps.photo_storage.models import StoredPhoto
from apps.queue_management.models import (
    Assignment,
    DamageTypeSkill,
    ListImport,
    PreferredTechnician,
    TechnicianWorkload,
)
from apps.repairs.models import (
    CustomerPricing,
    Repair,
    RepairApproval,
    RepairBatch,
    RepairPhoto,
    ShopPriceList,
    Unit,
    UnitRepairCount,
)
from apps.repairs.models.links import RepairLink, UnitSticker
from apps.repairs.models.viscosity import ResinTable
from apps.scheduling.models import Appointment, AppointmentSeries, CalendarFeed
from apps.security.models import ApiKey, AuthSession, KnownDevice
from apps.technicians.models import Skill, Technician, TimeOff, WorkingHours
from core.keys import name_key, serial_key, unit_key
from core.models import (
    Customer,
    CustomerPreference,
    CustomerUser,
    Heartbeat,
    IdempotencyRecord,
    Invitation,
    JoinRequest,
    OutboxMessage,
    SavedView,
    ScheduledRun,
    ShopSettings,
    Site,
    User,
)

NAME = Begins("name_key", name_key)
NUMBER = Begins("number_key", unit_key)
OF_CUSTOMER = Begins("name_key", name_key, of="customer")
OF_UNIT = Begins("number_key", unit_key, of="unit")
OF_TECHNICIAN = Begins("user__username_key", of="technician")


def of_user(column: str) -> Begins:
    """A search by the beginning of a user name."""
    return Begins("username_key", of=column)


class TargetFilter(admin.SimpleListFilter):
    """What an audit entry is about: a fixed list, for asking the table would read all of it."""

    title = "target"
    parameter_name = "target_type"

    def lookups(self, request: HttpRequest, model_admin: object) -> Iterable[tuple[str, str]]:
        """Every model of ours by name."""
        names = {model._meta.label_lower: str(model._meta.verbose_name) for model in LISTS}
        return sorted(names.items(), key=lambda each: each[1])

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[AuditEntry]
    ) -> models.QuerySet[AuditEntry]:
        """The entries about one model."""
        return queryset.filter(target_type=self.value()) if self.value() else queryset


LISTS: dict[type[models.Model], Columns] = {
    User: Columns(
        ("username", "email", "role", "is_active", "manages_prices", "manages_people"),
        search=(Begins("username_key"), Begins("email_key")),
        filters=("role", "is_active"),
    ),
    Customer: Columns(
        ("name", "kind", "is_confirmed", "owner", "is_active", "do_not_service"),
        search=(NAME,),
        filters=("kind", "is_confirmed", "is_active", "do_not_service"),
        related=("owner",),
    ),
    Site: Columns(
        ("name", "customer", "city", "state", "time_zone"),
        search=(OF_CUSTOMER,),
        exact=("zip_code",),
        filters=("is_active",),
        related=("customer",),
    ),
    CustomerUser: Columns(
        ("user", "customer", "is_primary_contact", "can_request", "can_approve"),
        search=(of_user("user"), OF_CUSTOMER),
        filters=("is_primary_contact",),
        related=("user", "customer"),
    ),
    CustomerPreference: Columns(
        ("customer", "approval_policy"),
        search=(OF_CUSTOMER,),
        filters=("approval_policy",),
        related=("customer",),
    ),
    Invitation: Columns(
        ("email", "role", "customer", "invited_by", "expires_at", "used_at", "revoked_at"),
        search=(OF_CUSTOMER,),
        exact=("email",),
        filters=("role",),
        related=("customer", "invited_by"),
    ),
    JoinRequest: Columns(
        ("user", "company_name", "customer", "decision", "created_at"),
        search=(of_user("user"), OF_CUSTOMER),
        filters=("decision",),
        related=("user", "customer"),
    ),
    SavedView: Columns(
        ("owner", "page", "name", "query", "is_default"),
        search=(of_user("owner"),),
        filters=("is_default",),
        related=("owner",),
    ),
    ShopSettings: Columns(
        ("id", "time_zone", "assignment_mode", "require_after_photo", "created_at", "created_by"),
        related=("created_by",),
    ),
    OutboxMessage: Columns(
        ("kind", "key", "created_at", "attempts", "done_at", "dead_at", "last_error"),
        search=(Begins("key", str),),
        filters=(("done_at", admin.EmptyFieldListFilter), ("dead_at", admin.EmptyFieldListFilter)),
    ),
    ScheduledRun: Columns(
        ("name", "slot", "due_at", "started_at", "finished_at", "note", "error"), exact=("name",)
    ),
    Heartbeat: Columns(("name", "seen_at")),
    IdempotencyRecord: Columns(("principal", "key", "status", "created_at"), exact=("principal",)),
    AuditEntry: Columns(
        ("position", "at", "actor_name", "verb", "target_type", "target_id", "target_label"),
        numbers=("position", "actor_id"),
        exact=("verb",),
        filters=(TargetFilter,),
        order=("-position",),
    ),
    AuditHead: Columns(("position", "hash")),
    AuthSession: Columns(
        ("user", "address", "created_at", "last_used_at", "ended_at"),
        search=(of_user("user"),),
        related=("user",),
    ),
    KnownDevice: Columns(
        ("user", "created_at", "last_used_at"),
        search=(of_user("user"),),
        related=("user",),
    ),
    ApiKey: Columns(
        ("name", "prefix", "user", "expires_at", "revoked_at"),
        search=(of_user("user"),),
        related=("user",),
    ),
    Notification: Columns(
        ("recipient", "kind", "text", "created_at", "read_at"),
        search=(of_user("recipient"),),
        filters=(("read_at", admin.EmptyFieldListFilter),),
        related=("recipient",),
    ),
    Delivery: Columns(
        ("kind", "way", "recipient", "address", "state", "reason", "planned_for", "sent_at"),
        search=(of_user("recipient"), OF_CUSTOMER, Begins("key", str)),
        filters=("way", "state"),
        related=("recipient",),
    ),
    MessageWishes: Columns(
        ("user", "quiet_from", "quiet_until", "time_zone"),
        search=(of_user("user"),),
        related=("user",),
    ),
    PushSubscription: Columns(
        ("user", "service", "created_at"), search=(of_user("user"),), related=("user",)
    ),
    MessageText: Columns(
        ("kind", "created_at", "created_by"), exact=("kind",), related=("created_by",)
    ),
    StoredPhoto: Columns(
        ("id", "sha256", "width", "height", "byte_size", "uploaded_by", "created_at"),
        related=("uploaded_by",),
    ),
    Skill: Columns(("name",), search=(Begins("name_key"),)),
    Technician: Columns(
        ("user", "phone", "is_active", "out_on", "override_limit"),
        search=(of_user("user"),),
        filters=("is_active",),
        related=("user",),
    ),
    WorkingHours: Columns(
        ("technician", "weekday", "starts_at", "ends_at"),
        search=(OF_TECHNICIAN,),
        related=("technician__user",),
    ),
    TimeOff: Columns(
        ("technician", "first_day", "last_day", "reason"),
        search=(OF_TECHNICIAN,),
        related=("technician__user",),
    ),
    Unit: Columns(
        ("number", "customer", "plate", "year", "make", "model", "is_active"),
        search=(NUMBER, OF_CUSTOMER),
        filters=("is_active",),
        related=("customer",),
    ),
    UnitRepairCount: Columns(
        ("unit", "count", "windshield_replaced_at"), search=(OF_UNIT,), related=("unit",)
    ),
    UnitSticker: Columns(
        ("unit", "made_by", "made_at"), search=(OF_UNIT,), related=("unit", "made_by")
    ),
    Repair: Columns(
        ("id", "unit_number", "customer", "queue_status", "technician", "repair_date", "cost"),
        search=(OF_UNIT, OF_CUSTOMER, OF_TECHNICIAN),
        filters=("queue_status", "damage_type"),
        related=("customer", "technician__user"),
        order=("-repair_date", "-id"),
    ),
    RepairBatch: Columns(
        ("id", "customer", "created_by", "created_at"),
        search=(OF_CUSTOMER,),
        related=("customer", "created_by"),
    ),
    RepairApproval: Columns(
        ("repair", "is_approved", "method", "amount", "decided_by_name", "decided_at"),
        numbers=("repair_id",),
        filters=("method", "is_approved"),
        related=("repair",),
    ),
    RepairPhoto: Columns(
        ("repair", "kind", "is_internal", "added_by", "added_at"),
        numbers=("repair_id",),
        filters=("kind", "is_internal"),
        related=("repair", "added_by"),
    ),
    RepairLink: Columns(
        ("repair", "person", "made_by", "created_at", "expires_at", "used_at"),
        numbers=("repair_id",),
        related=("repair", "person", "made_by"),
    ),
    ResinTable: Columns(("id", "created_at", "created_by"), related=("created_by",)),
    ShopPriceList: Columns(("id", "first", "second", "third", "fourth", "fifth_on", "valid_from")),
    CustomerPricing: Columns(
        ("customer", "first", "second", "third", "fourth", "fifth_on", "volume_percent"),
        search=(OF_CUSTOMER,),
        related=("customer",),
    ),
    Job: Columns(
        ("id", "title", "customer", "status", "priority", "assigned_to", "scheduled_date"),
        search=(OF_CUSTOMER, of_user("assigned_to")),
        numbers=("repair_id",),
        filters=("status", "priority"),
        related=("customer", "assigned_to"),
    ),
    JobTask: Columns(
        ("job", "order", "title", "status", "started_at", "completed_at"),
        numbers=("job_id",),
        filters=("status",),
        related=("job",),
    ),
    JobTemplate: Columns(
        ("name", "damage_type", "priority", "is_active", "updated_at"),
        search=(NAME,),
        filters=("priority", "is_active"),
    ),
    JobTemplateItem: Columns(
        ("template", "order", "title"), numbers=("template_id",), related=("template",)
    ),
    TaskAttachment: Columns(
        ("task", "added_by", "added_at"), numbers=("task_id",), related=("task", "added_by")
    ),
    Appointment: Columns(
        ("id", "customer", "technician", "starts_at", "status"),
        search=(OF_CUSTOMER,),
        numbers=("repair_id", "batch_id", "job_id"),
        filters=("status",),
        related=("customer", "technician__user"),
    ),
    AppointmentSeries: Columns(
        ("id", "job", "repeat", "every", "first_day", "local_time", "number"),
        numbers=("job_id",),
        filters=("repeat",),
        related=("job",),
    ),
    CalendarFeed: Columns(
        ("owner", "created_by", "created_at", "revoked_at"),
        search=(of_user("owner"),),
        related=("owner", "created_by"),
    ),
    Equipment: Columns(
        ("name", "type", "serial_number", "is_active"),
        search=(Begins("name", str), Begins("serial_number_key", serial_key)),
        filters=("type", "is_active"),
    ),
    TechnicianWorkload: Columns(
        ("technician", "active_count"), search=(OF_TECHNICIAN,), related=("technician__user",)
    ),
    PreferredTechnician: Columns(
        ("customer", "technician"),
        search=(OF_CUSTOMER, OF_TECHNICIAN),
        related=("customer", "technician__user"),
    ),
    DamageTypeSkill: Columns(("damage_type", "skill"), related=("skill",)),
    ListImport: Columns(
        ("file_name", "customer", "state", "done", "total", "created_by", "created_at"),
        search=(OF_CUSTOMER,),
        filters=("state",),
        related=("customer", "created_by"),
    ),
    Assignment: Columns(
        ("repair", "technician", "rule", "load", "assigned_by", "assigned_at"),
        search=(OF_TECHNICIAN,),
        numbers=("repair_id",),
        filters=("rule",),
        related=("repair", "technician__user", "assigned_by"),
    ),
} | REWARD_LISTS
