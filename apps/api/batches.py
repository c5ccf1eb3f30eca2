"""Batches: several repairs made, approved and denied together."""

from collections import Counter
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.repair_bodies import BatchBody, DecisionBody, DenialBody, details_from
from apps.api.repair_rows import Reader
from apps.api.repair_shapes import BatchShape
from apps.api.requests import customer_named_by
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.queue_management.use_cases.batches import find_batch
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, RepairBatch
from apps.security.enums import KeyScope
from core.errors import Forbidden, Invalid
from core.money import ZERO
from core.rules import has_customer_right, is_admin, is_technician


class BatchView(ApiView):
    """One batch."""

    def told(self, batch: RepairBatch, *, status: int = 200) -> Response:
        """The batch with those of its rows that the caller may see."""
        reader = Reader(self.actor)
        visible = Repair.objects.visible_to(self.actor).filter(repair_batch=batch)
        rows = [reader.tell_whole(row) for row in reader.whole(visible).order_by("break_number")]
        found = Counter(row["queue_status"] for row in rows)
        return Response(
            {
                "id": batch.pk,
                "customer": batch.customer_id,
                "created_at": batch.created_at,
                "offered_total": sum((row["offered_amount"] or ZERO for row in rows), ZERO),
                "counts": {each.value: found[each.value] for each in QueueStatus},
                "repairs": rows,
            },
            status=status,
        )


class BatchList(BatchView):
    """Where batches are made."""

    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(
        operation_id="batches_create",
        request=BatchBody,
        responses={201: BatchShape},
        examples=[
            OpenApiExample(
                "Two units",
                value={"rows": [{"unit_number": "4127"}, {"unit_number": "4130"}]},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Make up to 50 repairs, all or none; a fault names its row: ``rows.2.unit_number``."""
        body = self.body(BatchBody)
        kind = self._kind(body)
        batch = self._report(body) if kind == "field" else self._ask(body)
        return self.told(batch, status=201)

    def _kind(self, body: dict[str, Any]) -> str:
        own = "field" if is_technician(self.actor) else "request"
        kind = str(body.get("kind", own))
        if kind != own and not is_admin(self.actor):
            raise Forbidden(f"Your batches are of the kind “{own}”.")
        return kind

    def _ask(self, body: dict[str, Any]) -> RepairBatch:
        if "technician" in body:
            raise Invalid(errors={"technician": ["Only of a field batch."]})
        return use_cases.request_batch(
            actor=self.actor,
            customer_id=customer_named_by(self.actor, body),
            rows=[details_from(row) for row in body["rows"]],
            confirm_duplicate=body["confirm_duplicate"],
        )

    def _report(self, body: dict[str, Any]) -> RepairBatch:
        return use_cases.create_field_batch(
            actor=self.actor,
            customer_id=customer_named_by(self.actor, body),
            rows=[details_from(row) for row in body["rows"]],
            technician_id=body.get("technician"),
            confirm_duplicate=body["confirm_duplicate"],
        )


class BatchDetail(BatchView):
    """One batch."""

    @extend_schema(operation_id="batches_retrieve", responses=BatchShape)
    def get(self, request: Request, pk: int) -> Response:
        """Its rows, what was offered for them, how many stand where."""
        return self.told(find_batch(self.actor, pk))


class BatchDecision(BatchView):
    """A batch is decided on."""

    key_scopes = {"POST": KeyScope.APPROVE}

    def find_decidable(self, pk: int) -> RepairBatch:
        """The batch, if the caller sees it and is one who decides at all.

        Raises:
            NotFound, Forbidden.
        """
        batch = find_batch(self.actor, pk)
        is_decider = has_customer_right(self.actor, batch.customer_id, "can_approve")
        if not (is_admin(self.actor) or is_decider or batch.created_by_id == self.actor.pk):
            raise Forbidden("You may not decide on this batch.")
        return batch


class BatchApprove(BatchDecision):
    """A batch is approved."""

    @extend_schema(operation_id="batches_approve", request=DecisionBody, responses=BatchShape)
    def post(self, request: Request, pk: int) -> Response:
        """Approve all rows that wait, or those named; all of them or none."""
        self.find_decidable(pk)
        body = self.body(DecisionBody)
        batch = use_cases.approve_batch(
            actor=self.actor,
            batch_id=pk,
            repair_ids=body.get("repairs"),
            reason=Reason(text=body.get("reason", "")),
        )
        return self.told(batch)


class BatchDeny(BatchDecision):
    """A batch is denied."""

    @extend_schema(operation_id="batches_deny", request=DenialBody, responses=BatchShape)
    def post(self, request: Request, pk: int) -> Response:
        """Deny all rows that wait, or those named; all of them or none."""
        self.find_decidable(pk)
        body = self.body(DenialBody)
        batch = use_cases.deny_batch(
            actor=self.actor,
            batch_id=pk,
            repair_ids=body.get("repairs"),
            reason=Reason(code=body["reason_code"], text=body.get("reason", "")),
        )
        return self.told(batch)
