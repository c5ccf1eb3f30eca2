from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair, RepairBatch
from core.enums import ApprovalPolicy, CustomerKind
from core.models import Customer, Site
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    make_customer,
    make_person,
    make_site,
    make_unit,
    request,
)
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def rows(customer: Customer, *numbers: str, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "customer": customer.pk,
        "rows-TOTAL_FORMS": len(numbers),
        "rows-INITIAL_FORMS": 0,
    }
    for index, number in enumerate(numbers):
        data |= {f"rows-{index}-unit_number": number, f"rows-{index}-damage_type": "Chip"}
    return data | more


def report(cast: Cast, *numbers: str, **more: Any) -> Any:
    return send(cast.technician, "create_repair", **rows(cast.fleet, *numbers, **more))


def test_customers_worked_for_come_first_others_by_search(cast: Cast) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    first = text_of(cast.technician, "create_repair")
    assert ("Demo Fleet" in first, "Other Fleet" in first) == (True, False)
    found = text_of(cast.technician, "create_repair", q="other")
    assert ("Demo Fleet" in found, "Other Fleet" in found) == (False, True)


def test_nobody_of_that_name_is_told(cast: Cast) -> None:
    assert "No customer begins with" in text_of(cast.technician, "create_repair", q="zzz")


def test_an_unknown_customer_is_missing(cast: Cast) -> None:
    gone = make_customer("Gone", is_active=False)
    for customer in ("999999", "abc", "9" * 30, str(gone.pk)):
        assert visit(cast.technician, "create_repair", customer=customer).status_code == 404


def test_the_policy_decides_and_its_clause_is_told(cast: Cast) -> None:
    client = signed_in(cast.technician)
    answer = client.post(reverse("create_repair"), rows(cast.fleet, "4127"))
    assert answer.status_code == 303
    made = Repair.objects.get()
    assert (made.queue_status, made.technician) == (QueueStatus.PENDING, cast.technician_record)
    assert "The customer wants to be asked each time." in folded(client.get(answer["Location"]))


def test_work_may_start_where_the_customer_approves_in_advance(cast: Cast) -> None:
    free = make_customer("Free Fleet", policy=ApprovalPolicy.AUTO_APPROVE)
    client = signed_in(cast.technician)
    answer = client.post(reverse("create_repair"), rows(free, "1", "2"))
    batch = RepairBatch.objects.get()
    assert answer["Location"] == reverse("technician_batch", args=[batch.pk])
    assert "2 repairs may start." in folded(client.get(answer["Location"]))


def test_plain_fields_make_one_repair(cast: Cast) -> None:
    data = {"customer": cast.fleet.pk, "unit_number": "7", "damage_type": "Crack"}
    assert send(cast.technician, "create_repair", **data).status_code == 303
    assert Repair.objects.get().damage_type == "Crack"


def test_the_next_unit_of_the_same_customer_follows(cast: Cast) -> None:
    answer = report(cast, "1", next="1")
    assert answer["Location"] == f"{reverse('create_repair')}?customer={cast.fleet.pk}"


def test_the_next_unit_stands_at_the_same_place(cast: Cast) -> None:
    make_site(cast.fleet, is_default=True)
    site = make_site(cast.fleet, "North lot")
    answer = report(cast, "1", next="1", site=site.pk)
    follows = signed_in(cast.technician).get(answer["Location"])
    assert f'value="{site.pk}" selected' in folded(follows)


def test_the_last_customer_and_place_come_first(cast: Cast) -> None:
    site = make_site(cast.fleet, "North lot")
    report(cast, "1")
    report(cast, "2", site=site.pk)
    shown = text_of(cast.technician, "create_repair")
    first = reverse("create_repair") + f"?customer={cast.fleet.pk}&amp;site={site.pk}"
    assert shown.index(f'btn-primary btn-wide justify-content-between" href="{first}"') > 0
    assert "North lot" in shown


