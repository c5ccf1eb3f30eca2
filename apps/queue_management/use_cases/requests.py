"""New repairs: asked for by the customer, or found in the field."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.audit.recorder import change
from apps.audit.use_case import use_case
from apps.jobs.services import make_checklist
from apps.people.editing import check_fields
from apps.queue_management import assignment, notices, workload
from apps.queue_management.models import AssignmentRule
from apps.repairs import rules, services
from apps.repairs.approval import FieldRepair, PolicyDecision, decide
from apps.repairs.enums import ApprovalMethod, DamageType, QueueStatus
from apps.repairs.models import Repair, Unit
from apps.repairs.queries import (
    PriceReader,
    approved_by_policy,
    completed_count,
    open_repair_of,
    policy_terms,
    quote_from,
    units_in_visit,
)
from apps.repairs.redo import warranty_of
from apps.technicians.models import Technician
from apps.technicians.rules import technician_of
from core.clock import local_date, now
from core.enums import AssignmentMode
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import Customer, Site, User
from core.rules import is_admin
from core.shop import shop_settings, shop_zone

SHOP_WORDS = ("technician_notes", "override_reason")


@dataclass(frozen=True, kw_only=True)
class RequestDetails:
    """What may be said of a repair when it is made; all of it but the unit may stay empty."""

    unit_number: str
    description: str = ""
    damage_type: str = DamageType.UNKNOWN
    requested_by_name: str = ""
    site_id: int | None = None
    preferred_date: dt.date | None = None
    preferred_window: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    po_number: str = ""
    external_ref: str = ""
    customer_notes: str = ""
    technician_notes: str = ""
    damage_x: Decimal | None = None
    damage_y: Decimal | None = None
    redo_of_id: int | None = None
    cost_override: Decimal | None = None
    override_reason: str = ""

    def columns(self) -> dict[str, Any]:
        """The values that are columns of a repair as they stand."""
        return {name: value for name, value in vars(self).items() if name != "unit_number"}


@use_case
def request_repair(
    *,
    actor: User,
    customer_id: int,
    details: RequestDetails,
    confirm_duplicate: bool = False,
) -> Repair:
    """Ask for a repair in a customer's name.

    1. who may; 2. lock the unit (made when new); 3. refuse an unconfirmed duplicate; 4. choose a
    technician; 5. store; 6. count the work; 7. messages.

    Raises:
        NotFound: The customer is not theirs to ask for.
        Forbidden: They see the customer, but have no right to ask.
        Conflict: ``possible_duplicate``, ``do_not_service``, ``external_ref_taken``.
    """
    customer = customer_for_request(actor, customer_id)
    unit = services.find_or_create_unit(actor=actor, customer=customer, number=details.unit_number)
    check_details(unit, details)
    check_override(actor, details, unit)
    is_duplicate = check_duplicate(actor, unit, confirm=confirm_duplicate)
    repair = build(actor, customer, unit, details, QueueStatus.REQUESTED)
    repair.duplicate_allowed = is_duplicate
    assign_new([repair], actor)
    notices.tell_requested([repair], actor)
    return repair


@use_case
def create_field_repair(
    *,
    actor: User,
    customer_id: int,
    details: RequestDetails,
    technician_id: int | None = None,
    confirm_duplicate: bool = False,
) -> Repair:
    """Report damage found in the field; the customer's policy decides whether work may start.

    Raises:
        Forbidden: Only technicians, for themselves, and admins.
        Conflict: ``possible_duplicate``, ``do_not_service``, ``external_ref_taken``.
    """
    technician = field_technician(actor, technician_id)
    customer = customer_in_field(actor, customer_id)
    unit = services.find_or_create_unit(actor=actor, customer=customer, number=details.unit_number)
    check_details(unit, details)
    check_override(actor, details, unit)
    is_duplicate = check_duplicate(actor, unit, confirm=confirm_duplicate)
    repair = build(actor, customer, unit, details, QueueStatus.PENDING)
    repair.technician, repair.duplicate_allowed = technician, is_duplicate
    amount = price_of_new(PriceReader(customer, now()), repair)
    store_field_repairs(actor, customer, [repair], [amount])
    notices.tell_came_back([repair], actor)
    return repair


def customer_for_request(actor: User, customer_id: int) -> Customer:
    """The customer, if this person may ask for repairs in its name; locked.

    Otherwise a new unit could come to a customer that is merged into another one meanwhile.
    """
    customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    if not rules.may_request_for(actor, customer):
        member = getattr(actor, "customer_user", None)
        if member is not None and member.customer_id == customer.pk:
            raise Forbidden("You have no right to request repairs; ask your primary contact.")
        raise NotFound
    check_serviced(customer)
    return customer


def customer_in_field(actor: User, customer_id: int) -> Customer:
    """Any serviced customer, locked: a technician may find damage on anybody's unit."""
    if not rules.may_create_field_repair(actor):
        raise Forbidden("Only technicians and admins report repairs from the field.")
    if not Customer.objects.filter(pk=customer_id).exists():
        message = "There is no such customer."
        raise Invalid(message, code="customer_unknown", errors={"customer": [message]})
    customer = services.locked_customer(customer_id)
    check_serviced(customer)
    return customer


