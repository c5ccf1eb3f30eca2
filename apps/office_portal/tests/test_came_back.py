"""A completed repair that came back, told to the office or to the sales agent."""

import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.repairs.models import Repair
from core.models import Customer
from tests.cast import Cast
from tests.factories import completed_repair, started_repair
from tests.pages import folded, send, statements_of, text_of

pytestmark = pytest.mark.django_db
PAGE, SENT_TO = "office_repair_detail", "office_repair_came_back"
WORDS = {"description": "It spreads to the left"}
OFFER, HINT = "Ask to do it again", "You can add a photo in the next step."


@pytest.fixture
def done(cast: Cast) -> Repair:
    return completed_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number="4127",
        damage_type="Chip",
    )


@pytest.mark.parametrize("part", ["admin", "sales_agent"])
def test_the_office_asks_for_it_again_free_of_charge(cast: Cast, done: Repair, part: str) -> None:
    user = cast.member(part)
    shown = text_of(user, PAGE, done.pk)
    assert (OFFER in shown, HINT in shown) == (True, part == "admin")
    answer = send(user, SENT_TO, done.pk, **WORDS)
    again = Repair.objects.get(redo_of=done)
    assert answer["Location"] == reverse(PAGE, args=[again.pk])
    assert (again.unit_id, again.damage_type, again.description, again.asked_amount) == (
        done.unit_id,
        "Chip",
        "It spreads to the left",
        0,
    )
    shown = text_of(user, PAGE, done.pk)
    assert OFFER not in shown
    assert "This repair is being done again already." in shown
    assert f'<a href="{reverse(PAGE, args=[again.pk])}">Done again' in shown


def test_what_the_rules_refuse_is_told_on_the_page(cast: Cast, done: Repair) -> None:
    Customer.objects.filter(pk=cast.fleet.pk).update(
        do_not_service=True, do_not_service_reason="Never pays"
    )
    shown = folded(send(cast.admin, SENT_TO, done.pk, **WORDS))
    assert "This customer takes no new repairs now." in shown
    assert "It spreads to the left" in shown
    assert not Repair.objects.filter(redo_of=done).exists()


def test_voided_and_unfinished_repairs_offer_nothing(cast: Cast, done: Repair) -> None:
    begun = started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert "Did it come back?" not in text_of(cast.admin, PAGE, begun.pk)
    use_cases.void_repair(actor=cast.admin, repair_id=done.pk, reason="Wrong unit")
    assert "Did it come back?" not in text_of(cast.admin, PAGE, done.pk)


@pytest.mark.parametrize("redos", [1, 3])
def test_the_page_costs_the_same_however_often_it_was_done_again(
    cast: Cast, done: Repair, redos: int
) -> None:
    for _ in range(redos):
        again = use_cases.ask_again(actor=cast.admin, repair_id=done.pk, **WORDS)
        use_cases.deny_repair(
            actor=cast.admin, repair_id=again.pk, reason=use_cases.Reason(code="cancelled")
        )
    assert statements_of(cast.admin, PAGE, done.pk) == 13
