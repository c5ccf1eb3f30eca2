"""What the office does with many repairs at once; all of them or none, told row by row."""

from collections.abc import Iterable, Mapping, Sequence

from apps.audit.use_case import use_case
from apps.queue_management import notices
from apps.queue_management.suggestions import explain
from apps.queue_management.use_cases.decisions import approve_one
from apps.queue_management.use_cases.dispatch import (
    check_office,
    give,
    pin_repair,
    unpin_repair,
)
from apps.queue_management.use_cases.steps import locked
from apps.queue_management.use_cases.together import in_each_row
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import Reason
from apps.scheduling.services import lock_calendars
from apps.technicians.models import Technician
from core.errors import Conflict, Invalid
from core.models import User
from core.together import ANY_VERSION, Versions


@use_case
def assign_repairs(
    *,
    actor: User,
    given: Mapping[int, int],
    versions: Versions = ANY_VERSION,
    pin: bool = False,
) -> list[Repair]:
    """Give open repairs to technicians, each to the one named; all of them or none.

    Why is written down: what the shop itself would have considered, else the office's own will.
    A technician is told once of all that comes.

    Args:
        actor: An admin.
        given: A technician's id by the repair's id, 1 to 100 of them.
        versions: Which version of each repair was read, where it matters.
        pin: Nobody else can take them.

    Raises:
        Invalid: No row or too many; ``technician_unknown``.
        NotFound: A row that this person may not see.
        Forbidden: Only admins.
        Conflict: ``rows_refused`` with the refusal of each row in ``rows`` (by id as text).
    """
    seen = list(Repair.objects.visible_to(actor).filter(pk__in=given).order_by("pk"))
    technicians = _active_technicians(given.values())
    lock_calendars(technicians)
    reasons = explain(seen, given)
    formers: dict[int, Technician | None] = {}

    def step(repair_id: int) -> Repair:
        repair = locked(actor, repair_id)
        check_office(actor)
        services.check_version(repair, versions.get(repair_id))
        technician, former = technicians[given[repair_id]], repair.technician
        if give(actor, repair, reasons[repair_id], technician, pin=pin):
            formers[repair_id] = former
        return repair

    repairs = in_each_row(actor, list(given), step, technician_ids=technicians)
    _tell([repair for repair in repairs if repair.pk in formers], formers, actor)
    return repairs


def _tell(repairs: Sequence[Repair], formers: Mapping[int, Technician | None], actor: User) -> None:
    by_technician: dict[int | None, list[Repair]] = {}
    for repair in repairs:
        by_technician.setdefault(repair.technician_id, []).append(repair)
        if (former := formers[repair.pk]) is not None:
            notices.tell_reassigned(repair, former.user, actor)
    for theirs in by_technician.values():
        notices.tell_assigned(theirs, actor)


@use_case
def pin_repairs(
    *,
    actor: User,
    repair_ids: Sequence[int],
    is_pinned: bool,
    versions: Versions = ANY_VERSION,
) -> list[Repair]:
    """Keep repairs for their technicians, or let others take them again; all of them or none.

    Raises:
        Invalid, NotFound, Forbidden, Conflict: As ``assign_repairs``.
    """
    one = pin_repair if is_pinned else unpin_repair
    return in_each_row(
        actor,
        repair_ids,
        lambda pk: one(actor=actor, repair_id=pk, version=versions.get(pk)),
    )


@use_case
def put_back_repairs(
    *, actor: User, repair_ids: Sequence[int], reason: Reason, versions: Versions = ANY_VERSION
) -> list[Repair]:
    """Put work in progress back, with one reason; all of them or none.

    Raises:
        Invalid, NotFound, Forbidden, Conflict: As ``assign_repairs``.
    """
    return in_each_row(actor, repair_ids, lambda pk: _put_back(actor, pk, reason, versions.get(pk)))


def _put_back(actor: User, repair_id: int, reason: Reason, version: int | None) -> Repair:
    """Only what is in progress: to approve or to take is another wish."""
    repair = locked(actor, repair_id)
    if repair.queue_status != QueueStatus.IN_PROGRESS:
        raise Conflict("Work on it has not begun or is over.", code="illegal_move")
    return approve_one(actor=actor, repair_id=repair_id, reason=reason, version=version)


def _active_technicians(ids: Iterable[int]) -> dict[int, Technician]:
    wanted = set(ids)
    active = Technician.objects.filter(is_active=True, user__is_active=True).select_related("user")
    found = active.in_bulk(wanted)
    if found.keys() != wanted:
        message = "There is no such active technician."
        raise Invalid(message, code="technician_unknown", errors={"technician": [message]})
    return found
