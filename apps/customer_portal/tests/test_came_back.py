import datetime as dt

import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, UnitRepairCount
from core.clock import now
from tests.cast import Cast
from tests.factories import completed_repair, started_repair
from tests.pages import folded, send, text_of

pytestmark = pytest.mark.django_db
WORDS = {"description": "It spreads to the left"}
OFFER = "Ask to do it again"


@pytest.fixture
def done(cast: Cast) -> Repair:
    return completed_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number="4127",
        damage_type="Chip",
    )


def again_of(done: Repair) -> Repair:
    return Repair.objects.get(redo_of=done)


def test_it_is_done_again_for_nothing_and_takes_no_tier(cast: Cast, done: Repair) -> None:
    response = send(cast.requester, "customer_repair_came_back", done.pk, **WORDS)
    again = again_of(done)
    assert response["Location"] == reverse("customer_repair_detail", args=[again.pk])
    assert (again.unit_id, again.damage_type, again.description) == (
        done.unit_id,
        "Chip",
        "It spreads to the left",
    )
    for move in (use_cases.approve_repair, use_cases.start_repair, use_cases.complete_repair):
        move(actor=cast.technician, repair_id=again.pk)
    assert Repair.objects.get(pk=again.pk).cost == 0
    assert UnitRepairCount.objects.get(unit=done.unit).count == 1
    shown = text_of(cast.mate, "customer_repair_detail", again.pk)
    assert "It came back: repaired again free of charge" in shown
    assert "The first repair</a>" in shown
    assert "tell it on" in shown


def test_it_is_asked_for_once_at_a_time(cast: Cast, done: Repair) -> None:
    assert OFFER in text_of(cast.primary, "customer_repair_detail", done.pk)
    send(cast.primary, "customer_repair_came_back", done.pk, **WORDS)
    shown = text_of(cast.primary, "customer_repair_detail", done.pk)
    assert OFFER not in shown
    assert "This repair is being done again already." in shown
    assert f'href="{reverse("customer_repair_detail", args=[again_of(done).pk])}"' in shown
    shown = folded(send(cast.primary, "customer_repair_came_back", done.pk, **WORDS))
    assert "This repair is being done again already." in shown
    assert Repair.objects.filter(redo_of=done).count() == 1


def test_other_open_damage_of_the_unit_is_no_hindrance(cast: Cast, done: Repair) -> None:
    started_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")
    send(cast.primary, "customer_repair_came_back", done.pk, **WORDS)
    assert again_of(done).queue_status == QueueStatus.REQUESTED


def test_what_is_wrong_must_be_said(cast: Cast, done: Repair) -> None:
    shown = folded(send(cast.primary, "customer_repair_came_back", done.pk))
    assert "error-summary" in shown
    assert "<details open>" in shown
    assert not Repair.objects.filter(redo_of=done).exists()


def test_after_a_year_it_is_not_offered(cast: Cast, done: Repair) -> None:
    Repair.objects.filter(pk=done.pk).update(completed_at=now() - dt.timedelta(days=367))
    shown = text_of(cast.primary, "customer_repair_detail", done.pk)
    assert "A repair can come back within 12 months." in shown
    assert OFFER not in shown


def test_voided_and_unfinished_repairs_offer_nothing(cast: Cast, done: Repair) -> None:
    use_cases.void_repair(actor=cast.admin, repair_id=done.pk, reason="Wrong unit")
    assert "Did it come back?" not in text_of(cast.primary, "customer_repair_detail", done.pk)
    begun = started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert "Did it come back?" not in text_of(cast.primary, "customer_repair_detail", begun.pk)


def test_who_may_not_request_is_told_who_may(cast: Cast, done: Repair) -> None:
    shown = text_of(cast.mate, "customer_repair_detail", done.pk)
    assert "A colleague with the right to ask for repairs can tell" in shown
    assert OFFER not in shown
    send(cast.mate, "customer_repair_came_back", done.pk, **WORDS)
    assert not Repair.objects.filter(redo_of=done).exists()


def test_a_foreign_repair_is_missing(cast: Cast, done: Repair) -> None:
    answer = send(cast.stranger, "customer_repair_came_back", done.pk, **WORDS)
    assert answer.status_code == 404
    assert not Repair.objects.filter(redo_of=done).exists()
