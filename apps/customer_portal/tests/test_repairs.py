from typing import Any

import pytest
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from core.models import User
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    completed_repair,
    details,
    field_repair,
    make_site,
    request,
    started_repair,
)
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
REASON = {"reason_code": "declined", "reason": "Too expensive"}


@pytest.fixture
def asked(cast: Cast) -> Repair:
    """A field repair of Demo Fleet that waits for approval."""
    return field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")


def status_of(repair: Repair) -> str:
    return Repair.objects.get(pk=repair.pk).queue_status


def test_the_price_is_explained(cast: Cast) -> None:
    work: dict[str, Any] = {
        "technician": cast.technician_record,
        "customer": cast.fleet,
        "unit_number": "4127",
    }
    completed_repair(**work)
    shown = text_of(cast.mate, "customer_repair_detail", completed_repair(**work).pk)
    assert "2nd repair on unit 4127" in shown
    assert '<th scope="row">Charged</th><td class="money">$40.00</td>' in shown


def test_the_timeline_tells_who_decided_and_by_which_rule(cast: Cast, asked: Repair) -> None:
    use_cases.approve_repair(actor=cast.approver, repair_id=asked.pk)
    shown = text_of(cast.mate, "customer_repair_detail", asked.pk)
    assert "Approved, at most $50.00. Decided by your company." in shown
    assert "Abel Approver" in shown
    assert "You want to be asked each time" in shown


def test_notes_of_the_shop_are_never_shown(cast: Cast) -> None:
    made = started_repair(technician=cast.technician_record, customer=cast.fleet)
    notes = {"internal_notes": "OWES-US", "technician_notes": "RUSTY-FRAME"}
    use_cases.edit_repair(actor=cast.technician, repair_id=made.pk, version=None, values=notes)
    shown = text_of(cast.primary, "customer_repair_detail", made.pk)
    assert "OWES-US" not in shown
    assert "RUSTY-FRAME" not in shown


def test_approve_lets_work_begin(cast: Cast, asked: Repair) -> None:
    response = send(cast.approver, "customer_repair_approve", asked.pk, version=asked.version)
    assert response.status_code == 303
    stored = Repair.objects.get(pk=asked.pk)
    assert (stored.queue_status, str(stored.approved_amount)) == (QueueStatus.APPROVED, "50.00")


def test_approve_from_home_goes_back_home(cast: Cast, asked: Repair) -> None:
    response = send(cast.approver, "customer_repair_approve", asked.pk, **{"from": "home"})
    assert response["Location"] == reverse("customer_dashboard")


def test_approve_of_an_older_version_changes_nothing(cast: Cast, asked: Repair) -> None:
    send(cast.approver, "customer_repair_approve", asked.pk, version=asked.version + 1)
    assert status_of(asked) == QueueStatus.PENDING


def test_who_may_not_approve_changes_nothing(cast: Cast, asked: Repair) -> None:
    assert send(cast.requester, "customer_repair_approve", asked.pk).status_code == 303
    assert status_of(asked) == QueueStatus.PENDING


def test_deny_takes_a_reason(cast: Cast, asked: Repair) -> None:
    refused = send(cast.approver, "customer_repair_deny", asked.pk, reason="Because")
    assert refused.status_code == 200
    assert "Because" in folded(refused)
    assert send(cast.approver, "customer_repair_deny", asked.pk, **REASON).status_code == 303
    assert Repair.objects.get(pk=asked.pk).reason_code == "declined"


