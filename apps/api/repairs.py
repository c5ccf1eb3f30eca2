"""Repairs: found, read, edited, moved, given out, voided."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.authentication import plain
from apps.api.base import ApiView, ListView
from apps.api.lists import whole_list, whole_list_of
from apps.api.repair_bodies import (
    AssignBody,
    EditBody,
    FieldRepairBody,
    StatusBody,
    details_from,
)
from apps.api.repair_rows import Reader, Row, listed, reader_of, who_reads
from apps.api.repair_shapes import HistoryEntry, PriceShape, RepairListed, RepairShape
from apps.api.serializers import ReasonBody
from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs import rules
from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair, Unit
from apps.repairs.queries import repair_history
from apps.rewards_referrals.queries import charged_now
from apps.security.enums import KeyScope
from apps.security.middleware import identity_of
from core.compiled import compiled_row, compiled_rows
from core.errors import DomainError, Forbidden, NotFound
from core.keys import name_key, unit_key
from core.models import Customer
from core.paging import Page, Pager
from core.rules import is_admin, membership
from core.shop import shop_zone


def _technician(text: str) -> int | None:
    return None if text == "none" else filters.whole(text)


def _of_technician(pk: int | None) -> Q:
    return Q(technician=pk) if pk else Q(technician=None)


def _begins_with(text: str) -> Q:
    units = Unit.objects.filter(number_key__startswith=unit_key(text))
    customers = Customer.objects.filter(name_key__startswith=name_key(text))
    return Q(unit__in=units.values("pk")) | Q(customer__in=customers.values("pk"))


FILTERS = (
    filters.ordering("-repair_date", "repair_date", "-updated_at", "updated_at"),
    filters.by_choice("status", "queue_status", QueueStatus, "Where it stands; may come often."),
    filters.Parameter(
        "technician",
        _technician,
        _of_technician,
        {"type": "string", "pattern": "^(none|[1-9][0-9]{0,17})$"},
        "Whose work it is: an id, or “none” for nobody's.",
    ),
    filters.by_id("unit", "unit", "Of this unit."),
    filters.by_choice("damage_type", "damage_type", DamageType, "What is broken."),
    filters.by_id("batch", "repair_batch", "Of this batch."),
    filters.search(_begins_with, "Unit number or customer's name begins so."),
    filters.from_day("created_from", "created_at", "Made on this day of the shop or later."),
    filters.to_day("created_to", "created_at", "Made on this day of the shop or earlier."),
    filters.from_day("repair_date_from", "repair_date", "Dated this day of the shop or later."),
    filters.to_day("repair_date_to", "repair_date", "Dated this day of the shop or earlier."),
    filters.updated_since(),
)
OF_CUSTOMER = filters.by_id("customer", "customer", "Of this customer.")


class RepairLists(ListView):
    """What every list of repairs shares: filters, orderings, lean rows."""

    parameters: ClassVar[Sequence[filters.Parameter]] = FILTERS
    read_serializer = RepairListed

    def rows(self) -> "QuerySet[Repair, Row]":
        """What this person may see, as rows."""
        return listed(Repair.objects.visible_to(self.actor))

    def page(self, **asked: Any) -> Page[Row]:
        """The page; its statement is kept, for this is the list that everybody reads."""
        pager = Pager(Repair, **asked)
        key = (
            *who_reads(self.actor),
            shop_zone() if self._asks_for_days() else "",
            asked["binding"],
            *pager.shape,
        )

        def cut(*position: Any) -> "QuerySet[Repair, Row]":
            return pager.cut(self.filtered(), position)

        return pager.page(compiled_rows(key, cut, pager.position))

    def tell(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as this person may know them."""
        return reader_of(self.actor).tell_all(rows)

    def _asks_for_days(self) -> bool:
        return any(name.endswith(("_from", "_to")) for name in self.given)


