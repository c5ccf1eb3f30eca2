import pytest
from django.test import Client
from django.urls import reverse

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.technician_portal import page_data
from apps.technician_portal.page_data import MOST_REQUESTED
from apps.technicians.models import WorkingHours
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    field_repair,
    make_technician,
    repair_in,
    request,
    request_batch,
    started_repair,
)
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("db")
def test_asks_to_sign_in() -> None:
    response = Client().get(reverse("technician_dashboard"))
    assert response.status_code == 302


def test_every_technician_sees_every_request(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    for user in (cast.technician, cast.other_technician):
        assert "T-100" in text_of(user, "technician_dashboard")


def test_requests_given_to_me_stand_apart(cast: Cast) -> None:
    made = request(customer=cast.fleet, unit_number="T-100")
    holder = made.technician
    assert holder is not None
    others = {cast.technician, cast.other_technician} - {holder.user}
    first = text_of(holder.user, "technician_dashboard")
    assert ('id="current">Next<' in first, "Given to you" in first) == (True, False)
    assert f"given to {holder}" in text_of(others.pop(), "technician_dashboard")
    second = request(customer=cast.fleet, unit_number="T-200")
    use_cases.assign_repair(actor=cast.admin, repair_id=second.pk, technician_id=holder.pk)
    assert "Given to you" in text_of(holder.user, "technician_dashboard")


def test_a_pinned_request_of_another_cannot_be_taken(cast: Cast) -> None:
    made = repair_in(QueueStatus.REQUESTED, technician=cast.other_technician_record)
    use_cases.pin_repair(actor=cast.admin, repair_id=made.pk)
    url = reverse("update_queue_status", args=[made.pk])
    assert url not in text_of(cast.technician, "technician_dashboard")
    assert url in text_of(cast.other_technician, "technician_dashboard")


def test_own_work_comes_first_the_started_one_large(cast: Cast) -> None:
    approved_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="A-1")
    started_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="S-1")
    field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="P-1")
    shown = text_of(cast.technician, "technician_dashboard")
    places = [shown.index(word) for word in ("You are working on", "S-1", "A-1", "P-1")]
    assert places == sorted(places)
    assert ">Unit S-1<" not in text_of(cast.other_technician, "technician_dashboard")


def test_a_new_technician_is_told_what_to_do(cast: Cast) -> None:
    assert "Report damage you found" in text_of(cast.technician, "technician_dashboard")


def test_a_long_queue_leads_to_the_list(cast: Cast) -> None:
    request_batch(customer=cast.fleet, unit_numbers=map(str, range(MOST_REQUESTED + 2)))
    idle = make_technician("Ida Idle").user
    assert "All requests" in text_of(idle, "technician_dashboard")


def test_long_work_of_ones_own_is_cut_and_leads_to_the_list(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_data, "MOST_OWN", 1)
    monkeypatch.setattr(page_data, "MOST_REQUESTED", 1)
    record = cast.technician_record
    approved_repair(technician=record, customer=cast.fleet, unit_number="A-1")
    assert "All your repairs" not in text_of(cast.technician, "technician_dashboard")
    for number in ("S-1", "S-2"):
        started_repair(technician=record, customer=cast.fleet, unit_number=number)
    for _ in range(2):
        repair_in(QueueStatus.REQUESTED, technician=record)
    shown = text_of(cast.technician, "technician_dashboard")
    assert "All your repairs" in shown
    places = [f">Unit {number}<" in shown for number in ("S-2", "S-1", "A-1")]
    assert places == [True, False, False]
    assert 'Given to you <span class="section-title__count">1+</span>' in shown


