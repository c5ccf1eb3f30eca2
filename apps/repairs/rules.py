"""Who may do what with a repair."""

import datetime as dt
from dataclasses import dataclass

from apps.repairs.models import Repair
from apps.repairs.workflow import WITNESSES, Party, find_move, moves_from
from apps.technicians.rules import technician_of
from core.enums import Role
from core.models import Customer, User
from core.rules import has_customer_right, is_admin, is_sales_agent, is_technician, membership


@dataclass(frozen=True, slots=True)
class ReadStanding:
    """What of a repair decides where it may go, out of a row.

    An instance of the model costs fifty times as much.
    """

    queue_status: str
    is_pinned: bool
    voided_at: dt.datetime | None
    technician_id: int | None
    created_by_id: int | None
    customer_id: int


Standing = Repair | ReadStanding


def parties_of(user: User, repair: Standing) -> frozenset[Party]:
    """In which capacities this person may move this repair."""
    parties = set()
    technician = technician_of(user)
    if is_admin(user):
        parties.add(Party.ADMIN)
    if technician is not None:
        parties.add(Party.TECHNICIAN)
        if technician.pk == repair.technician_id:
            parties.add(Party.ASSIGNED)
    if user.is_active and repair.created_by_id == user.pk and user.role != Role.CUSTOMER:
        parties.add(Party.CREATOR)
    return frozenset(parties | _customer_parties(user, repair))


def _customer_parties(user: User, repair: Standing) -> set[Party]:
    parties = set()
    if has_customer_right(user, repair.customer_id, "can_approve"):
        parties |= {Party.APPROVER, Party.CUSTOMER}
    if has_customer_right(user, repair.customer_id, "can_request"):
        parties.add(Party.CUSTOMER)
    return parties


def allowed_moves(user: User, repair: Standing) -> list[str]:
    """Where this person may move this repair now; empty for a voided one."""
    if repair.voided_at is not None:
        return []
    parties = parties_of(user, repair)
    targets = moves_from(repair.queue_status, parties)
    return [target.value for target in targets if not _is_blocked_take(repair, target, parties)]


def _is_blocked_take(repair: Standing, target: str, parties: frozenset[Party]) -> bool:
    move = find_move(repair.queue_status, target)
    is_take = move is not None and Party.TECHNICIAN in move.parties
    return is_take and repair.is_pinned and not parties & {Party.ASSIGNED, Party.ADMIN}


def may_witness(user: User, repair: Standing) -> bool:
    """Take the customer's word for this repair at the vehicle, by name and signature."""
    return repair.voided_at is None and bool(parties_of(user, repair) & WITNESSES)


def may_request_for(user: User, customer: Customer) -> bool:
    """Ask for a repair in this customer's name."""
    if is_admin(user):
        return True
    if is_sales_agent(user):
        return customer.owner_id == user.pk
    return has_customer_right(user, customer.pk, "can_request")


def may_create_field_repair(user: User) -> bool:
    """Report damage found in the field: technicians for themselves, admins for anyone."""
    return is_admin(user) or (is_technician(user) and technician_of(user) is not None)


def may_keep_units(user: User, customer_id: int) -> bool:
    """Change what is known of a customer's units, withdraw them, print their stickers."""
    return is_admin(user) or has_customer_right(user, customer_id, "can_request")


def may_edit(user: User, repair: Repair) -> bool:
    """Edit request data, notes and pictures as the shop does: its technician or an admin."""
    technician = technician_of(user)
    return is_admin(user) or (technician is not None and technician.pk == repair.technician_id)


def may_add_photo(user: User, repair: Repair) -> bool:
    """The shop's people who work on it, and the customer's own people."""
    member = membership(user)
    own = member is not None and member.customer_id == repair.customer_id
    return may_edit(user, repair) or own


def sees_internal(user: User) -> bool:
    """Whether internal notes, pictures and history entries are shown to this person."""
    return user.role in (Role.ADMIN, Role.TECHNICIAN)
