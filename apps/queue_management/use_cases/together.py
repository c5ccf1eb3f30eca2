"""Several repairs decided at once, whether or not they belong to one batch."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from apps.audit.use_case import use_case
from apps.queue_management import notices
from apps.queue_management.use_cases.batches import approve_row
from apps.queue_management.use_cases.decisions import deny_one
from apps.queue_management.use_cases.steps import lock_together
from apps.repairs.models import Repair
from apps.repairs.services import NO_REASON, Reason
from core.errors import Conflict, NotFound
from core.models import User
from core.money import ZERO
from core.together import ANY_VERSION, Versions, check_number, each_or_none

NOUN = "repair"
Step = Callable[[int], Repair]


@use_case
def approve_repairs(
    *,
    actor: User,
    repair_ids: Sequence[int],
    at_most: Decimal | None = None,
    reason: Reason = NO_REASON,
    versions: Versions = ANY_VERSION,
) -> list[Repair]:
    """Approve these repairs that wait; all of them or none.

    Args:
        actor: Who decides; each row is judged as if it were decided alone.
        repair_ids: 1 to 100 repairs.
        at_most: What they were said to come to; more than that is refused.
        reason: Of the office, where it decides.
        versions: Which version of each repair was read, where it matters.

    Raises:
        Invalid: No row, or more than 100.
        NotFound: A row that this person may not see.
        Forbidden: They may not approve.
        Conflict: ``rows_refused`` with the refusal of each row in ``rows`` (by id as text);
            ``price_changed`` with the sum of now.
    """
    approved = in_each_row(
        actor,
        repair_ids,
        lambda pk: approve_row(actor=actor, repair_id=pk, reason=reason, version=versions.get(pk)),
    )
    total = sum((repair.approved_amount or ZERO for repair in approved), ZERO)
    if at_most is not None and total > at_most:
        detail = f"The prices have changed: together they are at most ${total:,.2f} now."
        raise Conflict(detail, code="price_changed", extra={"at_most": str(total)})
    _tell(approved, actor)
    return approved


@use_case
def deny_repairs(
    *, actor: User, repair_ids: Sequence[int], reason: Reason, versions: Versions = ANY_VERSION
) -> list[Repair]:
    """Deny these repairs, each as if it were denied alone; all of them or none.

    Raises:
        Invalid, NotFound, Forbidden, Conflict: As ``approve_repairs``.
    """
    denied = in_each_row(
        actor,
        repair_ids,
        lambda pk: deny_one(actor=actor, repair_id=pk, reason=reason, version=versions.get(pk)),
    )
    _tell(denied, actor)
    return denied


def in_each_row(
    actor: User, repair_ids: Sequence[int], step: Step, *, technician_ids: Iterable[int] = ()
) -> list[Repair]:
    """Take a step with each repair; if any refuses, refuse as a whole and tell each one why.

    Part of a running use case, which holds all that the steps may change (``lock_together``).
    """
    _lock(actor, repair_ids, technician_ids)
    return each_or_none(repair_ids, step, noun=NOUN)


def _lock(actor: User, repair_ids: Sequence[int], technician_ids: Iterable[int]) -> None:
    check_number(repair_ids, noun=NOUN)
    visible = Repair.objects.visible_to(actor).filter(pk__in=repair_ids)
    if set(visible.values_list("pk", flat=True)) != set(repair_ids):
        raise NotFound
    lock_together(repair_ids, technician_ids)


def _tell(repairs: Sequence[Repair], actor: User) -> None:
    """One message for the rows of a batch, one for each other repair; none for what stood so."""
    groups: dict[object, list[Repair]] = {}
    for repair in repairs:
        if repair.moved_from:
            groups.setdefault(repair.repair_batch_id or f"repair {repair.pk}", []).append(repair)
    for group in groups.values():
        notices.tell_decided(group, actor)
