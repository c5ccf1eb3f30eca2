from decimal import Decimal

import pytest
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management.use_cases import set_resins
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair, UnitRepairCount
from apps.repairs.viscosity import Range
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    completed_repair,
    repair_in,
    request,
    set_shop,
    started_repair,
)
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(cast: Cast) -> Repair:
    """A request of Demo Fleet."""
    return request(customer=cast.fleet, unit_number="4127")


@pytest.fixture
def started(cast: Cast) -> Repair:
    """The technician's repair in progress."""
    return started_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )


def stored(repair: Repair) -> Repair:
    return Repair.objects.get(pk=repair.pk)


def test_the_guide_s_flow_by_plain_posts(cast: Cast, wanted: Repair) -> None:
    for status in ("APPROVED", "IN_PROGRESS", "COMPLETED"):
        answer = send(cast.technician, "update_queue_status", wanted.pk, status=status)
        assert answer.status_code == 303
        assert stored(wanted).queue_status == status
    assert stored(wanted).cost == Decimal("50.00")


def test_take_leads_to_the_repair(cast: Cast, wanted: Repair) -> None:
    answer = send(cast.technician, "update_queue_status", wanted.pk, status="APPROVED")
    assert answer["Location"] == reverse("repair_detail", args=[wanted.pk])
    assert stored(wanted).technician == cast.technician_record


def test_the_loser_of_a_race_is_told_who_has_it(cast: Cast, wanted: Repair) -> None:
    send(cast.technician, "update_queue_status", wanted.pk, status="APPROVED")
    loser, url = signed_in(cast.other_technician), reverse("update_queue_status", args=[wanted.pk])
    answer = loser.post(url, {"status": "APPROVED"})
    assert answer["Location"] == reverse("technician_dashboard")
    assert "Tom Becker has taken this repair." in folded(loser.get(answer["Location"]))
    assert stored(wanted).technician == cast.technician_record


def test_put_back_asks_for_a_reason_and_keeps_it_open(cast: Cast, started: Repair) -> None:
    refused = send(cast.technician, "update_queue_status", started.pk, status="APPROVED")
    assert refused.status_code == 200
    assert "Say in a few words why." in folded(refused)
    reason = {"status": "APPROVED", "reason": "Rain"}
    assert send(cast.technician, "update_queue_status", started.pk, **reason).status_code == 303
    assert stored(started).queue_status == QueueStatus.APPROVED


def test_what_cannot_be_repaired_ends_with_its_code(cast: Cast, started: Repair) -> None:
    refused = send(
        cast.technician, "update_queue_status", started.pk, status="DENIED", reason="Too long"
    )
    assert refused.status_code == 200
    assert "Too long" in folded(refused)
    data = {"status": "DENIED", "reason_code": "not_repairable"}
    send(cast.technician, "update_queue_status", started.pk, **data)
    assert stored(started).reason_code == "not_repairable"


def test_ask_the_customer_first(cast: Cast) -> None:
    made = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    send(cast.technician, "update_queue_status", made.pk, status="PENDING", reason="Two more")
    assert stored(made).queue_status == QueueStatus.PENDING


def test_finish_with_a_photo_stores_both(cast: Cast, started: Repair) -> None:
    data = {"status": "COMPLETED", "photo": uploaded(plain())}
    assert send(cast.technician, "update_queue_status", started.pk, **data).status_code == 303
    assert [photo.kind for photo in started.photos.all()] == [PhotoKind.AFTER]
    assert stored(started).cost == Decimal("50.00")


def test_a_required_photo_is_asked_for_and_then_enough(cast: Cast, started: Repair) -> None:
    set_shop(require_after_photo=True)
    assert "is needed before you can finish" in text_of(
        cast.technician, "repair_detail", started.pk
    )
    refused = send(cast.technician, "update_queue_status", started.pk, status="COMPLETED")
    assert refused.status_code == 200
    assert "Add an after-photo first." in folded(refused)
    send(cast.technician, "repair_photo", started.pk, images=uploaded(plain()), kind="after")
    send(cast.technician, "update_queue_status", started.pk, status="COMPLETED")
    assert stored(started).queue_status == QueueStatus.COMPLETED


def test_a_broken_photo_finishes_nothing(cast: Cast, started: Repair) -> None:
    data = {"status": "COMPLETED", "photo": uploaded(b"nothing")}
    assert send(cast.technician, "update_queue_status", started.pk, **data).status_code == 200
    assert stored(started).queue_status == QueueStatus.IN_PROGRESS


def test_an_older_version_moves_nothing(cast: Cast, started: Repair) -> None:
    data = {"status": "COMPLETED", "version": started.version - 1}
    refused = send(cast.technician, "update_queue_status", started.pk, **data)
    assert "changed by somebody else" in folded(refused)
    assert stored(started).queue_status == QueueStatus.IN_PROGRESS


