"""What the customer was shown when asked is the most that an answer approves."""

from decimal import Decimal

import pytest

from apps.queue_management.use_cases import (
    approve_repair,
    mark_windshield_replaced,
    request_repair,
    set_cost_override,
    set_shop_prices,
)
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from core.errors import Invalid
from tests.books import refused
from tests.cast import Cast
from tests.factories import completed_repair, details, field_repair, make_owner, request

pytestmark = pytest.mark.django_db
FIFTY, FORTY, NINETY = Decimal(50), Decimal(40), [Decimal(90)] * 5


def waiting(cast: Cast) -> Repair:
    return field_repair(technician=cast.technician_record, customer=cast.fleet)


def test_dearer_tiers_raise_no_price_that_waits_for_an_answer(cast: Cast) -> None:
    repair = waiting(cast)
    set_shop_prices(actor=make_owner(), amounts=NINETY)
    assert quote_now(repair).lines[-1].text == "Asked: at most $50.00"
    assert approve_repair(actor=cast.primary, repair_id=repair.pk).approved_amount == FIFTY


def test_cheaper_tiers_lower_it(cast: Cast) -> None:
    repair = waiting(cast)
    set_shop_prices(actor=make_owner(), amounts=[Decimal(10)] * 5)
    assert approve_repair(actor=cast.primary, repair_id=repair.pk).approved_amount == Decimal(10)


def test_a_new_windshield_raises_no_request(cast: Cast) -> None:
    first = completed_repair(customer=cast.fleet, unit_number="9")
    repair = request(customer=cast.fleet, unit_number="9")
    assert repair.asked_amount == FORTY
    mark_windshield_replaced(actor=cast.admin, unit_id=first.unit_id)
    assert approve_repair(actor=cast.technician, repair_id=repair.pk).approved_amount == FORTY


def test_a_price_set_by_hand_asks_who_has_not_answered_anew(cast: Cast) -> None:
    repair = waiting(cast)
    changed = set_cost_override(
        actor=cast.technician, repair_id=repair.pk, amount=Decimal(70), reason="Two breaks"
    )
    assert (changed.asked_amount, changed.version) == (Decimal(70), repair.version + 1)


def test_the_shop_s_own_words_are_no_customer_s_to_write(cast: Cast) -> None:
    for field in ("technician_notes", "override_reason"):
        with refused(Invalid, "unknown_field"):
            request_repair(
                actor=cast.primary, customer_id=cast.fleet.pk, details=details(**{field: "x"})
            )