def check_serviced(customer: Customer) -> None:
    """Refuse new work for a customer that is not serviced; the reason stays in the office."""
    if customer.do_not_service or not customer.is_active or customer.merged_into_id:
        raise Conflict("This customer takes no new repairs now.", code="do_not_service")


def check_details(unit: Unit, details: RequestDetails) -> None:
    """Refuse a site, an earlier repair or a reference that is not of this unit's customer.

    The caller has locked the unit.
    """
    if details.site_id is not None:
        check_site(unit.customer, details.site_id)
    if details.redo_of_id is not None:
        _check_redo(unit, details.redo_of_id)
    services.check_external_ref(unit.customer_id, details.external_ref)


def check_site(customer: Customer, site_id: int) -> None:
    """Refuse a site of somebody else."""
    if not Site.objects.filter(pk=site_id, customer=customer).exists():
        message = "This is no site of the customer."
        raise Invalid(message, code="site_unknown", errors={"site": [message]})


def _check_redo(unit: Unit, redo_of_id: int) -> None:
    first = Repair.objects.filter(pk=redo_of_id, customer=unit.customer_id).first()
    if first is None:
        raise redo_not_possible("Only a completed repair of this customer can have come back.")
    refusal = warranty_of(first, first.redos.open()).refusal
    if not refusal and first.unit_id != unit.pk:
        refusal = "A repair comes back on the same unit."
    if refusal:
        raise redo_not_possible(refusal)


def redo_not_possible(message: str) -> Invalid:
    """The refusal of a repair that is said to have come back."""
    return Invalid(message, code="redo_not_possible", errors={"redo_of": [message]})


def check_override(actor: User, details: RequestDetails, unit: Unit, *, ahead: int = 0) -> None:
    """Refuse a price without a reason, or beyond what this person may change.

    Args:
        actor: Who sets the price.
        details: The new repair.
        unit: Its unit.
        ahead: How many repairs of the same batch take a place in the unit's count before it.
    """
    if details.cost_override is None:
        return
    if not details.override_reason.strip():
        message = "Say why the price is set by hand."
        raise Invalid(message, code="reason_required", errors={"override_reason": [message]})
    repair = Repair(unit=unit, unit_number=unit.number, customer=unit.customer)
    nth = completed_count(unit.pk) + 1 + ahead
    listed = quote_from(PriceReader(unit.customer, now()), repair, nth=nth)
    check_override_limit(actor, details.cost_override - listed.amount)


def check_override_limit(actor: User, difference: Decimal) -> None:
    """Refuse a change of price beyond the overrider's limit; admins without a record have none."""
    technician = technician_of(actor)
    if technician is not None and not technician.may_override_by(difference):
        message = f"You may change a price by at most ${technician.override_limit}."
        raise Forbidden(message, code="override_limit", errors={"cost_override": [message]})
    if technician is None and not is_admin(actor):
        raise Forbidden("You may not set prices.", code="override_limit")


def check_duplicate(actor: User, unit: Unit, *, confirm: bool) -> bool:
    """Whether the unit has open work already; unconfirmed, that is refused with its name.

    The caller has locked the unit.
    """
    first = open_repair_of([unit.pk])
    if first is None or confirm:
        return first is not None
    may_take = QueueStatus.APPROVED in rules.allowed_moves(actor, first)
    raise Conflict(
        f"Unit {unit.number} has an open repair already: {first.get_queue_status_display()}, "
        f"since {local_date(shop_zone(), first.created_at)}. Confirm if this is another damage.",
        code="possible_duplicate",
        extra={
            "duplicate_of": first.pk,
            "queue_status": first.queue_status,
            "can_take": may_take and first.queue_status == QueueStatus.REQUESTED,
        },
    )


def build(
    actor: User, customer: Customer, unit: Unit, details: RequestDetails, status: QueueStatus
) -> Repair:
    """A repair with its details, checked by its model, not stored yet.

    Raises:
        Invalid: A field is not valid, or is the shop's own to fill.
    """
    _check_own_words(actor, details)
    repair = Repair(
        customer=customer,
        unit=unit,
        unit_number=unit.number,
        queue_status=status,
        created_by=actor,
        **details.columns(),
    )
    check_fields(repair, details.columns().keys())
    return repair


