"""Every model, to read and search; nothing is written here, so that there is no second path."""

from dataclasses import dataclass
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest

from apps.audit.models import AuditEntry, AuditHead
from apps.notifications.models import Notification
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
from apps.security.models import ApiKey, AuthSession
from apps.technicians.models import Skill, Technician, TimeOff, WorkingHours
from core.models import (
    Customer,
    CustomerPreference,
    CustomerUser,
    IdempotencyRecord,
    Invitation,
    JoinRequest,
    OutboxMessage,
    SavedView,
    ShopSettings,
    Site,
    User,
)

SECRETS = frozenset(
    # A promised mail carries the way in that it is about.
    {
        "password",
        "token_hash",
        "key_hash",
        "refresh_jti",
        "fingerprint",
        "body",
        "headers",
        "payload",
        "content",
        "prepared",
    }
)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Lists, searches and shows rows; never adds, changes or deletes one."""

    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Staff read everything."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff see every package."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: use cases make rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: use cases change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: history stays."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No guessing of a secret, letter by letter, in the address of a list."""
        is_secret = not SECRETS.isdisjoint(lookup.split("__"))
        return not is_secret and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: object = None) -> Any:
        """Every column but secrets."""
        columns = [*self.opts.concrete_fields, *self.opts.many_to_many]
        return [field.name for field in columns if field.name not in SECRETS]


@dataclass(frozen=True)
class Columns:
    """What the list of one model shows, filters and searches."""

    show: tuple[str, ...]
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


LISTS: dict[type[models.Model], Columns] = {
    User: Columns(
        ("username", "email", "role", "is_active", "manages_prices", "manages_people"),
        ("username_key__startswith", "email_key__startswith"),
        ("role", "is_active"),
    ),
    Customer: Columns(
        ("name", "kind", "is_confirmed", "owner", "is_active", "do_not_service"),
        ("name_key__startswith",),
        ("kind", "is_confirmed", "is_active"),
        ("owner",),
    ),
    Site: Columns(
        ("name", "customer", "city", "state", "time_zone"),
        ("customer__name_key__startswith", "zip_code"),
        related=("customer",),
    ),
    CustomerUser: Columns(
        ("user", "customer", "is_primary_contact", "can_request", "can_approve"),
        ("user__username_key__startswith", "customer__name_key__startswith"),
        related=("user", "customer"),
    ),
    CustomerPreference: Columns(("customer", "approval_policy"), related=("customer",)),
    Invitation: Columns(
        ("email", "role", "customer", "invited_by", "expires_at", "used_at", "revoked_at"),
        ("email",),
        related=("customer", "invited_by"),
    ),
    JoinRequest: Columns(
        ("user", "company_name", "customer", "decision", "created_at"),
        ("company_name",),
        ("decision",),
        ("user", "customer"),
    ),
    ShopSettings: Columns(
        ("id", "time_zone", "assignment_mode", "require_after_photo", "created_at", "created_by"),
        related=("created_by",),
    ),
    OutboxMessage: Columns(
        ("kind", "key", "created_at", "attempts", "done_at", "dead_at", "last_error"), ("key",)
    ),
    IdempotencyRecord: Columns(("principal", "key", "status", "created_at"), ("key",)),
    AuditEntry: Columns(
        ("position", "at", "actor_name", "verb", "target_type", "target_id", "target_label"),
        ("verb", "target_id", "request_id"),
        ("target_type",),
    ),
    AuditHead: Columns(("position", "hash")),
    AuthSession: Columns(("user", "created_at", "ended_at"), related=("user",)),
    ApiKey: Columns(("name", "user", "expires_at", "revoked_at"), ("name",), related=("user",)),
    Notification: Columns(
        ("recipient", "kind", "text", "created_at", "read_at"),
        ("recipient__username_key__startswith",),
        ("kind",),
        ("recipient",),
    ),
    StoredPhoto: Columns(
        ("id", "sha256", "width", "height", "byte_size", "created_at"), ("sha256",)
    ),
    Skill: Columns(("name",), ("name_key",)),
    Technician: Columns(
        ("user", "phone", "is_active", "out_on", "override_limit"),
        ("user__username_key__startswith",),
        ("is_active",),
        ("user",),
    ),
    WorkingHours: Columns(
        ("technician", "weekday", "starts_at", "ends_at"), related=("technician__user",)
    ),
    TimeOff: Columns(
        ("technician", "first_day", "last_day", "reason"), related=("technician__user",)
    ),
    Unit: Columns(
        ("number", "customer", "plate", "year", "make", "model", "is_active"),
        ("number_key__startswith", "vin", "plate"),
        ("is_active",),
        ("customer",),
    ),
    UnitRepairCount: Columns(
        ("unit", "count", "windshield_replaced_at"),
        ("unit__number_key__startswith",),
        related=("unit",),
    ),
    Repair: Columns(
        ("id", "unit_number", "customer", "queue_status", "technician", "repair_date", "cost"),
        ("unit_number__startswith", "external_ref"),
        ("queue_status", "damage_type"),
        ("customer", "technician__user"),
    ),
    RepairBatch: Columns(
        ("id", "customer", "created_by", "created_at"), related=("customer", "created_by")
    ),
    RepairApproval: Columns(
        ("repair", "is_approved", "method", "amount", "decided_by_name", "decided_at"),
        filters=("method", "is_approved"),
        related=("repair",),
    ),
    RepairPhoto: Columns(
        ("repair", "kind", "is_internal", "added_by", "added_at"),
        filters=("kind",),
        related=("repair", "added_by"),
    ),
    SavedView: Columns(("owner", "page", "name", "query", "is_default"), related=("owner",)),
    ShopPriceList: Columns(("id", "first", "second", "third", "fourth", "fifth_on", "valid_from")),
    CustomerPricing: Columns(
        ("customer", "first", "second", "third", "fourth", "fifth_on", "volume_percent"),
        related=("customer",),
    ),
    TechnicianWorkload: Columns(("technician", "active_count"), related=("technician__user",)),
    PreferredTechnician: Columns(
        ("customer", "technician"), related=("customer", "technician__user")
    ),
    DamageTypeSkill: Columns(("damage_type", "skill"), related=("skill",)),
    ListImport: Columns(
        ("file_name", "customer", "state", "done", "total", "created_by", "created_at"),
        filters=("state",),
        related=("customer", "created_by"),
    ),
    Assignment: Columns(
        ("repair", "technician", "rule", "load", "assigned_by", "assigned_at"),
        filters=("rule",),
        related=("repair", "technician__user", "assigned_by"),
    ),
}


def _admin_class(columns: Columns) -> type[ReadOnlyAdmin]:
    attributes = {
        "list_display": columns.show,
        "search_fields": columns.search,
        "list_filter": columns.filters,
        "list_select_related": columns.related,
    }
    return type("ModelAdmin", (ReadOnlyAdmin,), attributes)


for _model, _columns in LISTS.items():
    admin.site.register(_model, _admin_class(_columns))
for _foreign in (Group, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(_foreign)
admin.site.register(
    AccessAttempt, _admin_class(Columns(("username", "ip_address", "attempt_time")))
)
admin.site.site_header = admin.site.site_title = "RS Systems"