def test_a_place_given_up_is_offered_no_more(cast: Cast) -> None:
    site = make_site(cast.fleet, "North lot")
    report(cast, "2", site=site.pk)
    Site.objects.update(is_active=False)
    assert "North lot" not in text_of(cast.technician, "create_repair")


def test_units_are_suggested_by_what_is_typed(cast: Cast) -> None:
    make_unit(cast.fleet, "4127", year=2019, make="Ford", model="Transit")
    make_unit(cast.fleet, "4128")
    make_unit(cast.fleet, "4129", is_active=False)
    make_unit(cast.other_fleet, "4120")
    answer = visit(cast.technician, "technician_units", cast.fleet.pk, q=" #41")
    assert answer.json() == {
        "units": [
            {"number": "4127", "vehicle": "2019 Ford Transit"},
            {"number": "4128", "vehicle": ""},
        ]
    }


def test_nothing_typed_suggests_nothing(cast: Cast) -> None:
    make_unit(cast.fleet, "4127")
    for text in ("", "  "):
        answer = visit(cast.technician, "technician_units", cast.fleet.pk, q=text)
        assert answer.json() == {"units": []}


def test_a_person_s_vehicles_are_told_at_once(cast: Cast) -> None:
    person = make_person()
    make_unit(person, "2014 Honda Civic")
    answer = visit(cast.technician, "technician_units", person.pk)
    assert [each["number"] for each in answer.json()["units"]] == ["2014 Honda Civic"]
    assert "Its plate, or year, make and model." in text_of(
        cast.technician, "create_repair", customer=person.pk
    )


def test_suggestions_cost_the_same_with_one_unit_and_with_three(cast: Cast) -> None:
    def cost() -> int:
        client = signed_in(cast.technician)
        url = reverse("technician_units", args=[cast.fleet.pk]) + "?q=4"
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    make_unit(cast.fleet, "41")
    assert cost() == 5
    for number in ("42", "43"):
        make_unit(cast.fleet, number)
    assert cost() == 5


def test_rare_damage_is_one_tap_further(cast: Cast) -> None:
    shown = text_of(cast.technician, "create_repair", customer=cast.fleet.pk)
    assert '<details class="more"><summary>Another kind' in shown
    again = folded(report(cast, "1", preview="1", **{"rows-0-damage_type": "Half-Moon"}))
    assert '<details class="more" open><summary>Another kind' in again


def test_where_on_the_glass_is_kept(cast: Cast) -> None:
    report(cast, "1", **{"rows-0-position_0": "20", "rows-0-position_1": "75.5"})
    made = Repair.objects.get()
    assert (made.damage_x, made.damage_y) == (Decimal(20), Decimal("75.5"))
    assert "Chip, lower left" in text_of(cast.technician, "repair_detail", made.pk)


def test_the_price_is_shown_before_anything_is_saved(cast: Cast) -> None:
    work: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    completed_repair(unit_number="4127", **work)
    answer = report(cast, "#4127", "4127", "", preview="1")
    assert answer.status_code == 200
    assert "2nd repair on unit #4127" in folded(answer)
    assert '<td class="money">$75.00</td>' in folded(answer)
    assert Repair.objects.count() == 1


def test_a_photo_and_a_place_go_with_the_repair(cast: Cast) -> None:
    site = make_site(cast.fleet, is_default=True)
    assert f'value="{site.pk}" selected' in text_of(
        cast.technician, "create_repair", customer=cast.fleet.pk
    )
    report(
        cast, "1", site=site.pk, technician_notes="Dirty", **{"rows-0-photos": uploaded(plain())}
    )
    made = Repair.objects.get()
    assert (made.site, made.technician_notes) == (site, "Dirty")
    assert [photo.kind for photo in made.photos.all()] == [PhotoKind.BEFORE]


def test_the_unit_of_the_address_is_filled_in(cast: Cast) -> None:
    shown = text_of(cast.technician, "create_repair", customer=cast.fleet.pk, unit="T-7")
    assert 'value="T-7"' in shown


