"""A fleet's vehicle list becomes units: shown first, then done, all of it or nothing."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import IntegrityError

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.queries import confirmed_company
from apps.people.services.customers import create_customer
from apps.queue_management.use_cases.units import find_for_units
from apps.repairs import services
from apps.repairs.fleet_import import (
    CheckedRow,
    FleetList,
    ImportPlan,
    KeptUnit,
    Progress,
    UnitChange,
    plan,
)
from apps.repairs.models import Unit
from apps.repairs.withdrawal import busy_units
from core.clock import now
from core.enums import CustomerKind
from core.errors import Conflict, Forbidden, Invalid
from core.models import Customer, User
from core.rules import is_admin

CHUNK = 1000
T = TypeVar("T")


def no_progress(_verb: str, _number: int) -> None:
    """For who has nobody to tell."""


def plan_import(*, actor: User, customer_name: str, fleet: FleetList) -> ImportPlan:
    """What ``import_fleet`` would do now to the company of that name; writes nothing.

    Raises:
        Forbidden: Only admins import by name.
    """
    _check_office(actor)
    customer = confirmed_company(customer_name)
    return plan(fleet, units_by_key(customer.pk if customer else None))


def plan_units_import(*, actor: User, customer_id: int, fleet: FleetList) -> ImportPlan:
    """What ``import_units`` would do now; writes nothing.

    Raises:
        NotFound, Forbidden: As there.
    """
    return plan(fleet, units_by_key(find_for_units(actor, customer_id).pk))


@use_case
def import_fleet(
    *,
    actor: User,
    customer_name: str,
    fleet: FleetList,
    progress: Progress = no_progress,
    good_rows_only: bool = False,
) -> ImportPlan:
    """Make and change the units of the company of that name, which is opened if it is new.

    Raises:
        Forbidden: Only admins import by name.
        Invalid, Conflict: As ``import_units``; the name is none.
    """
    _check_office(actor)
    _check_faults(fleet, good_rows_only=good_rows_only)
    customer = confirmed_company(customer_name)
    if customer is None:
        customer = create_customer(actor=actor, kind=CustomerKind.COMPANY, name=customer_name)
    return _import(actor, customer.pk, fleet, progress, frozenset())


@use_case
def import_units(
    *,
    actor: User,
    customer_id: int,
    fleet: FleetList,
    progress: Progress = no_progress,
    good_rows_only: bool = False,
    withdraw: Collection[int] = (),
) -> ImportPlan:
    """Make and change a customer's units as a list says; all rows or none.

    1. refuse a list with faults, unless the good rows are wanted; 2. lock the customer; 3. lock
    the units that stand and compare; 4. write in chunks; 5. one audit entry for each unit made or
    changed, so that a unit's own history is whole, and one for the import with its counts.
    A list that changes nothing writes nothing.

    Args:
        actor: Who may enter units: the office, the owning sales agent, the customer's own people.
        customer_id: Whose units they are.
        fleet: The list, as ``fleet_import.gather`` brought it together.
        progress: Told what is being done, and how many units are done.
        good_rows_only: Import what can be imported of a list with faults.
        withdraw: Ids of units to take out of use; only those that the list names no more, and of
            them those without open work. The plan tells which stay, and why.

    Raises:
        NotFound, Forbidden: No such customer, or they may not enter units of it.
        Invalid: ``list_has_faults``.
        Conflict: ``units_changed``: somebody else added one of these units at the same moment.
    """
    customer = find_for_units(actor, customer_id)
    _check_faults(fleet, good_rows_only=good_rows_only)
    return _import(actor, customer.pk, fleet, progress, frozenset(withdraw))


def _import(
    actor: User, customer_id: int, fleet: FleetList, progress: Progress, withdraw: frozenset[int]
) -> ImportPlan:
    customer = services.locked_customer(customer_id)
    todo = plan(fleet, units_by_key(customer.pk, lock=True))
    _make_units(actor, customer, todo.new, progress)
    _change_units(actor, todo.changed, progress)
    _withdraw(actor, todo, withdraw, progress)
    if not todo.is_empty or todo.taken_out:
        told = [change("made", 0, len(todo.new)), change("changed", 0, len(todo.changed))]
        told += [change("withdrawn", 0, len(todo.taken_out))] if todo.taken_out else []
        before = snapshot(customer)
        record(actor=actor, verb="units.imported", target=customer, before=before, changes=told)
    return todo


def _check_office(actor: User) -> None:
    if not is_admin(actor):
        raise Forbidden("Only the office imports vehicle lists.")


def _check_faults(fleet: FleetList, *, good_rows_only: bool) -> None:
    if fleet.fault_count and not good_rows_only:
        detail = f"{fleet.fault_count:,} rows cannot be imported, so none was."
        raise Invalid(detail, code="list_has_faults")


def _withdraw(actor: User, todo: ImportPlan, wanted: Collection[int], progress: Progress) -> None:
    """Take out of use what is wanted of the units gone; what is being worked on stays, and why."""
    gone = [unit for unit in todo.gone if unit.pk in wanted]
    busy = busy_units(gone)
    todo.kept = [KeptUnit(unit.number, busy[unit.pk].reason) for unit in gone if unit.pk in busy]
    todo.taken_out = [unit for unit in gone if unit.pk not in busy]
    changes = [UnitChange(unit, {"is_active": False}) for unit in todo.taken_out]
    _change_units(actor, changes, progress)


def units_by_key(customer_id: int | None, *, lock: bool = False) -> dict[str, Unit]:
    """The customer's units by key; none without a customer."""
    if customer_id is None:
        return {}
    units = Unit.objects.filter(customer_id=customer_id).order_by("pk")
    if lock:
        units = units.select_for_update(no_key=True)
    return {unit.number_key: unit for unit in units}


