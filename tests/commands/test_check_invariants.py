"""The command tells what holds and what does not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.queue_management.models import TechnicianWorkload
from apps.repairs.models import Unit, UnitRepairCount
from core.invariants import invariant_violations, registered
from tests import factories

pytestmark = pytest.mark.django_db
COUNTER = "A unit's counter equals its completed repairs since its last new windshield"
LOAD = "A technician's workload equals their open repairs"


def run() -> tuple[list[str], str]:
    out, refusal = StringIO(), ""
    try:
        call_command("check_invariants", stdout=out)
    except CommandError as error:
        refusal = f"{error.returncode}: {error}"
    return out.getvalue().splitlines(), refusal


def test_whole_shop_holds() -> None:
    factories.completed_repair()
    assert run() == ([f"ok      {name}" for name in registered()], "")


def test_broken_counter_and_load_are_named_with_examples() -> None:
    repair = factories.completed_repair()
    UnitRepairCount.objects.update(count=3)
    TechnicianWorkload.objects.update(active_count=2)
    lines, refusal = run()
    assert lines[lines.index(f"BROKEN  {COUNTER}") + 1].strip() == f"{repair.unit_number}: 3"
    assert lines[lines.index(f"BROKEN  {LOAD}") + 1].strip() == "Tom Becker: 2"
    assert refusal == f"1: 2 of {len(registered())} invariants do not hold."


def test_unit_of_another_customer_is_found() -> None:
    factories.request(unit_number="1")
    Unit.objects.update(customer=factories.make_customer())
    (violation,) = invariant_violations()
    assert violation.name == "A repair belongs to the customer of its unit"
