"""Status and money are written by the use cases alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.models.repair import GuardedFieldError
from core.money import MAXIMUM
from tests import factories

pytestmark = pytest.mark.django_db
GUARDED: list[tuple[str, Any]] = [
    ("queue_status", QueueStatus.IN_PROGRESS),
    ("cost", Decimal("1.00")),
    ("discount", Decimal("0.01")),
    ("priced_at", None),
]


@pytest.fixture
def completed() -> Repair:
    return factories.completed_repair()


@pytest.mark.parametrize(("field", "value"), GUARDED)
def test_save_with_guarded_field_names_the_use_cases(
    completed: Repair, field: str, value: object
) -> None:
    setattr(completed, field, value)
    with pytest.raises(GuardedFieldError, match=rf"{field} .*use cases.*complete_repair"):
        completed.save()
    with pytest.raises(GuardedFieldError):
        completed.save(update_fields=[field])


@pytest.mark.parametrize(("field", "value"), GUARDED)
def test_queryset_writes_of_guarded_field_are_refused(
    completed: Repair, field: str, value: object
) -> None:
    setattr(completed, field, value)
    with pytest.raises(GuardedFieldError):
        Repair.objects.filter(pk=completed.pk).update(**{field: value})
    with pytest.raises(GuardedFieldError):
        completed.customer.repairs.update(**{field: value})
    with pytest.raises(GuardedFieldError):
        Repair.objects.update_or_create(pk=completed.pk, defaults={field: value})
    with pytest.raises(GuardedFieldError), transaction.atomic():
        Repair.objects.bulk_update([completed], [field])


def test_bulk_create_over_stored_repair_is_refused(completed: Repair) -> None:
    with pytest.raises(GuardedFieldError):
        Repair.objects.bulk_create(
            [completed], update_conflicts=True, unique_fields=["id"], update_fields=["cost"]
        )


def test_deferred_status_set_unread_is_refused(completed: Repair) -> None:
    repair = Repair.objects.defer("queue_status").get(pk=completed.pk)
    repair.queue_status = QueueStatus.DENIED
    with pytest.raises(GuardedFieldError):
        repair.save()


def test_partial_refresh_does_not_hide_a_direct_write(completed: Repair) -> None:
    completed.cost = Decimal("1.00")
    completed.refresh_from_db(fields=["description"])
    with pytest.raises(GuardedFieldError):
        completed.save()


def test_new_object_with_stored_id_does_not_overwrite(completed: Repair) -> None:
    double = Repair(
        pk=completed.pk,
        customer=completed.customer,
        unit=completed.unit,
        unit_number="X",
        created_by=completed.created_by,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_refreshed_repair_takes_other_writes() -> None:
    repair = factories.request()
    factories.take(repair, factories.make_technician())
    repair.refresh_from_db()
    repair.description = "Lower left"
    repair.save()
    assert Repair.objects.get(pk=repair.pk).description == "Lower left"


def test_plain_write_of_completed_repair_keeps_price(completed: Repair) -> None:
    completed.technician_notes = "Second coat"
    completed.save()
    Repair.objects.filter(pk=completed.pk).update(internal_notes="Told by phone")
    assert Repair.objects.get(pk=completed.pk).cost == Decimal("50.00")


def test_charge_is_price_less_discount() -> None:
    repair = Repair(cost=Decimal("50.00"), discount=Decimal("12.50"))
    assert repair.get_discounted_cost() == repair.discounted_cost == Decimal("37.50")


@pytest.mark.parametrize(
    ("count", "amount"), [(1, "50"), (2, "40"), (3, "35"), (4, "30"), (5, "25"), (99, "25")]
)
def test_calculate_cost_is_the_guides(count: int, amount: str) -> None:
    assert Repair.calculate_cost(count) == Decimal(amount)


def _write(repair: Repair, **values: Any) -> None:
    """Raw SQL, past every guard of Python."""
    columns = ", ".join(f"{name} = %s" for name in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE repairs_repair SET {columns} WHERE id = %s",  # noqa: S608 - our own names
            [*values.values(), repair.pk],
        )


@pytest.mark.parametrize(
    "values",
    [
        {"cost": "-0.01"},
        {"cost": str(MAXIMUM + Decimal("0.01"))},
        {"discount": "0.01"},
        {"approved_amount": "-1"},
        {"offered_amount": "100000"},
        {"cost_override": "-1"},
        {"queue_status": "LOST"},
        {"queue_status": "COMPLETED"},
        {"cost": "10"},
        {"voided_at": "2026-01-01 00:00:00+00"},
        {"cost_override": "10"},
        {"damage_x": "100.01"},
        {"damage_y": "-0.01"},
    ],
    ids=str,
)
def test_database_refuses(values: dict[str, Any]) -> None:
    repair = factories.request()
    with pytest.raises(IntegrityError):
        _write(repair, **values)


def test_database_refuses_second_open_repair_of_unit_unconfirmed() -> None:
    customer = factories.make_customer()
    factories.request(customer=customer, unit_number="1")
    second = factories.request(customer=customer, unit_number="1", confirm_duplicate=True)
    with pytest.raises(IntegrityError):
        _write(second, duplicate_allowed=False)


def test_database_refuses_second_external_ref_of_a_company() -> None:
    customer = factories.make_customer()
    factories.request(customer=customer, external_ref="WO-1")
    second = factories.request(customer=customer, external_ref="WO-2")
    factories.request(external_ref="WO-1")
    with pytest.raises(IntegrityError):
        _write(second, external_ref="WO-1")


def test_database_refuses_break_number_twice_in_a_batch() -> None:
    first, second = factories.request_batch(unit_numbers=["1", "2"]).repairs.order_by("pk")
    assert (first.break_number, second.break_number) == (1, 2)
    with pytest.raises(IntegrityError):
        _write(second, break_number=1)