def test_a_duplicate_offers_to_take_the_first(cast: Cast) -> None:
    first = request(customer=cast.fleet, unit_number="4127")
    refused = report(cast, "4127", **{"rows-0-description": "Second"})
    assert refused.status_code == 200
    assert "See it and take it" in folded(refused)
    assert reverse("repair_detail", args=[first.pk]) in folded(refused)
    assert "Second" in folded(refused)
    assert report(cast, "4127", confirm_duplicate="on").status_code == 303


def test_a_duplicate_that_one_may_not_see_has_no_link(cast: Cast) -> None:
    first = request(customer=cast.fleet, unit_number="4127")
    send(cast.other_technician, "update_queue_status", first.pk, status="APPROVED")
    refused = report(cast, "4127")
    assert "has an open repair already" in folded(refused)
    assert reverse("repair_detail", args=[first.pk]) not in folded(refused)


def test_a_refusal_stands_beside_its_row(cast: Cast) -> None:
    refused = report(cast, "1", "\u200b")
    assert refused.status_code == 200
    assert "1 to 50 printable characters" in folded(refused)
    assert not Repair.objects.exists()


def test_a_single_bad_number_stands_beside_its_field(cast: Cast) -> None:
    assert "1 to 50 printable characters" in folded(report(cast, "\u200b"))


def test_a_missing_number_keeps_the_rest(cast: Cast) -> None:
    refused = report(cast, "", technician_notes="Kept")
    assert refused.status_code == 200
    assert "Kept" in folded(refused)


def test_a_customer_that_is_not_serviced_is_told(cast: Cast) -> None:
    cast.fleet.do_not_service, cast.fleet.do_not_service_reason = True, "SECRET"
    cast.fleet.save()
    refused = report(cast, "1")
    assert "takes no new repairs now" in folded(refused)
    assert "SECRET" not in folded(refused)


def test_the_form_sent_twice_makes_one_repair(cast: Cast) -> None:
    client, url = signed_in(cast.technician), reverse("create_repair")
    data = rows(cast.fleet, "1", idempotency_key="k")
    assert [client.post(url, data).status_code for _ in range(2)] == [303, 303]
    assert Repair.objects.count() == 1


def test_a_new_person_leads_to_the_damage(cast: Cast) -> None:
    answer = send(cast.technician, "create_person", name="Pia Private", phone="212 555 0100")
    made = Customer.objects.get(name="Pia Private")
    assert made.kind == CustomerKind.PERSON
    assert answer["Location"] == f"{reverse('create_repair')}?customer={made.pk}"


def test_a_person_needs_a_name(cast: Cast) -> None:
    assert "Name: This field is required." in folded(send(cast.technician, "create_person"))


def test_the_same_phone_is_asked_about(cast: Cast) -> None:
    make_person("Paul Private", phone="+12125550100")
    data = {"name": "Pia Private", "phone": "212 555 0100"}
    refused = send(cast.technician, "create_person", **data)
    assert refused.status_code == 200
    assert "Paul Private" in folded(refused)
    assert "confirm_same_phone" in folded(refused)
    assert (
        send(cast.technician, "create_person", confirm_same_phone="on", **data).status_code == 303
    )


def test_choosing_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    assert statements_of(cast.technician, "create_repair") == 5
    for _ in range(2):
        completed_repair(technician=cast.technician_record)
    assert statements_of(cast.technician, "create_repair") == 5


def test_a_row_left_empty_is_passed_over(cast: Cast) -> None:
    answer = report(cast, "1", "", **{"rows-1-damage_type": ""})
    assert answer.status_code == 303
    assert Repair.objects.get().unit_number == "1"


def test_without_a_script_a_row_more_keeps_what_was_typed(cast: Cast) -> None:
    shown = folded(report(cast, "T-1", add_row="1", technician_notes="Kept"))
    assert 'name="rows-TOTAL_FORMS" value="2"' in shown
    assert 'value="T-1"' in shown
    assert "Kept" in shown
    assert not Repair.objects.exists()
