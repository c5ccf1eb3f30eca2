"""What a repair tells to whom: rows straight from the database, without model instances."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from apps.repairs.enums import QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.rules import ReadStanding, allowed_moves, sees_internal
from apps.technicians.rules import technician_of
from core.models import User
from core.rules import is_sales_agent, membership

Row = dict[str, Any]

LISTED = (
    "id",
    "customer",
    "technician",
    "unit",
    "unit_number",
    "description",
    "damage_type",
    "cost",
    "discount",
    "queue_status",
    "repair_date",
    "site",
    "repair_batch",
    "break_number",
    "version",
    "updated_at",
    "created_by",
    "is_pinned",
    "voided_at",
)
NAMES = {
    "customer_name": F("customer__name"),
    "first_name": F("technician__user__first_name"),
    "last_name": F("technician__user__last_name"),
    "username": F("technician__user__username"),
}
PRICES = ("approved_amount", "offered_amount", "redo_of", "created_at")
STAMPS = ("requested_at", "approved_at", "started_at", "completed_at", "denied_at", "done_at")
REQUEST = (
    "requested_by_name",
    "preferred_date",
    "preferred_window",
    "contact_name",
    "contact_phone",
    "po_number",
    "external_ref",
    "customer_notes",
    "damage_x",
    "damage_y",
)
INTERNAL = (
    "is_pinned",
    "cost_override",
    "override_reason",
    "technician_notes",
    "internal_notes",
    "move_reason",
    "void_reason",
    "glass_temperature",
    "resin_viscosity",
    "drilled_before",
)
_STATUS_LABELS: dict[str, str] = dict(QueueStatus.choices)
_REASON_LABELS: dict[str, str] = dict(ReasonCode.choices)


def listed(repairs: QuerySet[Repair]) -> "QuerySet[Repair, Row]":
    """The rows with what a list shows."""
    rows: QuerySet[Repair, Row] = repairs.values(*LISTED, **NAMES)
    return rows


def who_reads(user: User) -> tuple[Any, ...]:
    """All of a person that decides which repairs they see (``RepairQuerySet.visible_to``)."""
    member = membership(user)
    return (user.pk, user.role, user.is_active, member.customer_id if member else None)


class Reader:
    """One person reading repairs: which columns they see, and which moves they may make.

    Sales agents see status and price; customers all but what is internal (DOMAIN, "Who sees what").
    """

    def __init__(self, user: User) -> None:
        self.user = user
        self.sees_work = not is_sales_agent(user)
        self.extra: tuple[str, ...] = (*PRICES, *STAMPS)
        if self.sees_work:
            self.extra += REQUEST
        if sees_internal(user):
            self.extra += INTERNAL
        technician = technician_of(user)
        self._own = technician.pk if technician else None
        self._moves: dict[tuple[Any, ...], list[str]] = {}

    def whole(self, repairs: QuerySet[Repair]) -> "QuerySet[Repair, Row]":
        """The rows with all that this person may see."""
        columns = dict.fromkeys((*LISTED, *self.extra, "approval_clause", "reason_code"))
        rows: QuerySet[Repair, Row] = repairs.values(*columns, **NAMES)
        return rows

    def tell_all(self, rows: Iterable[Row]) -> list[Row]:
        """What a list tells of each row."""
        return [self.tell(row) for row in rows]

    def tell(self, row: Row) -> Row:
        """What a list tells of one row."""
        told = {
            "id": row["id"],
            "customer": row["customer"],
            "customer_name": row["customer_name"],
            "unit": row["unit"],
            "unit_number": row["unit_number"],
            "damage_type": row["damage_type"],
            "cost": row["cost"],
            "discounted_cost": row["cost"] - row["discount"],
            "queue_status": row["queue_status"],
            "queue_status_label": _STATUS_LABELS[row["queue_status"]],
            "allowed_moves": self.moves(row),
            "repair_date": row["repair_date"],
            "batch": row["repair_batch"],
            "break_number": row["break_number"],
            "voided_at": row["voided_at"],
            "version": row["version"],
            "updated_at": row["updated_at"],
        }
        if self.sees_work:
            told["technician"] = row["technician"]
            told["technician_name"] = _name(row)
            told["description"] = row["description"]
            told["site"] = row["site"]
        return told

    def tell_whole(self, row: Row) -> Row:
        """All that this person may know of one repair."""
        told = self.tell(row) | {name: row[name] for name in self.extra}
        told["approval"] = row["approval_clause"]
        told["reason_code"] = row["reason_code"] or None
        told["reason_code_label"] = _REASON_LABELS.get(row["reason_code"], "")
        return told

    def moves(self, row: Row) -> list[str]:
        """Where this person may move the repair; worked out once for rows in one situation.

        The customer is no part of it: who moves as a customer sees one company's repairs only.
        """
        situation = (
            row["queue_status"],
            row["is_pinned"],
            row["voided_at"] is None,
            row["technician"] is not None and row["technician"] == self._own,
            row["created_by"] == self.user.pk,
        )
        if situation not in self._moves:
            self._moves[situation] = allowed_moves(self.user, _as_rules_need_it(row))
        return self._moves[situation]


def _as_rules_need_it(row: Row) -> ReadStanding:
    return ReadStanding(
        queue_status=row["queue_status"],
        is_pinned=row["is_pinned"],
        voided_at=row["voided_at"],
        technician_id=row["technician"],
        created_by_id=row["created_by"],
        customer_id=row["customer"],
    )


def _name(row: Row) -> str | None:
    if row["technician"] is None:
        return None
    return f"{row['first_name']} {row['last_name']}".strip() or str(row["username"])
