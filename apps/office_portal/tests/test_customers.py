"""Customers and their units: searched, and what the shop's rules refuse about them."""

import pytest
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from core.enums import CustomerKind
from core.models import Customer
from tests.cast import Cast
from tests.factories import make_customer, make_unit, request
from tests.pages import folded, send, text_of

pytestmark = pytest.mark.django_db
REFUSED, SEE_OTHER = 200, 303


def test_customers_are_found_by_the_beginning_of_their_name(cast: Cast) -> None:
    shown = text_of(cast.admin, "office_customers", name="demo fl")
    assert ("Demo Fleet" in shown, "Other Fleet" in shown) == (True, False)


def test_the_list_as_a_file(cast: Cast) -> None:
    client = signed_in(cast.sales_agent)
    answer = client.get(reverse("office_customers_csv"), {"name": "demo"})
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert head.startswith("Customer,Name,Kind")
    assert lines == [f"{cast.fleet.pk},Demo Fleet,Company,,,Sally Owns,yes,yes"]
    everything = b"".join(signed_in(cast.admin).get(reverse("office_customers_csv")))
    assert b"Other Fleet,Company,,,,yes,yes" in everything


def test_numbers_alike_are_offered_to_merge_into(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    for number in ("4127-A", "5000"):
        make_unit(cast.fleet, number)
    make_unit(cast.other_fleet, "4128")
    shown = text_of(cast.admin, "office_unit_detail", unit.pk)
    assert '<option value="4127-A">' in shown
    for other in ("5000", "4128", "4127"):
        assert f'<option value="{other}">' not in shown


def test_who_waits_for_confirmation_is_listed_alone(cast: Cast) -> None:
    make_customer("Newcomer Haulage", is_confirmed=False)
    shown = text_of(cast.admin, "office_customers", unconfirmed="on")
    assert ("Newcomer Haulage" in shown, "Other Fleet" in shown) == (True, False)


def test_a_person_with_a_known_phone_is_opened_once_confirmed(cast: Cast) -> None:
    known = {"kind": CustomerKind.PERSON, "name": "Paula Private", "phone": "206 555 0123"}
    send(cast.admin, "office_customer_new", **known)
    sent = known | {"name": "Paul Private", "phone": "(206) 555-0123"}
    refused = send(cast.admin, "office_customer_new", **sent)
    assert refused.status_code == REFUSED
    assert "This phone number belongs to Paula Private." in folded(refused)
    assert not Customer.objects.filter(name="Paul Private").exists()
    confirmed = send(cast.admin, "office_customer_new", **sent, confirm_same_phone="on")
    assert confirmed.status_code == SEE_OTHER
    assert Customer.objects.filter(name="Paul Private").exists()


def test_a_place_without_a_name_is_shown_again(cast: Cast) -> None:
    sent = {"name": "", "address": "1 Hill Road"}
    refused = send(cast.admin, "office_customer_detail", cast.fleet.pk, **sent)
    assert refused.status_code == REFUSED
    assert "1 Hill Road" in folded(refused)
    assert not cast.fleet.sites.exists()


def test_customers_with_the_same_reference_are_not_merged(cast: Cast) -> None:
    newcomer = make_customer("Newcomer Haulage", is_confirmed=False)
    for customer in (newcomer, cast.fleet):
        request(customer=customer, external_ref="WO-7")
    sent = {"into": f"(#{cast.fleet.pk})"}
    refused = send(cast.owner, "office_customer_merge", newcomer.pk, **sent)
    assert refused.status_code == REFUSED
    assert "Both have a repair of the same reference." in folded(refused)
    newcomer.refresh_from_db()
    assert newcomer.merged_into is None


def test_a_refused_customer_is_serviced_again(cast: Cast) -> None:
    version = cast.fleet.version
    send(cast.admin, "office_customer_service", cast.fleet.pk, version=version, reason="Never pays")
    cast.fleet.refresh_from_db()
    assert cast.fleet.do_not_service
    sent = {"version": cast.fleet.version, "serve": "yes"}
    answer = send(cast.admin, "office_customer_service", cast.fleet.pk, **sent)
    cast.fleet.refresh_from_db()
    assert (answer.status_code, cast.fleet.do_not_service) == (SEE_OTHER, False)


def test_units_that_both_have_open_work_are_not_merged(cast: Cast) -> None:
    wrong = make_unit(cast.fleet, "41270")
    for number in ("4127", "41270"):
        request(customer=cast.fleet, unit_number=number)
    refused = send(cast.admin, "office_unit_merge", wrong.pk, number="4127")
    assert refused.status_code == REFUSED
    assert "Both units have open work; finish one first." in folded(refused)
    wrong.refresh_from_db()
    assert wrong.merged_into is None