def _make_units(
    actor: User, customer: Customer, rows: Sequence[CheckedRow], progress: Progress
) -> None:
    done = 0
    for chunk in _chunks(rows):
        values = [row.values | row.decoded for row in chunk]
        units = [
            Unit(customer=customer, number=row.number, number_key=row.key, **known)
            for row, known in zip(chunk, values, strict=True)
        ]
        try:
            Unit.objects.bulk_create(units)
        except IntegrityError as error:
            raise Conflict(
                "Somebody added one of these units at this moment; try again.",
                code="units_changed",
            ) from error
        for unit, known in zip(units, values, strict=True):
            _record(actor, unit, "unit.created", {"number": ""} | dict.fromkeys(known, ""))
        done += len(chunk)
        progress("Made", done)


def _change_units(actor: User, changes: Sequence[UnitChange], progress: Progress) -> None:
    done = 0
    for chunk in _chunks(changes):
        for item in chunk:
            old = {name: getattr(item.unit, name) for name in item.values}
            vars(item.unit).update(item.values, version=item.unit.version + 1, updated_at=now())
            _record(actor, item.unit, "unit.edited", old)
        fields = {name for item in chunk for name in item.values} | {"version", "updated_at"}
        # One statement a chunk that costs what an insert does; bulk_update's CASE costs ten times.
        Unit.objects.bulk_create(
            [item.unit for item in chunk],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted(fields),
        )
        done += len(chunk)
        progress("Changed", done)


def _record(actor: User, unit: Unit, verb: str, old: Mapping[str, object]) -> None:
    """An entry whose differences are known: finding them would cost a statement for each unit."""
    told = [
        change(name, None if before in ("", None) else before, getattr(unit, name))
        for name, before in old.items()
        if getattr(unit, name) not in ("", None)
    ]
    before = snapshot(unit)
    record(actor=actor, verb=verb, target=unit, before=before, changes=told, public=True)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(itertools.islice(rest, CHUNK)):
        yield chunk
