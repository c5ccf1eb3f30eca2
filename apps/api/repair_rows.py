"""What a repair tells to whom: rows straight from the database, without model instances."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from apps.repairs.enums import QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.rules import ReadStanding, allowed_moves, sees_internal
from apps.technicians.rules import technician_of
from core.models import User
from core.money import ZERO
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
    "break_number",
    "version",
    "updated_at",
    "created_by",
    "is_pinned",
    "voided_at",
)
NAMES = {
    "batch": F("repair_batch"),
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
# Read to work something out, and told under no name of its own in a list.
ALONE_FOR_US = ("created_by", "discount", "is_pinned", "first_name", "last_name", "username")
WORK = ("technician", "technician_name", "description", "site")
READER = "_repair_reader"
NOTHING = ("0.00", ZERO)
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


def reader_of(user: User) -> "Reader":
    """This person's reader, made once for each instance of them."""
    known: Reader | None = vars(user).get(READER)
    if known is None:
        known = vars(user)[READER] = Reader(user)
    return known


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
        self._untold = ALONE_FOR_US if self.sees_work else (*ALONE_FOR_US, *WORK)
        technician = technician_of(user)
        self._pk = user.pk
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
        """What a list tells of one row, which becomes it: a new one would cost as much again."""
        row["discounted_cost"] = _charged(row)
        row["queue_status_label"] = _STATUS_LABELS[row["queue_status"]]
        row["allowed_moves"] = self.moves(row)
        row["technician_name"] = _name(row)
        for name in self._untold:
            del row[name]
        return row

    def tell_whole(self, row: Row) -> Row:
        """All that this person may know of one repair."""
        more = {name: row[name] for name in self.extra}
        more["approval"] = row.pop("approval_clause")
        code = row.pop("reason_code")
        more["reason_code"], more["reason_code_label"] = code or None, _REASON_LABELS.get(code, "")
        return self.tell(row) | more

    def moves(self, row: Row) -> list[str]:
        """Where this person may move the repair; worked out once for rows in one situation.

        The customer is no part of it: who moves as a customer sees one company's repairs only.
        """
        situation = (
            row["queue_status"],
            row["is_pinned"],
            row["voided_at"] is None,
            row["technician"] is not None and row["technician"] == self._own,
            row["created_by"] == self._pk,
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


def _charged(row: Row) -> Any:
    # Amounts are text where the row was made to be told; most have nothing taken off.
    if row["discount"] in NOTHING:
        return row["cost"]
    return Decimal(row["cost"]) - Decimal(row["discount"])


def _name(row: Row) -> str | None:
    if row["technician"] is None:
        return None
    return f"{row['first_name']} {row['last_name']}".strip() or str(row["username"])