def test_cancel_withdraws_a_request(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    reason = {"reason_code": "cancelled"}
    assert send(cast.requester, "customer_repair_cancel", made.pk, **reason).status_code == 303
    assert status_of(made) == QueueStatus.DENIED


def test_a_completed_repair_cannot_be_denied(cast: Cast) -> None:
    made = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    send(cast.primary, "customer_repair_deny", made.pk, **REASON)
    assert status_of(made) == QueueStatus.COMPLETED
    assert 'id="decline"' not in text_of(cast.primary, "customer_repair_detail", made.pk)


def test_a_photo_is_added_and_served(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    data = {"images": uploaded(plain())}
    assert send(cast.mate, "customer_repair_photo", made.pk, **data).status_code == 303
    photo = made.photos.get()
    served = visit(cast.mate, "customer_photo", photo.pk, "thumb")
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    served.close()


def test_several_photos_are_added_at_once(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    pictures = [uploaded(plain((size, 20))) for size in (30, 40)]
    client = signed_in(cast.mate)
    answer = client.post(
        reverse("customer_repair_photo", args=[made.pk]), {"images": pictures}, follow=True
    )
    assert "2 photos are added." in folded(answer)
    assert made.photos.count() == 2


def test_an_internal_photo_is_missing_for_the_customer(cast: Cast) -> None:
    made = started_repair(technician=cast.technician_record, customer=cast.fleet)
    photo = use_cases.add_photo(
        actor=cast.technician,
        repair_id=made.pk,
        upload=uploaded(plain()),
        kind=PhotoKind.BEFORE,
        is_internal=True,
    )
    assert visit(cast.primary, "customer_photo", photo.pk, "full").status_code == 404
    url = reverse("customer_photo", args=[photo.pk, "thumb"])
    assert url not in text_of(cast.primary, "customer_repair_detail", made.pk)


def test_a_photo_of_an_unknown_size_is_missing(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    send(cast.mate, "customer_repair_photo", made.pk, images=uploaded(plain()))
    assert visit(cast.mate, "customer_photo", made.photos.get().pk, "huge").status_code == 404


def test_the_customer_s_note_is_saved(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    response = send(cast.mate, "customer_repair_note", made.pk, customer_notes="Ring the bell")
    assert response.status_code == 303
    assert Repair.objects.get(pk=made.pk).customer_notes == "Ring the bell"


def test_a_note_that_is_too_long_is_shown_again(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    refused = send(cast.mate, "customer_repair_note", made.pk, customer_notes="Bell " * 500)
    assert refused.status_code == 200
    assert "Bell Bell" in folded(refused)
    assert Repair.objects.get(pk=made.pk).customer_notes == ""


def test_a_note_on_a_voided_repair_is_refused(cast: Cast) -> None:
    made = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    use_cases.void_repair(actor=cast.admin, repair_id=made.pk, reason="Wrong truck", version=None)
    refused = send(cast.mate, "customer_repair_note", made.pk, customer_notes="Ring the bell")
    assert refused.status_code == 200
    assert Repair.objects.get(pk=made.pk).customer_notes == ""


def test_what_is_no_picture_is_refused(cast: Cast) -> None:
    made = request(customer=cast.fleet)
    refused = send(cast.mate, "customer_repair_photo", made.pk, images=uploaded(b"nothing"))
    assert refused.status_code == 200
    assert not made.photos.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("customer_repair_approve", {}),
        ("customer_repair_deny", REASON),
        ("customer_repair_cancel", REASON),
        ("customer_repair_deny", {}),
        ("customer_repair_photo", {}),
        ("customer_repair_note", {"customer_notes": "x"}),
    ],
)
def test_a_foreign_repair_is_missing_whatever_is_sent(
    cast: Cast, asked: Repair, name: str, data: dict[str, str]
) -> None:
    before = Repair.objects.filter(pk=asked.pk).values().get()
    assert send(cast.stranger, name, asked.pk, **data).status_code == 404
    assert send(cast.nobody, name, asked.pk, **data).status_code == 404
    assert Repair.objects.filter(pk=asked.pk).values().get() == before


def test_a_foreign_repair_and_its_photo_are_missing(cast: Cast, asked: Repair) -> None:
    send(cast.primary, "customer_repair_photo", asked.pk, images=uploaded(plain()))
    photo = asked.photos.get()
    assert visit(cast.stranger, "customer_repair_detail", asked.pk).status_code == 404
    assert visit(cast.stranger, "customer_photo", photo.pk, "full").status_code == 404


def test_the_shop_s_people_have_no_business_here(cast: Cast, asked: Repair) -> None:
    for user in (cast.technician, cast.admin, cast.sales_agent):
        assert visit(user, "customer_repair_detail", asked.pk).status_code == 404


def test_the_list_is_narrowed_by_the_address(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    request(customer=cast.fleet, unit_number="B-200")
    approved_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="T-300")
    shown = text_of(cast.mate, "customer_repairs", unit="t-", status="REQUESTED")
    assert ("T-100" in shown, "B-200" in shown, "T-300" in shown) == (True, False, False)


def test_the_list_is_narrowed_by_place_damage_and_number(cast: Cast) -> None:
    site = make_site(cast.fleet, "North yard")
    common: dict[str, Any] = {"customer": cast.fleet, "site_id": site.pk, "damage_type": "Chip"}
    request(**common, unit_number="T-100", po_number="PO-77")
    request(**common, unit_number="T-200", external_ref="po-78")
    request(customer=cast.fleet, unit_number="T-300", po_number="PO-79")
    asked = {"site": site.pk, "damage": "Chip"}
    shown = text_of(cast.mate, "customer_repairs", **asked, number="po-7")
    assert [number in shown for number in ("T-100", "T-200", "T-300")] == [True, True, False]
    shown = text_of(cast.mate, "customer_repairs", **asked, number="PO-78")
    assert [number in shown for number in ("T-100", "T-200", "T-300")] == [False, True, False]


def test_places_of_others_narrow_nothing_and_are_not_named(cast: Cast) -> None:
    site = make_site(cast.other_fleet, "SECRET-YARD")
    request(customer=cast.fleet, unit_number="T-100")
    shown = text_of(cast.mate, "customer_repairs", site=site.pk)
    assert ("T-100" in shown, "SECRET-YARD" in shown) == (True, False)


def test_the_narrowed_list_is_a_file(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    request(customer=cast.fleet, unit_number="B-200")
    request(customer=cast.other_fleet, unit_number="T-900")
    response = visit(cast.mate, "customer_repairs_csv", unit="t")
    text = b"".join(response).decode()
    assert response["Content-Disposition"].startswith('attachment; filename="repairs-')
    assert [number in text for number in ("T-100", "B-200", "T-900")] == [True, False, False]
    link = reverse("customer_repairs_csv")
    assert f'href="{link}?unit=t"' in text_of(cast.mate, "customer_repairs", unit="t")


def test_the_list_narrows_by_day(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    assert "T-100" in text_of(cast.mate, "customer_repairs", since="2020-01-01")
    assert "No repair fits" in text_of(cast.mate, "customer_repairs", until="2020-01-01")


@pytest.mark.parametrize(
    "query", [{"status": "NONSENSE"}, {"since": "yesterday"}, {"cursor": "forged"}]
)
def test_nonsense_in_the_address_is_passed_over(cast: Cast, query: dict[str, str]) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    assert "T-100" in text_of(cast.mate, "customer_repairs", **query)


def test_pages_of_the_list_follow_one_another(cast: Cast) -> None:
    use_cases.request_batch(
        actor=cast.primary, customer_id=cast.fleet.pk, rows=[details(f"U{n:02}") for n in range(30)]
    )
    first = visit(cast.mate, "customer_repairs")
    cursor = first.context["page"].next
    rest = visit(cast.mate, "customer_repairs", cursor=cursor)
    seen = [row.pk for row in (*first.context["page"].rows, *rest.context["page"].rows)]
    assert len(seen) == len(set(seen)) == 30


def test_list_and_detail_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def grow(user: User) -> Repair:
        work: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
        made = started_repair(unit_number=f"S{Repair.objects.count()}", **work)
        send(user, "customer_repair_photo", made.pk, images=uploaded(plain()))
        return made

    made = grow(cast.primary)
    before = [statements_of(cast.primary, "customer_repairs")]
    before.append(statements_of(cast.primary, "customer_repair_detail", made.pk))
    assert before == [6, 13]
    grow(cast.primary)
    grow(cast.primary)
    for color in ("RGB", "L"):
        send(
            cast.primary,
            "customer_repair_photo",
            made.pk,
            images=uploaded(plain((50, 9), mode=color)),
        )
    after = [statements_of(cast.primary, "customer_repairs")]
    after.append(statements_of(cast.primary, "customer_repair_detail", made.pk))
    assert after == [6, 13]
