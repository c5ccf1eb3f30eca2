from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.chain import faults as chain_faults
from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import RequestDetails, imports, request_repair
from apps.queue_management.use_cases.imports import (
    import_fleet,
    import_units,
    plan_import,
    plan_units_import,
)
from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_import import FleetList, ImportPlan, gather
from apps.repairs.models import Unit
from core.enums import Role
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, User
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NAME = "City of Example"


def fleet(*rows: dict[str, str]) -> FleetList:
    listed = (ListedRow(place, row) for place, row in enumerate(rows, start=2))
    return gather(listed)


def run(rows: FleetList, actor: User | None = None) -> ImportPlan:
    actor = actor or User.objects.system()
    return import_fleet(actor=actor, customer_name=NAME, fleet=rows)


def verbs(entries: Iterable[AuditEntry]) -> list[str]:
    return [entry.verb for entry in entries]


TRUCK = {"number": "0470", "year": "2015", "make": "FORD", "plate": ""}
VAN = {"number": "B-7", "year": "", "make": "", "plate": "X1"}


def test_makes_the_company_confirmed_and_its_units_as_listed() -> None:
    run(fleet(TRUCK, VAN))
    customer = Customer.objects.get()
    assert (customer.name, customer.kind, customer.is_confirmed) == (NAME, "company", True)
    assert list(Unit.objects.values_list("number", "number_key", "year", "make", "plate")) == [
        ("0470", "0470", 2015, "FORD", ""),
        ("B-7", "b-7", None, "", "X1"),
    ]


def test_again_changes_nothing() -> None:
    run(fleet(TRUCK, VAN))
    before = AuditEntry.objects.count()
    todo = run(fleet(TRUCK, VAN))
    assert (todo.is_empty, todo.unchanged) == (True, 2)
    assert AuditEntry.objects.count() == before


def test_next_years_list_changes_what_differs() -> None:
    run(fleet(TRUCK, VAN))
    run(fleet(TRUCK | {"plate": "P9", "make": ""}, VAN))
    truck, van = Unit.objects.order_by("number_key")
    assert (truck.plate, truck.make, truck.version, van.version) == ("P9", "FORD", 2, 1)
    assert truck.updated_at > van.updated_at


def test_every_unit_and_the_import_have_their_entry_and_the_chain_is_whole() -> None:
    run(fleet(TRUCK, VAN))
    run(fleet(TRUCK | {"plate": "P9"}))
    entries = AuditEntry.objects.order_by("position")
    assert verbs(entries) == [
        *("customer.created", "unit.created", "unit.created", "units.imported"),
        *("unit.edited", "units.imported"),
    ]
    assert entries[1].changes == [
        {"field": "number", "old": None, "new": "0470"},
        {"field": "year", "old": None, "new": 2015},
        {"field": "make", "old": None, "new": "FORD"},
    ]
    assert entries[4].changes == [{"field": "plate", "old": None, "new": "P9"}]
    assert list(chain_faults()) == []


def test_the_list_of_a_company_leaves_others_units_alone() -> None:
    other = Customer.objects.create(name="Other", is_confirmed=True)
    unit = Unit.objects.create(customer=other, number="0470")
    run(fleet(TRUCK))
    unit.refresh_from_db()
    assert (unit.make, unit.version) == ("", 1)


def test_a_stranger_who_registered_under_the_name_gets_no_units() -> None:
    stranger = Customer.objects.create(name=NAME)
    run(fleet(TRUCK))
    assert Unit.objects.exclude(customer=stranger).count() == 1


def test_a_list_with_faults_is_refused_whole() -> None:
    with pytest.raises(Invalid, match="1 rows cannot be imported"):
        run(fleet(TRUCK, VAN | {"year": "1"}))
    assert (Customer.objects.count(), Unit.objects.count()) == (0, 0)


def test_an_impossible_name_writes_nothing() -> None:
    with pytest.raises(Invalid):
        import_fleet(actor=User.objects.system(), customer_name="", fleet=fleet(TRUCK))
    assert Unit.objects.count() == 0


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SALES_AGENT, Role.CUSTOMER])
def test_only_the_office_imports(role: Role) -> None:
    actor = User.objects.create_user("u", role=role)
    with pytest.raises(Forbidden):
        run(fleet(TRUCK), actor)
    with pytest.raises(Forbidden):
        plan_import(actor=actor, customer_name=NAME, fleet=fleet(TRUCK))


def test_the_plan_says_what_the_import_then_does() -> None:
    system = User.objects.system()
    planned = plan_import(actor=system, customer_name=NAME, fleet=fleet(TRUCK, VAN))
    assert (len(planned.new), Customer.objects.count()) == (2, 0)
    assert run(fleet(TRUCK, VAN)).new == planned.new
    assert plan_import(actor=system, customer_name=NAME.upper(), fleet=fleet(TRUCK)).unchanged == 1


def test_units_that_work_made_before_are_met_by_the_list() -> None:
    customer = Customer.objects.create(name=NAME, is_confirmed=True)
    details = RequestDetails(unit_number="Unit 0470")
    repair = request_repair(actor=User.objects.system(), customer_id=customer.pk, details=details)
    todo = run(fleet(TRUCK))
    repair.unit.refresh_from_db()
    assert (len(todo.changed), repair.unit.make, repair.unit.number) == (1, "FORD", "Unit 0470")
    assert invariant_violations() == []