def test_an_admin_without_a_record_sees_the_queue(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    assert "T-100" in text_of(cast.admin, "technician_dashboard")


def test_an_inactive_technician_and_other_roles_are_kept_out(cast: Cast) -> None:
    record = cast.technician_record
    record.is_active = False
    record.save()
    for user in (cast.technician, cast.primary, cast.sales_agent):
        assert visit(user, "technician_dashboard").status_code == 404


def test_notices_are_shown_and_read(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    holder = next(
        user
        for user in (cast.technician, cast.other_technician)
        if "For you: unit T-100" in text_of(user, "technician_dashboard")
    )
    assert send(holder, "technician_notices").status_code == 303
    assert "New for you" not in text_of(holder, "technician_dashboard")
    assert "For you: unit T-100" in text_of(holder, "technician_notices")


def test_out_today_gives_work_to_others_and_is_taken_back(cast: Cast) -> None:
    made = repair_in(QueueStatus.REQUESTED, technician=cast.technician_record)
    send(cast.technician, "technician_profile", out="yes")
    made.refresh_from_db()
    assert made.technician == cast.other_technician_record
    assert "You are out today" in text_of(cast.technician, "technician_profile")
    send(cast.technician, "technician_profile", out="no")
    cast.technician_record.refresh_from_db()
    assert cast.technician_record.out_on is None


def test_hours_and_days_off_are_told(cast: Cast) -> None:
    record, today = cast.technician_record, shop_today()
    WorkingHours.objects.create(technician=record, weekday=0, starts_at="08:00", ends_at="16:30")
    record.time_off.create(first_day=today, last_day=today, reason="Dentist")
    shown = text_of(cast.technician, "technician_profile")
    assert "Monday" in shown
    assert 'value="08:00"' in shown
    assert "Dentist" in shown


def test_phone_and_home_are_ones_own_to_change(cast: Cast) -> None:
    record = cast.technician_record
    sent = {"part": "profile", "phone": "206 555 0123", "version": record.version}
    limit = {"override_limit": "99", "skills": "1"}
    send(cast.technician, "technician_profile", home_zip="98101", **sent, **limit)
    record.refresh_from_db()
    assert (record.home_zip, record.override_limit) == ("98101", None)
    refused = send(cast.technician, "technician_profile", home_zip="00000", **sent)
    assert "changed by somebody else" in folded(refused)


def test_hours_are_ones_own_to_set(cast: Cast) -> None:
    rows = {"rows-TOTAL_FORMS": 1, "rows-INITIAL_FORMS": 1, "rows-0-weekday": 3}
    times = {"rows-0-starts_at": "08:00", "rows-0-ends_at": "08:00"}
    refused = send(cast.technician, "technician_profile", part="hours", **rows, **times)
    assert "This must be later than the start." in folded(refused)
    times["rows-0-ends_at"] = "16:00"
    send(cast.technician, "technician_profile", part="hours", **rows, **times)
    assert cast.technician_record.hours.get().weekday == 3


def test_days_off_are_given_and_taken_back(cast: Cast) -> None:
    made = repair_in(QueueStatus.REQUESTED, technician=cast.technician_record)
    today = shop_today().isoformat()
    sent = {"part": "days_off", "first_day": today}
    refused = send(cast.technician, "technician_profile", last_day="2020-01-01", **sent)
    assert "This must not be before the first day." in folded(refused)
    assert send(cast.technician, "technician_profile", last_day=today, **sent).status_code == 303
    made.refresh_from_db()
    assert made.technician == cast.other_technician_record
    days = cast.technician_record.time_off.get()
    assert send(cast.other_technician, "own_time_off_remove", days.pk).status_code == 404
    assert send(cast.admin, "own_time_off_remove", days.pk).status_code == 404
    assert send(cast.technician, "own_time_off_remove", days.pk).status_code == 303
    assert not cast.technician_record.time_off.exists()
    assert send(cast.technician, "technician_profile", part="role").status_code == 404


def test_an_admin_without_a_record_cannot_be_out(cast: Cast) -> None:
    assert "no technician's record" in text_of(cast.admin, "technician_profile")
    assert send(cast.admin, "technician_profile", out="yes").status_code == 404


def test_it_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def grow() -> None:
        for status in (QueueStatus.REQUESTED, QueueStatus.PENDING, QueueStatus.APPROVED):
            repair_in(status, technician=cast.technician_record)
            repair_in(status, technician=cast.other_technician_record)
        repair_in(QueueStatus.IN_PROGRESS, technician=cast.technician_record)

    grow()
    names = ("technician_dashboard", "technician_notices", "technician_profile")
    assert [statements_of(cast.technician, name) for name in names] == [9, 5, 7]
    grow()
    grow()
    assert [statements_of(cast.technician, name) for name in names] == [9, 5, 7]