@pytest.mark.parametrize("status", ["", "NONSENSE", "REQUESTED"])
def test_an_impossible_status_moves_nothing(cast: Cast, started: Repair, status: str) -> None:
    answer = send(cast.technician, "update_queue_status", started.pk, status=status)
    assert answer.status_code == 200
    assert stored(started).queue_status == QueueStatus.IN_PROGRESS


def test_start_sent_twice_is_one_start(cast: Cast) -> None:
    made = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    client, url = signed_in(cast.technician), reverse("update_queue_status", args=[made.pk])
    data = {"status": "IN_PROGRESS", "version": made.version, "idempotency_key": "k"}
    assert [client.post(url, data).status_code for _ in range(2)] == [303, 303]
    assert stored(made).version == made.version + 1


def test_one_key_for_two_different_forms_is_refused(cast: Cast, started: Repair) -> None:
    client, url = signed_in(cast.technician), reverse("repair_notes", args=[started.pk])
    client.post(url, {"technician_notes": "One", "idempotency_key": "k"})
    refused = client.post(url, {"technician_notes": "Two", "idempotency_key": "k"})
    assert refused.status_code == 422
    assert "That was not done" in folded(refused)
    assert stored(started).technician_notes == "One"


def test_photos_are_added_by_kind_and_hidden_from_the_customer(cast: Cast, started: Repair) -> None:
    data = {"images": uploaded(plain()), "kind": "before", "internal": "on"}
    assert send(cast.technician, "repair_photo", started.pk, **data).status_code == 303
    photo = started.photos.get()
    assert (photo.kind, photo.is_internal) == (PhotoKind.BEFORE, True)
    answer = visit(cast.technician, "technician_photo", photo.pk, "thumb")
    assert answer["Content-Type"] == "image/webp"
    answer.close()


def test_what_is_no_picture_is_refused(cast: Cast, started: Repair) -> None:
    data = {"images": uploaded(b"nothing"), "kind": "before"}
    assert send(cast.technician, "repair_photo", started.pk, **data).status_code == 200
    assert not started.photos.exists()


def test_a_photo_of_an_unknown_size_is_missing(cast: Cast, started: Repair) -> None:
    send(cast.technician, "repair_photo", started.pk, images=uploaded(plain()), kind="before")
    photo = started.photos.get()
    assert visit(cast.technician, "technician_photo", photo.pk, "huge").status_code == 404


def test_notes_that_are_too_long_are_shown_again(cast: Cast, started: Repair) -> None:
    refused = send(cast.technician, "repair_notes", started.pk, technician_notes="Rust " * 2500)
    assert refused.status_code == 200
    assert "Rust Rust" in folded(refused)
    assert stored(started).technician_notes == ""


def test_notes_are_saved(cast: Cast, started: Repair) -> None:
    data = {"technician_notes": "Resin B", "internal_notes": "Owes us"}
    assert send(cast.technician, "repair_notes", started.pk, **data).status_code == 303
    after = stored(started)
    assert (after.technician_notes, after.internal_notes) == ("Resin B", "Owes us")


def test_the_work_s_record_is_saved_and_request_data_is_fixed(cast: Cast, started: Repair) -> None:
    data = {"glass_temperature": "71.5", "description": "Changed", "version": started.version}
    assert send(cast.technician, "repair_edit", started.pk, **data).status_code == 303
    assert stored(started).glass_temperature == Decimal("71.5")
    assert stored(started).description != "Changed"


def test_an_edit_of_an_older_version_keeps_what_was_typed(cast: Cast) -> None:
    made = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    data = {"damage_type": "Chip", "description": "Low left", "version": made.version - 1}
    refused = send(cast.technician, "repair_edit", made.pk, **data)
    assert refused.status_code == 200
    assert "Low left" in folded(refused)


def test_a_new_windshield_starts_the_prices_again(cast: Cast) -> None:
    made = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    assert send(cast.technician, "windshield_replaced", made.pk).status_code == 303
    assert UnitRepairCount.objects.get(unit=made.unit).count == 0


def test_the_unit_s_past_is_told_without_money(cast: Cast) -> None:
    past = completed_repair(
        technician=cast.other_technician_record,
        customer=cast.fleet,
        unit_number="4127",
        damage_type="Half-Moon",
        customer_notes="PRIVATE",
    )
    send(cast.other_technician, "repair_photo", past.pk, images=uploaded(plain()), kind="after")
    now = request(customer=cast.fleet, unit_number="4127")
    shown = text_of(cast.technician, "repair_detail", now.pk)
    assert "Half-Moon" in shown
    assert "PRIVATE" not in shown
    assert visit(cast.technician, "repair_detail", past.pk).status_code == 404
    picture = visit(cast.technician, "technician_photo", past.photos.get().pk, "thumb")
    assert picture.status_code == 200
    picture.close()


