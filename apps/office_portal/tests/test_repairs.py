"""Repairs: what the office sent and the rules refuse, shown again with nothing stored."""

import pytest

from tests.cast import Cast
from tests.factories import field_repair, request
from tests.pages import folded, send

pytestmark = pytest.mark.django_db
REFUSED, SEE_OTHER = 200, 303


def test_a_possible_duplicate_is_asked_about(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="4127")
    sent = {"customer": f"(#{cast.fleet.pk})", "unit_number": "4127", "damage_type": "Chip"}
    refused = send(cast.admin, "office_request_repair", **sent)
    assert refused.status_code == REFUSED
    assert cast.fleet.repairs.count() == 1
    asked = send(cast.admin, "office_request_repair", **sent, confirm_duplicate="on")
    assert asked.status_code == SEE_OTHER
    assert cast.fleet.repairs.count() == 2


def test_a_move_to_nowhere_leaves_the_repair(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    sent = {"status": "NOWHERE", "reason": "Because of hail"}
    refused = send(cast.admin, "office_repair_move", made.pk, **sent)
    assert refused.status_code == REFUSED
    version = made.version
    made.refresh_from_db()
    assert (made.queue_status, made.version) == ("REQUESTED", version)


def test_a_price_below_nothing_is_shown_again(cast: Cast) -> None:
    made = field_repair(technician=cast.technician_record, customer=cast.fleet)
    sent = {"amount": "-1", "override_reason": "As a favor"}
    refused = send(cast.owner, "office_repair_price", made.pk, **sent)
    assert refused.status_code == REFUSED
    assert "As a favor" in folded(refused)
    made.refresh_from_db()
    assert made.cost_override is None
