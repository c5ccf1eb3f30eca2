"""A repair by its own link, and the page that makes links."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from core.outbox import drain
from tests import factories
from tests.cast import Cast
from tests.pages import folded, send, statements_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    return factories.field_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )


@pytest.fixture
def address(cast: Cast, waiting: Repair) -> str:
    made = use_cases.make_repair_link(actor=cast.technician, repair_id=waiting.pk)
    return reverse("repair_link", args=[made.rstrip("/").rpartition("/")[2]])


def photo(cast: Cast, repair: Repair, *, is_internal: bool = False) -> int:
    return use_cases.add_photo(
        actor=cast.technician,
        repair_id=repair.pk,
        upload=uploaded(plain((60 if is_internal else 40, 20))),
        kind=PhotoKind.BEFORE,
        is_internal=is_internal,
    ).pk


def decide(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"name": "Pat Driver", "shown": "50.00"} | fields)


def test_the_link_shows_price_and_pictures_but_no_internal_ones(
    client: Client, cast: Cast, waiting: Repair, address: str
) -> None:
    shown, hidden = photo(cast, waiting), photo(cast, waiting, is_internal=True)
    page = folded(client.get(address))
    assert "May we repair unit 4127?" in page
    assert "$50.00" in page
    picture = client.get(f"{address}photos/{shown}/thumb/")
    assert picture.getvalue()
    for missing in (f"{hidden}/thumb", f"{shown}/huge"):
        assert client.get(f"{address}photos/{missing}/").status_code == 404
    assert f"photos/{hidden}" not in page


def test_the_link_shows_where_the_break_is(client: Client, cast: Cast) -> None:
    repair = factories.field_repair(
        technician=cast.technician_record, damage_x=Decimal("12.5"), damage_y=Decimal(80)
    )
    made = use_cases.make_repair_link(actor=cast.technician, repair_id=repair.pk)
    page = folded(client.get(made[made.index("/r/") :]))
    assert "lower left" in page
    assert 'cx="12.50%"' in page


def test_approving_ends_the_link(client: Client, cast: Cast, waiting: Repair, address: str) -> None:
    shown = photo(cast, waiting)
    answer = decide(client, address)
    assert (answer.status_code, answer["Location"]) == (303, reverse("repair_link_done"))
    assert "Approved. The technician is told." in folded(client.get(answer["Location"]))
    waiting.refresh_from_db()
    assert waiting.queue_status == QueueStatus.APPROVED
    for over in (client.get(address), decide(client, address)):
        assert over.status_code == 404
        assert "This link is over" in folded(over)
        assert "4127" not in folded(over)
    assert client.get(f"{address}photos/{shown}/thumb/").status_code == 404


def test_declining_asks_for_a_reason(client: Client, waiting: Repair, address: str) -> None:
    fields = {"decline": "1", "decline-name": "Pat", "decline-reason": "Sold"}
    assert "This field is required" in folded(client.post(address, fields))
    answer = client.post(address, {**fields, "decline-reason_code": "declined"})
    assert answer.status_code == 303
    waiting.refresh_from_db()
    assert (waiting.queue_status, waiting.move_reason) == (QueueStatus.DENIED, "Sold")


@pytest.mark.parametrize("shown", ["49.99", "much", "NaN", ""])
def test_nobody_approves_more_than_was_shown(
    client: Client, waiting: Repair, address: str, shown: str
) -> None:
    assert "It costs $50.00 now" in folded(decide(client, address, shown=shown))
    waiting.refresh_from_db()
    assert waiting.queue_status == QueueStatus.PENDING


def test_a_decision_made_meanwhile_closes_the_page(
    client: Client, cast: Cast, waiting: Repair, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = use_cases.approve_by_link

    def decided_first(**said: Any) -> Repair:
        use_cases.approve_repair(actor=cast.approver, repair_id=waiting.pk)
        return original(**said)

    monkeypatch.setattr(use_cases, "approve_by_link", decided_first)
    assert decide(client, address).status_code == 404


def test_the_form_knows_whom_it_asks(client: Client, cast: Cast, waiting: Repair) -> None:
    drain()
    (body,) = [str(each.body) for each in mail.outbox if cast.approver.email in each.to]
    found = re.search(r"/r/[\w-]+/", body)
    assert found is not None
    assert 'value="Abel Approver"' in folded(client.get(found[0]))


def test_a_person_without_account_is_known_by_name(client: Client, cast: Cast) -> None:
    person = factories.make_person(email="paula@example.com")
    factories.field_repair(technician=cast.technician_record, customer=person)
    drain()
    (body,) = [str(each.body) for each in mail.outbox if "paula@example.com" in each.to]
    found = re.search(r"/r/[\w-]+/", body)
    assert found is not None
    assert 'value="Paula Private"' in folded(client.get(found[0]))


def test_technician_makes_a_link_to_copy(cast: Cast, waiting: Repair) -> None:
    assert "Make a link" in text_of(cast.technician, "repair_link_new", waiting.pk)
    page = folded(send(cast.technician, "repair_link_new", waiting.pk, make="1"))
    assert re.search(r'value="http[^"]+/r/[\w-]{40,}/"', page)


def test_office_mails_a_link(cast: Cast, waiting: Repair) -> None:
    answer = send(cast.admin, "repair_link_new", waiting.pk, email="boss@example.com")
    assert answer.status_code == 303
    refused = send(cast.admin, "repair_link_new", waiting.pk, email="boss")
    assert "Enter a valid email" in folded(refused)


def test_what_does_not_wait_has_no_link(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet)
    page = folded(send(cast.admin, "repair_link_new", repair.pk, make="1"))
    assert "does not wait for approval" in page


def test_a_link_to_what_one_may_not_see_is_not_made(cast: Cast, waiting: Repair) -> None:
    assert send(cast.other_technician, "repair_link_new", waiting.pk, make="1").status_code == 404
    assert send(cast.primary, "repair_link_new", waiting.pk, make="1").status_code == 404


def test_the_page_costs_the_same_with_three_pictures(
    cast: Cast, waiting: Repair, address: str
) -> None:
    token = address.strip("/").rpartition("/")[2]
    assert statements_of(cast.stranger, "repair_link", token) <= 12