def test_the_phone_of_a_customer_is_for_who_works_there(cast: Cast) -> None:
    cast.fleet.phone = "+12125550100"
    cast.fleet.save()
    made = repair_in(
        QueueStatus.REQUESTED, technician=cast.other_technician_record, customer=cast.fleet
    )
    assert "+12125550100" in text_of(cast.other_technician, "repair_detail", made.pk)
    assert "+12125550100" not in text_of(cast.technician, "repair_detail", made.pk)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("update_queue_status", {"status": "COMPLETED"}),
        ("update_queue_status", {"status": "NONSENSE"}),
        ("repair_photo", {}),
        ("repair_notes", {"technician_notes": "x"}),
        ("repair_edit", {"damage_type": "Chip"}),
        ("windshield_replaced", {}),
    ],
)
def test_another_technician_s_repair_is_missing_whatever_is_sent(
    cast: Cast, started: Repair, name: str, data: dict[str, str]
) -> None:
    before = Repair.objects.filter(pk=started.pk).values().get()
    assert send(cast.other_technician, name, started.pk, **data).status_code == 404
    assert Repair.objects.filter(pk=started.pk).values().get() == before


def test_another_technician_s_pages_are_missing(cast: Cast, started: Repair) -> None:
    send(cast.technician, "repair_photo", started.pk, images=uploaded(plain()), kind="after")
    photo = started.photos.get()
    for name in ("repair_detail", "repair_edit"):
        assert visit(cast.other_technician, name, started.pk).status_code == 404
    assert visit(cast.other_technician, "technician_photo", photo.pk, "full").status_code == 404


def test_a_request_of_another_can_be_read_but_not_edited(cast: Cast) -> None:
    made = repair_in(QueueStatus.REQUESTED, technician=cast.other_technician_record)
    refused = send(cast.technician, "repair_notes", made.pk, technician_notes="Mine")
    assert refused.status_code == 200
    assert stored(made).technician_notes == ""


def test_the_list_is_narrowed_by_the_address(cast: Cast, started: Repair) -> None:
    request(customer=cast.fleet, unit_number="T-100")
    shown = text_of(cast.technician, "repair_list", status="REQUESTED")
    assert ("T-100" in shown, "Unit 4127" in shown) == (True, False)


@pytest.mark.parametrize("status", QueueStatus.values)
def test_every_status_has_its_page(cast: Cast, status: QueueStatus) -> None:
    made = repair_in(status, technician=cast.technician_record, customer=cast.fleet)
    assert "What happened" in text_of(cast.technician, "repair_detail", made.pk)
    assert visit(cast.technician, "repair_edit", made.pk).status_code == 200


def test_list_and_detail_cost_the_same_with_one_row_and_with_three(
    cast: Cast, started: Repair
) -> None:
    def costs() -> list[int]:
        return [
            statements_of(cast.technician, "repair_list"),
            statements_of(cast.technician, "repair_detail", started.pk),
        ]

    assert costs() == [5, 15]
    for size in (30, 50):
        image = uploaded(plain((size, 20)))
        send(cast.technician, "repair_photo", started.pk, images=image, kind="before")
        completed_repair(
            technician=cast.technician_record,
            customer=cast.fleet,
            unit_number="4127",
            confirm_duplicate=True,
        )
    assert costs() == [5, 15]


def test_the_resin_is_told_from_the_owner_s_table(cast: Cast, started: Repair) -> None:
    set_resins(actor=cast.admin, ranges=[Range(Decimal(70), "Thin"), Range(None, "Thick")])
    shown = text_of(cast.technician, "repair_detail", started.pk)
    assert '[{"below": "70", "resin": "Thin"}, {"below": null, "resin": "Thick"}]' in shown
    assert "Below 70 °F" in shown


def test_how_it_is_done_is_written_down_on_the_repair_s_page(cast: Cast, started: Repair) -> None:
    answer = send(
        cast.technician,
        "repair_edit",
        started.pk,
        version=stored(started).version,
        glass_temperature="71.5",
        resin_viscosity="Thick",
    )
    assert answer.status_code == 303
    kept = stored(started)
    assert (kept.glass_temperature, kept.resin_viscosity) == (Decimal("71.5"), "Thick")


def test_before_the_start_there_is_nothing_to_write_down(cast: Cast, wanted: Repair) -> None:
    assert "How it is done" not in text_of(cast.technician, "repair_detail", wanted.pk)