def test_statements_do_not_grow_with_the_rows_of_a_chunk() -> None:
    run(fleet(TRUCK))
    counts = set()
    for number in (3, 30):
        rows = [{"number": f"{number}-{place}", "make": "A"} for place in range(number)]
        with CaptureQueriesContext(connection) as queries:
            run(fleet(*rows))
        counts.add(len(queries))
    assert counts == {10}


def test_a_unit_added_meanwhile_stops_the_import_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    run(fleet({"number": "1"}))
    customer = Customer.objects.get()

    def added_meanwhile(_: str, done: int) -> None:
        if done == 1:
            Unit.objects.create(customer=customer, number="b-7")

    monkeypatch.setattr(imports, "CHUNK", 1)
    with refused(Conflict, "units_changed"):
        import_fleet(
            actor=User.objects.system(),
            customer_name=NAME,
            fleet=fleet(TRUCK, VAN),
            progress=added_meanwhile,
        )


def own(actor: User, rows: FleetList, customer: Customer, **options: object) -> ImportPlan:
    return import_units(actor=actor, customer_id=customer.pk, fleet=rows, **options)  # type: ignore[arg-type] # the options of this function


@pytest.mark.parametrize("part", ["primary", "requester", "sales_agent", "admin"])
def test_who_may_enter_units_imports_them(cast: Cast, part: str) -> None:
    own(cast.member(part), fleet(TRUCK, VAN), cast.fleet)
    assert cast.fleet.units.count() == 2


@pytest.mark.parametrize(
    ("part", "kind"),
    [("mate", Forbidden), ("stranger", NotFound), ("technician", NotFound)],
)
def test_others_import_nothing(cast: Cast, part: str, kind: type[DomainError]) -> None:
    with pytest.raises(kind):
        own(cast.member(part), fleet(TRUCK), cast.fleet)
    with pytest.raises(kind):
        plan_units_import(actor=cast.member(part), customer_id=cast.fleet.pk, fleet=fleet(TRUCK))
    assert Unit.objects.count() == 0


def test_the_good_rows_alone_where_told_so(cast: Cast) -> None:
    rows = fleet(TRUCK, VAN | {"year": "1"})
    with refused(Invalid, "list_has_faults"):
        own(cast.primary, rows, cast.fleet)
    assert len(own(cast.primary, rows, cast.fleet, good_rows_only=True).new) == 1


def test_what_the_vin_tells_is_stored_and_audited_and_never_again(cast: Cast) -> None:
    rows = fleet({"number": "9", "vin": "1M8GDM9AXKP042788", "make": ""})
    own(cast.primary, rows, cast.fleet)
    unit = Unit.objects.get()
    assert (unit.year, unit.make, unit.model) == (
        1989,
        "MOTOR COACH INDUSTRIES",
        "102C3 Intercity",
    )
    entry = AuditEntry.objects.get(verb="unit.created")
    assert {"field": "year", "old": None, "new": 1989} in entry.changes
    Unit.objects.update(make="MCI", model="Our coach", year=1990)
    assert own(cast.primary, rows, cast.fleet).is_empty


def test_what_is_gone_is_told_and_withdrawn_only_where_chosen(cast: Cast) -> None:
    own(cast.primary, fleet(TRUCK, VAN, {"number": "9"}), cast.fleet)
    todo = plan_units_import(actor=cast.primary, customer_id=cast.fleet.pk, fleet=fleet(TRUCK))
    assert [unit.number for unit in todo.gone] == ["9", "B-7"]
    own(cast.primary, fleet(TRUCK), cast.fleet)
    assert Unit.objects.in_use().count() == 3
    wanted = [unit.pk for unit in Unit.objects.filter(number__in=["9", "0470"])]
    own(cast.primary, fleet(TRUCK), cast.fleet, withdraw=wanted)
    assert [unit.number for unit in Unit.objects.in_use()] == ["0470", "B-7"]
    entries = AuditEntry.objects.order_by("-position")
    assert entries[1].changes == [{"field": "is_active", "old": True, "new": False}]
    assert entries[0].changes[-1] == {"field": "withdrawn", "old": 0, "new": 1}


def test_a_unit_being_worked_on_stays_and_is_named_while_others_go(cast: Cast) -> None:
    own(cast.primary, fleet(TRUCK, VAN), cast.fleet)
    details = RequestDetails(unit_number="9")
    repair = request_repair(actor=cast.primary, customer_id=cast.fleet.pk, details=details)
    idle = Unit.objects.get(number="B-7")
    todo = own(cast.primary, fleet(TRUCK), cast.fleet, withdraw=[repair.unit_id, idle.pk])
    assert [unit.number for unit in todo.taken_out] == ["B-7"]
    (kept,) = todo.kept
    assert kept.number == "9"
    assert kept.reason == (
        f"Unit 9 has open work: repair {repair.pk} (Customer Requested). Finish or cancel it first."
    )
    assert [unit.number for unit in Unit.objects.in_use()] == ["0470", "9"]


def test_where_all_are_worked_on_nothing_is_written(cast: Cast) -> None:
    own(cast.primary, fleet(TRUCK), cast.fleet)
    details = RequestDetails(unit_number="9")
    repair = request_repair(actor=cast.primary, customer_id=cast.fleet.pk, details=details)
    with nothing_written():
        own(cast.primary, fleet(TRUCK), cast.fleet, withdraw=[repair.unit_id])
