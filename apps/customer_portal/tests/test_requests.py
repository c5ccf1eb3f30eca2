import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from core.models import User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import make_site, request
from tests.pages import folded, send, signed_in, text_of

pytestmark = pytest.mark.django_db
PLAIN = {"unit_number": "FLOW001", "description": "Test crack", "damage_type": "Crack"}


def rows(*numbers: str, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"rows-TOTAL_FORMS": len(numbers), "rows-INITIAL_FORMS": 0}
    for index, number in enumerate(numbers):
        data |= {f"rows-{index}-unit_number": number, f"rows-{index}-damage_type": "Chip"}
    return data | more


def ask(user: User, data: dict[str, Any]) -> Any:
    return send(user, "customer_request_repair", **data)


def test_plain_fields_make_one_request(cast: Cast) -> None:
    response = ask(cast.requester, PLAIN)
    made = Repair.objects.get(unit_number="FLOW001")
    assert response.status_code == 303
    assert response["Location"] == reverse("customer_repair_detail", args=[made.pk])
    assert (made.queue_status, made.damage_type) == (QueueStatus.REQUESTED, "Crack")


def test_several_rows_are_one_batch(cast: Cast) -> None:
    response = ask(cast.requester, rows("7", "7", "8"))
    made = Repair.objects.order_by("break_number")
    assert [repair.unit_number for repair in made] == ["7", "7", "8"]
    batch_id = made[0].repair_batch_id
    assert response["Location"] == reverse("customer_batch_detail", args=[batch_id])


def test_what_holds_for_all_rows_is_stored_with_each(cast: Cast) -> None:
    site, day = make_site(cast.fleet), shop_today() + dt.timedelta(days=2)
    more = {"site": site.pk, "preferred_date": day.isoformat(), "po_number": "PO-9"}
    ask(cast.requester, rows("1", "2", **more))
    stored = set(Repair.objects.values_list("site", "preferred_date", "po_number"))
    assert stored == {(site.pk, day, "PO-9")}


def test_a_photo_goes_with_its_row(cast: Cast) -> None:
    ask(cast.requester, rows("1", "2") | {"rows-1-photos": uploaded(plain())})
    made = Repair.objects.get(unit_number="2")
    assert [photo.kind for photo in made.photos.all()] == [PhotoKind.CUSTOMER]
    assert not Repair.objects.get(unit_number="1").photos.exists()


def test_several_photos_go_with_their_row(cast: Cast) -> None:
    first, second, third = (uploaded(plain((size, 20))) for size in (30, 40, 50))
    ask(cast.requester, rows("1", "2") | {"rows-0-photos": [first, second], "rows-1-photos": third})
    made = Repair.objects.order_by("break_number")
    assert [repair.photos.count() for repair in made] == [2, 1]


def test_one_bad_photo_of_several_is_named_and_nothing_is_asked_for(cast: Cast) -> None:
    pictures = [uploaded(plain()), uploaded(b"no picture", "IMG_7.jpg")]
    response = ask(cast.requester, rows("T-9") | {"rows-0-photos": pictures})
    assert "IMG_7.jpg: This is not a picture" in folded(response)
    assert 'value="T-9"' in folded(response)
    assert not Repair.objects.exists()


def test_more_photos_than_a_form_takes_are_refused_before_one_is_decoded(cast: Cast) -> None:
    numbers = [str(number) for number in range(21)]
    sent = {f"rows-{number}-photos": uploaded(b"no picture") for number in numbers}
    response = ask(cast.requester, rows(*numbers) | sent)
    assert "Send at most 20 pictures at once." in folded(response)
    assert "This is not a picture" not in folded(response)
    assert not Repair.objects.exists()


def test_a_file_that_is_no_picture_asks_for_nothing(cast: Cast) -> None:
    response = ask(cast.requester, rows("1") | {"rows-0-photos": uploaded(b"no picture")})
    assert response.status_code == 200
    assert "This is not a picture" in folded(response)
    assert not Repair.objects.exists()


