"""A fleet's vehicle list becomes units: shown first, then done, all of it or nothing."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import IntegrityError

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.queries import confirmed_company
from apps.people.services.customers import create_customer
from apps.repairs import services
from apps.repairs.fleet_import import CheckedRow, FleetList, ImportPlan, Progress, UnitChange, plan
from apps.repairs.models import Unit
from core.clock import now
from core.enums import CustomerKind
from core.errors import Conflict, Forbidden, Invalid
from core.models import Customer, User
from core.rules import is_admin

CHUNK = 1000
T = TypeVar("T")


def plan_import(*, actor: User, customer_name: str, fleet: FleetList) -> ImportPlan:
    """What ``import_fleet`` would do now; writes nothing.

    Raises:
        Forbidden: Only admins import.
    """
    _check_importer(actor)
    return plan(fleet.rows, _units_by_key(confirmed_company(customer_name)))


@use_case
def import_fleet(
    *, actor: User, customer_name: str, fleet: FleetList, progress: Progress
) -> ImportPlan:
    """Make and change a company's units as its list says; all rows or none.

    1. refuse a list with faults; 2. find the confirmed company, or open it, and lock it; 3. lock
    the units that stand and compare; 4. write in chunks; 5. one audit entry for each unit made or
    changed, so that a unit's own history is whole, and one for the import with its counts.
    A list that changes nothing writes nothing.

    Args:
        actor: An admin, or the system actor.
        customer_name: The company's; compared ignoring case and blanks.
        fleet: The list, as ``fleet_import.gather`` brought it together.
        progress: Told what is being done, and how many units are done.

    Raises:
        Forbidden: Only admins import.
        Invalid: ``list_has_faults``, or the name is none.
        Conflict: ``units_changed``: somebody else added one of these units at the same moment.
    """
    _check_importer(actor)
    if fleet.faults:
        detail = f"{len(fleet.faults):,} rows cannot be imported, so none was."
        raise Invalid(detail, code="list_has_faults")
    customer = _locked_company(actor, customer_name)
    todo = plan(fleet.rows, _units_by_key(customer, lock=True))
    _make_units(actor, customer, todo.new, progress)
    _change_units(actor, todo.changed, progress)
    if not todo.is_empty:
        told = [change("made", 0, len(todo.new)), change("changed", 0, len(todo.changed))]
        before = snapshot(customer)
        record(actor=actor, verb="units.imported", target=customer, before=before, changes=told)
    return todo


def _check_importer(actor: User) -> None:
    if not is_admin(actor):
        raise Forbidden("Only the office imports vehicle lists.")


def _locked_company(actor: User, name: str) -> Customer:
    customer = confirmed_company(name)
    if customer is None:
        customer = create_customer(actor=actor, kind=CustomerKind.COMPANY, name=name)
    return services.locked_customer(customer.pk)


def _units_by_key(customer: Customer | None, *, lock: bool = False) -> dict[str, Unit]:
    if customer is None:
        return {}
    units = Unit.objects.filter(customer=customer).order_by("pk")
    if lock:
        units = units.select_for_update(no_key=True)
    return {unit.number_key: unit for unit in units}


def _make_units(
    actor: User, customer: Customer, rows: Sequence[CheckedRow], progress: Progress
) -> None:
    done = 0
    for chunk in _chunks(rows):
        units = [
            Unit(customer=customer, number=row.number, number_key=row.key, **row.values)
            for row in chunk
        ]
        try:
            Unit.objects.bulk_create(units)
        except IntegrityError as error:
            raise Conflict(
                "Somebody added one of these units at this moment; try again.",
                code="units_changed",
            ) from error
        for unit, row in zip(units, chunk, strict=True):
            _record(actor, unit, "unit.created", {"number": ""} | dict.fromkeys(row.values, ""))
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
        change(name, before or None, getattr(unit, name))
        for name, before in old.items()
        if getattr(unit, name)
    ]
    before = snapshot(unit)
    record(actor=actor, verb=verb, target=unit, before=before, changes=told, public=True)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(itertools.islice(rest, CHUNK)):
        yield chunk
