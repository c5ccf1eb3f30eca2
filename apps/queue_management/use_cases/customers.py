"""Two customers that are one: the office merges a registration into the company it belongs to."""

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.services import move_jobs
from apps.queue_management.use_cases.corrections import absorb_unit
from apps.repairs import services
from apps.repairs.models import Repair, RepairBatch, Unit
from apps.rewards_referrals.models import Referral
from apps.rewards_referrals.services import lock_referrals, move_account
from apps.scheduling.services import move_visits
from core.errors import Conflict, Forbidden, NotFound
from core.models import Customer, CustomerUser, Invitation, JoinRequest, Site, User
from core.rules import manages_people


@use_case
def merge_customers(*, actor: User, customer_id: int, into_id: int) -> Customer:
    """Move a customer's people, sites, units, work, visits and points to another one.

    It is laid aside then.

    1. lock referrals, then both customers and whom the one brought in the order of their ids, then
    the units; 2. units of the same number become one, others move; 3. people keep single rights, no
    second primary contact; 4. record.

    Raises:
        Forbidden: Only who manages people.
        NotFound: One of them does not exist.
        Conflict: ``same_customer``, ``already_merged``, ``other_kind``, ``both_open``,
            ``external_ref_taken``.
    """
    if not manages_people(actor):
        raise Forbidden("Only who manages people merges customers.")
    customer, into = _locked_pair(customer_id, into_id)
    _check_mergeable(customer, into)
    before = snapshot(customer)
    _move_units(actor, customer, into)
    RepairBatch.objects.filter(customer=customer).update(customer=into)
    Site.objects.filter(customer=customer).update(customer=into, is_default=False)
    move_jobs(actor=actor, customer=customer, into=into)
    move_visits(actor=actor, customer=customer, into=into)
    move_account(actor=actor, customer=customer, into=into)
    _move_people(actor, customer, into)
    customer.merged_into, customer.is_active = into, False
    customer.version += 1
    customer.save()
    record(actor=actor, verb="customer.merged", target=customer, before=before)
    absorbed = [change("absorbed", None, customer.name)]
    record(
        actor=actor, verb="customer.absorbed", target=into, before=snapshot(into), changes=absorbed
    )
    return into


def _locked_pair(customer_id: int, into_id: int) -> tuple[Customer, Customer]:
    """Both, locked, and with them whom the one brought: their repairs pay who brought them."""
    lock_referrals()
    brought = Referral.objects.filter(referrer=customer_id).values_list("referred", flat=True)
    ids = {customer_id, into_id, *brought}
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=ids)
    found = {row.pk: row for row in rows.order_by("pk")}
    if not {customer_id, into_id} <= found.keys():
        raise NotFound
    return found[customer_id], found[into_id]


def _check_mergeable(customer: Customer, into: Customer) -> None:
    if customer.pk == into.pk:
        raise Conflict("A customer cannot be merged into itself.", code="same_customer")
    if customer.merged_into_id or into.merged_into_id:
        raise Conflict("One of these customers was merged already.", code="already_merged")
    if customer.kind != into.kind:
        raise Conflict("A company and a person cannot be merged.", code="other_kind")
    references = Repair.objects.filter(customer=into).exclude(external_ref="")
    same = Repair.objects.filter(
        customer=customer, external_ref__in=references.values("external_ref")
    )
    if same.exists():
        raise Conflict("Both have a repair of the same reference.", code="external_ref_taken")


def _move_units(actor: User, customer: Customer, into: Customer) -> None:
    ids = Unit.objects.filter(customer__in=[customer, into]).values_list("pk", flat=True)
    units = services.locked_units(ids)
    kept = {unit.number_key: unit for unit in units.values() if unit.customer_id == into.pk}
    for unit in units.values():
        if unit.customer_id == into.pk:
            continue
        twin = kept.get(unit.number_key)
        if twin is None:
            _move_unit(actor, unit, into)
        elif unit.merged_into_id is None:  # one merged before has nothing left to move
            absorb_unit(actor, unit, _living(twin, units))


def _living(unit: Unit, units: dict[int, Unit]) -> Unit:
    """The unit that a merged one lives on in, of those locked.

    Those between may be a former customer's: they were merged with it and stayed there.
    """
    while unit.merged_into is not None:
        unit = unit.merged_into
    return units[unit.pk]


def _move_unit(actor: User, unit: Unit, into: Customer) -> None:
    before = snapshot(unit)
    unit.customer = into
    unit.version += 1
    unit.save()
    record(actor=actor, verb="unit.moved", target=unit, before=before)
    ids = Repair.objects.filter(unit=unit).values_list("pk", flat=True)
    for repair in services.locked_repairs(ids):
        moved_from = snapshot(repair)
        repair.customer = into
        repair.version += 1
        repair.save()
        record(actor=actor, verb="repair.customer_merged", target=repair, before=moved_from)


def _move_people(actor: User, customer: Customer, into: Customer) -> None:
    for member in CustomerUser.objects.select_for_update().filter(customer=customer):
        before = snapshot(member)
        member.customer, member.is_primary_contact = into, False
        member.save()
        record(actor=actor, verb="customeruser.moved", target=member, before=before)
    Invitation.objects.filter(customer=customer, used_at=None).update(customer=into)
    JoinRequest.objects.filter(customer=customer).update(customer=into)