def test_a_missing_unit_number_keeps_the_rest(cast: Cast) -> None:
    response = ask(
        cast.requester, rows("", **{"rows-0-description": "Long crack", "po_number": "7"})
    )
    assert response.status_code == 200
    assert "Long crack" in folded(response)
    assert 'value="7"' in folded(response)


def test_a_refusal_stands_beside_its_row(cast: Cast) -> None:
    response = ask(cast.requester, rows("1", "\u200b\u200b"))
    assert response.status_code == 200
    assert "Write a unit number of 1 to 50 printable characters" in folded(response)
    assert not Repair.objects.exists()


def test_a_duplicate_is_named_and_can_be_asked_anyway(cast: Cast) -> None:
    first = request(customer=cast.fleet, unit_number="4127")
    refused = ask(cast.requester, rows("#4127", **{"rows-0-description": "Second chip"}))
    assert refused.status_code == 200
    assert reverse("customer_repair_detail", args=[first.pk]) in folded(refused)
    assert "Second chip" in folded(refused)
    assert ask(cast.requester, rows("#4127", confirm_duplicate="on")).status_code == 303
    assert Repair.objects.filter(unit=first.unit).count() == 2


def test_a_day_that_is_over_is_refused(cast: Cast) -> None:
    response = ask(cast.requester, rows("1", preferred_date="2001-01-01"))
    assert "This day is over" in folded(response)


def test_another_company_s_place_is_refused(cast: Cast) -> None:
    site = make_site(cast.other_fleet)
    assert ask(cast.requester, rows("1", site=site.pk)).status_code == 200
    assert not Repair.objects.exists()


def test_a_number_with_nothing_to_read_is_told_beside_it(cast: Cast) -> None:
    response = ask(cast.requester, rows("41\u202e27"))
    assert list(response.context["rows"].forms[0].errors) == ["unit_number"]
    assert not Repair.objects.exists()


def test_who_may_not_request_is_told_so(cast: Cast) -> None:
    response = ask(cast.mate, PLAIN)
    assert response.status_code == 200
    assert "You have no right to request repairs" in folded(response)


def test_the_form_sent_twice_asks_once(cast: Cast) -> None:
    client, url = signed_in(cast.requester), reverse("customer_request_repair")
    data = rows("1", idempotency_key="one-form")
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"]
    assert Repair.objects.count() == 1


def test_more_rows_than_a_batch_takes_are_refused(cast: Cast) -> None:
    assert ask(cast.requester, rows(*map(str, range(60)))).status_code == 200
    assert not Repair.objects.exists()


def test_markup_in_a_unit_s_number_stays_text(cast: Cast) -> None:
    ask(cast.requester, PLAIN | {"unit_number": "<b>7</b>"})
    made = Repair.objects.get()
    assert "&lt;b&gt;7&lt;/b&gt;" in text_of(cast.requester, "customer_repair_detail", made.pk)


def test_the_unit_of_the_address_is_filled_in(cast: Cast) -> None:
    assert 'value="A/B"' in text_of(cast.requester, "customer_request_repair", unit="A/B")


def test_a_row_left_empty_is_passed_over(cast: Cast) -> None:
    empty = {"rows-1-damage_type": "Unknown", "rows-2-photos": uploaded(plain())}
    ask(cast.requester, rows("1", "", "2") | empty)
    assert set(Repair.objects.values_list("unit_number", flat=True)) == {"1", "2"}
    assert Repair.objects.get(unit_number="2").photos.count() == 1


def test_without_a_script_a_row_more_keeps_what_was_typed(cast: Cast) -> None:
    response = ask(cast.requester, rows("T-1", add_row="1", po_number="PO-9"))
    shown = folded(response)
    assert response.status_code == 200
    assert 'name="rows-TOTAL_FORMS" value="2"' in shown
    assert 'value="T-1"' in shown
    assert 'value="PO-9"' in shown
    assert "things are missing" not in shown
    assert not Repair.objects.exists()
