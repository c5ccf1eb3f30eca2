"""Repairs: what the office sent and the rules refuse, shown again with nothing stored."""

import pytest
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from tests.cast import Cast
from tests.factories import field_repair, make_job, make_site, request, started_repair
from tests.pages import folded, send, text_of

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


def test_many_units_are_asked_for_at_once_at_one_place(cast: Cast) -> None:
    site = make_site(cast.fleet)
    sent = {
        "customer": f"(#{cast.fleet.pk})",
        "site": site.pk,
        "rows-TOTAL_FORMS": "2",
        "rows-INITIAL_FORMS": "0",
        "rows-0-unit_number": "4127",
        "rows-0-damage_type": "Chip",
        "rows-1-unit_number": "",
        "rows-1-damage_type": "Crack",
    }
    assert "error-summary" in folded(send(cast.sales_agent, "office_request_repair", **sent))
    sent["rows-1-unit_number"] = "4128"
    answer = send(cast.sales_agent, "office_request_repair", **sent)
    batch = cast.fleet.batches.get()
    assert answer["Location"] == reverse("office_batch_detail", args=[batch.pk])
    assert set(batch.repairs.values_list("unit_number", "site_id")) == {
        ("4127", site.pk),
        ("4128", site.pk),
    }


def test_what_is_wrong_with_a_row_is_told_beside_it(cast: Cast) -> None:
    sent = {
        "customer": f"(#{cast.fleet.pk})",
        "rows-TOTAL_FORMS": "2",
        "rows-INITIAL_FORMS": "0",
        "rows-0-unit_number": "4127",
        "rows-1-unit_number": "ﷺ" * 40,
    }
    refused = folded(send(cast.admin, "office_request_repair", **sent))
    assert "1 to 50 printable characters" in refused
    alone = {"customer": f"(#{cast.fleet.pk})", "unit_number": "ﷺ" * 40, "damage_type": "Chip"}
    assert "1 to 50 printable characters" in folded(
        send(cast.admin, "office_request_repair", **alone)
    )
    assert cast.fleet.repairs.count() == 0


def test_the_places_of_the_customer_are_offered_and_rows_added_without_a_script(
    cast: Cast,
) -> None:
    make_site(cast.fleet, "North yard", is_default=True)
    url = reverse("office_request_repair")
    client = signed_in(cast.admin)
    page = client.get(url, {"customer": str(cast.fleet.pk), "unit": "4127"}).content.decode()
    assert "North yard" in page
    assert 'value="4127"' in page
    added = {"add_row": "1", "customer": f"(#{cast.fleet.pk})", "rows-TOTAL_FORMS": "1"}
    more = client.post(url, added | {"rows-0-unit_number": "4127"}).content.decode()
    assert "North yard" in more
    assert 'name="rows-1-unit_number"' in more
    assert 'type="file"' in more
    assert 'type="file"' not in signed_in(cast.sales_agent).get(url).content.decode()


def places(page: str) -> str:
    """What the form offers of the customer's places."""
    return page.split('id="places"', 1)[1].split("</div>", 1)[0]


@pytest.mark.parametrize("typed", ["(#{0})", "Demo Fleet (#{0})", "demo fleet"])
def test_the_places_are_offered_once_the_customer_is_chosen(cast: Cast, typed: str) -> None:
    make_site(cast.fleet, "North yard", is_default=True)
    make_site(cast.other_fleet, "Their yard")
    text = typed.format(cast.fleet.pk)
    shown = text_of(cast.sales_agent, "office_request_repair", customer=text)
    assert "North yard" in places(shown)
    assert "Their yard" not in shown


@pytest.mark.parametrize("typed", ["", "Demo Fl", "(#{0})", "(#999999999)"])
def test_without_a_customer_of_theirs_there_are_no_places(cast: Cast, typed: str) -> None:
    make_site(cast.other_fleet, "Their yard")
    text = typed.format(cast.other_fleet.pk)
    shown = text_of(cast.sales_agent, "office_request_repair", customer=text)
    assert "are offered here once it is chosen" in places(shown)


def test_without_a_script_the_places_are_a_button_away(cast: Cast) -> None:
    yard = make_site(cast.fleet, "North yard")
    sent = {
        "places": "1",
        "customer": "Demo Fleet",
        "po_number": "PO 7",
        "rows-TOTAL_FORMS": "1",
        "rows-0-unit_number": "4127",
    }
    shown = folded(send(cast.admin, "office_request_repair", **sent))
    assert f'<option value="{yard.pk}">North yard' in shown
    assert all(each in shown for each in ('value="4127"', 'value="PO 7"'))
    assert 'name="rows-1-unit_number"' not in shown
    unknown = folded(send(cast.admin, "office_request_repair", **sent | {"customer": "Nob"}))
    assert 'value="Nob"' in unknown
    assert "are offered here once it is chosen" in unknown
    assert not cast.fleet.repairs.exists()


def test_a_place_of_another_customer_is_refused(cast: Cast) -> None:
    theirs = make_site(cast.other_fleet, "Their yard")
    sent = {"customer": "Demo Fleet", "unit_number": "4127", "site": theirs.pk}
    assert "error-summary" in folded(send(cast.admin, "office_request_repair", **sent))
    assert not cast.fleet.repairs.exists()


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


def test_open_tasks_are_finished_with_the_repair_by_one_press(cast: Cast) -> None:
    repair = started_repair(customer=cast.fleet, technician=cast.technician_record)
    job = make_job("Drill", "Fill", actor=cast.admin, customer=cast.fleet, repair_id=repair.pk)
    make_job("Sweep", actor=cast.admin, customer=cast.fleet, repair_id=repair.pk)
    page = folded(signed_in(cast.admin).get(reverse("office_repair_detail", args=[repair.pk])))
    assert "Finish 3 tasks and the repair" in page
    version = {"version": repair.version, "status": "COMPLETED"}
    alone = send(cast.admin, "office_repair_move", repair.pk, **version)
    assert "error-summary" in alone.content.decode()
    sent = send(cast.admin, "office_repair_move", repair.pk, **version, finish_tasks="on")
    assert sent.status_code == SEE_OTHER
    repair.refresh_from_db()
    job.refresh_from_db()
    assert (repair.queue_status, job.status) == ("COMPLETED", "completed")