class RepairView(ApiView):
    """One repair and what is done with it."""

    def visible(self, pk: int) -> Repair:
        """The repair of this URL, if the caller may see it."""
        visible = Repair.objects.visible_to(self.actor)
        return self.find(visible.select_related("customer", "technician__user"), pk=pk)

    def told(self, pk: int, *, status: int = 200) -> Response:
        """The repair as it stands now."""
        reader = Reader(self.actor)
        row = reader.whole(Repair.objects.filter(pk=pk)).get()
        headers = {"ETag": f'"{row["version"]}"'}
        if status == 201:  # noqa: PLR2004 - Created
            headers["Location"] = reverse("api:repair-detail", args=[pk])
        return Response(reader.tell_whole(row), status=status, headers=headers)


class RepairList(RepairLists, RepairView):
    """All repairs that one may see; new ones found in the field."""

    parameters = (*FILTERS, OF_CUSTOMER)
    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(
        operation_id="repairs_create",
        request=FieldRepairBody,
        responses={201: RepairShape},
        examples=[
            OpenApiExample(
                "A chip found on the yard",
                value={
                    "customer": 1,
                    "unit_number": "4127",
                    "damage_type": "Chip",
                    "description": "Low on the driver's side",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Report damage found in the field; the customer's policy decides what follows."""
        body = self.body(FieldRepairBody)
        repair = use_cases.create_field_repair(
            actor=self.actor,
            customer_id=body["customer"],
            details=details_from(body),
            technician_id=body.get("technician"),
            confirm_duplicate=body["confirm_duplicate"],
        )
        return self.told(repair.pk, status=201)


class RepairDetail(RepairView):
    """One repair."""

    key_scopes = {"PUT": KeyScope.REQUEST, "PATCH": KeyScope.REQUEST}

    @extend_schema(operation_id="repairs_retrieve", responses=RepairShape)
    def get(self, request: Request, pk: int) -> Response:
        """The repair as it stands, with its version as ETag."""
        told = self.told_one(pk)
        return Response(told, headers={"ETag": f'"{told["version"]}"'})

    def told_one(self, pk: int) -> Row:
        """The repair as this person may know it.

        Raises:
            NotFound: There is none, or they may not see it.
        """
        reader = reader_of(self.actor)
        key = ("detail", *who_reads(self.actor))
        row = compiled_row(key, self._rows_of(reader), pk)
        if row is None:
            raise NotFound
        return reader.tell_whole(row)

    def _rows_of(self, reader: Reader) -> "Callable[[int], QuerySet[Repair, Row]]":
        return lambda pk: reader.whole(Repair.objects.visible_to(self.actor).filter(pk=pk))

    @extend_schema(operation_id="repairs_update", request=EditBody, responses=RepairShape)
    def put(self, request: Request, pk: int) -> Response:
        """Replace all that may be edited; a field left out is refused, not emptied."""
        return self._edit(pk, partial=False)

    @extend_schema(operation_id="repairs_edit", request=EditBody, responses=RepairShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change some fields; notes alone need no If-Match, since they do not raise the version."""
        return self._edit(pk, partial=True)

    def _edit(self, pk: int, *, partial: bool) -> Response:
        repair = self.visible(pk)
        if not (rules.may_edit(self.actor, repair) or membership(self.actor)):
            raise Forbidden("Only its technician and the office edit a repair.")
        values = self.body(EditBody, partial=partial)
        version = self.expected_version(required=False)
        use_cases.edit_repair(actor=self.actor, repair_id=pk, version=version, values=values)
        return self.told(pk)


class RepairStatus(RepairView):
    """Moves along the table."""

    key_scopes = {"PATCH": KeyScope.APPROVE}

    @extend_schema(
        operation_id="repairs_move",
        request=StatusBody,
        responses=RepairShape,
        examples=[
            OpenApiExample("Take or approve", value={"status": "APPROVED"}, request_only=True),
            OpenApiExample(
                "Deny",
                value={"status": "DENIED", "reason_code": "declined", "reason": "Too expensive"},
                request_only=True,
            ),
            OpenApiExample(
                "Finish its tasks too",
                value={"status": "COMPLETED", "finish_tasks": True},
                request_only=True,
            ),
        ],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Move it; the own last move repeated changes nothing. If-Match is optional.

        409 ``illegal_move`` tells ``allowed_moves``; 409 ``already_claimed`` tells the ``holder``;
        409 ``jobs_open`` tells the ``jobs`` to finish first, which ``finish_tasks`` does too.
        """
        visible = Repair.objects.visible_to(self.actor).filter(pk=pk).first()
        if visible is not None and not rules.parties_of(self.actor, visible):
            raise Forbidden("You may not move this repair.")
        body = self._body(is_visible=visible is not None)
        target = QueueStatus(body["status"])
        self._check_key_moves(target)
        use_cases.move_repair(
            actor=self.actor,
            repair_id=pk,
            target=target,
            reason=Reason(code=body.get("reason_code", ""), text=body.get("reason", "")),
            version=self.expected_version(required=False),
            confirm_duplicate=body["confirm_duplicate"],
            done_at=body.get("done_at"),
            finish_tasks=body["finish_tasks"],
        )
        return self.told(pk)

    def _body(self, *, is_visible: bool) -> dict[str, Any]:
        # Who has lost a request to somebody else does not see it any more, yet is told by whom.
        if is_visible:
            return self.body(StatusBody)
        try:
            body = self.body(StatusBody)
        except (APIException, DomainError, SuspiciousOperation) as error:
            raise NotFound from error
        if body["status"] != QueueStatus.APPROVED:
            raise NotFound
        return body

    def _check_key_moves(self, target: QueueStatus) -> None:
        is_key = identity_of(plain(self.request)).key is not None
        if is_key and target not in {QueueStatus.APPROVED, QueueStatus.DENIED}:
            raise Forbidden("A key approves and denies, nothing else.", code="key_scope")


class OfficeView(RepairView):
    """What only the office does to a repair that others may read."""

    def check_office(self, pk: int) -> None:
        """First whether they see it, then whether they are the office, then the body."""
        self.visible(pk)
        if not is_admin(self.actor):
            raise Forbidden("Only the office does this.")


class RepairAssign(OfficeView):
    """Work is given out."""

    @extend_schema(operation_id="repairs_assign", request=AssignBody, responses=RepairShape)
    def post(self, request: Request, pk: int) -> Response:
        """Give it to a technician; both are told."""
        self.check_office(pk)
        body = self.body(AssignBody)
        use_cases.assign_repair(
            actor=self.actor,
            repair_id=pk,
            technician_id=body["technician"],
            pin=body["pin"],
            version=self.expected_version(required=False),
        )
        return self.told(pk)


class RepairVoid(OfficeView):
    """A completed repair is taken back."""

    @extend_schema(operation_id="repairs_void", request=ReasonBody, responses=RepairShape)
    def post(self, request: Request, pk: int) -> Response:
        """Take it out of revenue; status, price and unit count stay."""
        self.check_office(pk)
        body = self.body(ReasonBody)
        version = self.expected_version(required=False)
        use_cases.void_repair(
            actor=self.actor, repair_id=pk, reason=body["reason"], version=version
        )
        return self.told(pk)


# Made once: the schema knows a shape by its identity.
HISTORY = whole_list_of(HistoryEntry)


class RepairHistory(RepairView):
    """What happened to it."""

    @extend_schema(operation_id="repairs_history", responses=HISTORY)
    def get(self, request: Request, pk: int) -> Response:
        """Its entries, oldest first; customers and sales agents read the public ones."""
        is_internal = rules.sees_internal(self.actor)
        entries = repair_history(self.actor, self.visible(pk))
        return whole_list([told_entry(entry, is_internal=is_internal) for entry in entries])


def told_entry(entry: AuditEntry, *, is_internal: bool) -> Row:
    """What a history tells of one entry; the note to the shop's people only."""
    told = {
        "at": entry.at,
        "actor": entry.actor_name,
        "verb": entry.verb,
        "changes": [
            {name: value for name, value in change.items() if name != "internal"}
            for change in entry.changes
        ],
    }
    return told | {"note": entry.note} if is_internal else told


class RepairPrice(RepairView):
    """What it costs, and why."""

    @extend_schema(operation_id="repairs_price", responses=PriceShape)
    def get(self, request: Request, pk: int) -> Response:
        """What was charged; of an open one what completing it now would cost."""
        quote = charged_now(self.visible(pk))
        return Response({"amount": quote.amount, "lines": [vars(line) for line in quote.lines]})