def _check_own_words(actor: User, details: RequestDetails) -> None:
    given = [name for name in SHOP_WORDS if getattr(details, name)]
    if given and not rules.sees_internal(actor):
        told = {name: ["Only the shop fills this in."] for name in given}
        raise Invalid("Some fields are the shop's own.", code="unknown_field", errors=told)


def assign_new(repairs: Sequence[Repair], actor: User) -> None:
    """Give new requests to one technician, store them with their price, count the work."""
    reader = PriceReader(repairs[0].customer, now())
    for repair in repairs:
        repair.asked_amount = price_of_new(reader, repair)
    choice = None
    if shop_settings().assignment_mode == AssignmentMode.AUTOMATIC:
        choice = assignment.choose(
            customer_id=repairs[0].customer_id,
            site_id=repairs[0].site_id,
            damage_types={repair.damage_type for repair in repairs},
        )
    for repair in repairs:
        repair.technician_id = choice.technician_id if choice else None
        services.enter(actor=actor, repair=repair)
    if choice is not None:
        assignment.write_down(repairs=repairs, choice=choice, actor=actor)
        workload.add_to_chosen(choice.technician_id, len(repairs))
    notices.tell_assigned(repairs, actor)


def price_of_new(reader: PriceReader, repair: Repair) -> Decimal:
    """What a repair that is not stored yet would cost; a row of a batch costs what it offers."""
    return quote_from(reader, repair, nth=completed_count(repair.unit_id) + 1).amount


def field_technician(actor: User, technician_id: int | None) -> Technician | None:
    """Whose field repair it is: a technician's own; an admin names anyone, or nobody."""
    if not is_admin(actor):
        own = technician_of(actor)
        if technician_id is not None and (own is None or own.pk != technician_id):
            raise Forbidden("You report repairs for yourself only.")
        return own
    if technician_id is None:
        return technician_of(actor)
    technician = Technician.objects.filter(
        pk=technician_id, is_active=True, user__is_active=True
    ).first()
    if technician is None:
        message = "There is no such active technician."
        raise Invalid(message, code="technician_unknown", errors={"technician": [message]})
    return technician


def store_field_repairs(
    actor: User, customer: Customer, repairs: Sequence[Repair], amounts: Sequence[Decimal]
) -> PolicyDecision:
    """Let the policy decide on field repairs of one visit, store them, count and tell.

    The caller has locked the customer, so that the month's sum and the visit's units are certain.
    """
    decision = _decide_by_policy(customer, repairs, amounts)
    for repair, amount in zip(repairs, amounts, strict=True):
        _store_decided(actor, repair, amount, decision)
    technician = repairs[0].technician
    if technician is not None:
        load = assignment.load_of(technician.pk)
        choice = assignment.Choice(technician.pk, AssignmentRule.OWN, load)
        assignment.write_down(repairs=repairs, choice=choice, actor=actor)
        workload.add(technician.pk, len(repairs))
    if decision.is_approved:
        for repair in repairs:
            make_checklist(actor=actor, repair=repair)
    if not decision.is_approved:
        notices.tell_approval_needed(repairs, actor)
    if technician is None or technician.user_id != actor.pk:
        notices.tell_assigned(repairs, actor)
    return decision


def _decide_by_policy(
    customer: Customer, repairs: Sequence[Repair], amounts: Sequence[Decimal]
) -> PolicyDecision:
    at, site = now(), repairs[0].site
    zone = site.time_zone if site is not None and site.time_zone else shop_zone()
    visited = units_in_visit(customer_id=customer.pk, site_id=repairs[0].site_id, zone=zone, at=at)
    facts = FieldRepair(
        amount=max(amounts),
        units_in_visit=len(visited | {repair.unit_id for repair in repairs}),
        approved_this_month=approved_by_policy(customer.pk, at) + sum(amounts) - max(amounts),
    )
    return decide(policy_terms(customer), facts)


def _store_decided(actor: User, repair: Repair, amount: Decimal, decision: PolicyDecision) -> None:
    told = [change("clause", None, decision.clause)]
    repair.approval_clause, repair.asked_amount = decision.clause, amount
    if decision.is_approved:
        repair.queue_status = QueueStatus.APPROVED
        repair.approved_amount = amount
    services.enter(actor=actor, repair=repair, changes=told)
    if decision.is_approved:
        services.add_approval(
            actor=actor,
            repair=repair,
            is_approved=True,
            method=ApprovalMethod.POLICY,
            amount=amount,
            clause=decision.clause,
        )
