"""Approval at the vehicle as the technician's pages show it."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import Repair, RepairApproval, RepairBatch
from core.enums import SpotWish
from tests import factories
from tests.cast import Cast
from tests.factories import completed_repair, field_repair, make_customer, make_person
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    """A chip on a private car."""
    return field_repair(technician=cast.technician_record, customer=make_person())


@pytest.fixture
def chips(cast: Cast) -> RepairBatch:
    """Two chips in one glass of a fleet whose drivers may sign."""
    return use_chips(cast, 2)


def use_chips(cast: Cast, number: int) -> RepairBatch:
    customer = make_customer(on_spot=SpotWish.YES)
    rows = [factories.details("4127", damage_type="Chip") for _ in range(number)]
    return use_cases.create_field_batch(actor=cast.technician, customer_id=customer.pk, rows=rows)


def sign(cast: Cast, repair: Repair, **more: Any) -> Any:
    data = {"name": "Paula Private", "shown": "50.00", "version": repair.version} | more
    return send(cast.technician, "repair_sign", repair.pk, **data)


def test_the_price_and_the_persons_name_are_there(cast: Cast, waiting: Repair) -> None:
    shown = text_of(cast.technician, "repair_sign", waiting.pk)
    assert "Approve, at most $50.00" in shown
    assert 'value="Paula Private"' in shown


def test_a_drawn_signature_approves_and_is_seen_on_the_repair(cast: Cast, waiting: Repair) -> None:
    answer = sign(cast, waiting, signature=uploaded(plain()))
    assert answer["Location"] == reverse("repair_detail", args=[waiting.pk])
    approval = RepairApproval.objects.get()
    assert (approval.method, approval.amount) == (ApprovalMethod.ON_SPOT, Decimal(50))
    shown = text_of(cast.technician, "repair_detail", waiting.pk)
    assert reverse("technician_signature", args=[approval.pk]) in shown
    assert "Decided on the spot by Paula Private." in shown


def test_a_refusal_keeps_the_name_and_shows_the_price_of_now(cast: Cast, waiting: Repair) -> None:
    refused = sign(cast, waiting, shown="40.00", version=7)
    assert refused.status_code == 200
    assert "Paula Private" in folded(refused)
    assert 'name="shown" value="50.00"' in folded(refused)
    assert f'name="version" value="{waiting.version}"' in folded(refused)
    assert not RepairApproval.objects.exists()


def test_nobody_signs_without_a_name(cast: Cast, waiting: Repair) -> None:
    assert "Name of who agrees: " in folded(sign(cast, waiting, name=""))
    assert not RepairApproval.objects.exists()


def test_a_signature_sent_twice_is_one(cast: Cast, waiting: Repair) -> None:
    client, url = signed_in(cast.technician), reverse("repair_sign", args=[waiting.pk])
    data = {"name": "Paula", "shown": "50.00", "idempotency_key": "k"}
    assert [client.post(url, data).status_code for _ in range(2)] == [303, 303]
    assert RepairApproval.objects.count() == 1


def test_a_company_that_decides_itself_is_named(cast: Cast) -> None:
    repair = field_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.technician, "repair_sign", repair.pk)
    assert "This customer decides itself" in shown
    assert "data-signature-pad" not in shown
    detail = text_of(cast.technician, "repair_detail", repair.pk)
    assert reverse("repair_sign", args=[repair.pk]) not in detail
    assert reverse("repair_link_new", args=[repair.pk]) in detail
    assert "This customer decides itself" in folded(sign(cast, repair))


def test_what_is_done_is_not_signed(cast: Cast) -> None:
    done = completed_repair(technician=cast.technician_record)
    assert "Nothing waits for approval here." in text_of(cast.technician, "repair_sign", done.pk)


def test_who_sees_a_batch_but_does_not_work_on_it_takes_no_signature(cast: Cast) -> None:
    asked = factories.request(customer=make_person())
    use_cases.assign_repair(
        actor=cast.admin, repair_id=asked.pk, technician_id=cast.technician_record.pk
    )
    pending = use_cases.ask_approval(actor=cast.technician, repair_id=asked.pk)
    own = text_of(cast.technician, "repair_sign", pending.pk)
    assert "data-signature-pad" in own
    assert visit(cast.other_technician, "repair_sign", pending.pk).status_code == 404


def test_a_person_s_new_repair_leads_to_the_signature(cast: Cast) -> None:
    person = make_person()
    data = {"customer": person.pk, "unit_number": "7", "damage_type": "Chip"}
    answer = send(cast.technician, "create_repair", **data)
    made = Repair.objects.get()
    assert answer["Location"] == reverse("repair_sign", args=[made.pk])


def test_several_breaks_lead_to_one_signature(cast: Cast) -> None:
    customer = make_customer(on_spot=SpotWish.YES)
    data = {"customer": customer.pk, "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0}
    rows = {f"rows-{n}-unit_number": "7" for n in range(2)}
    answer = send(cast.technician, "create_repair", **data, **rows)
    batch = RepairBatch.objects.get()
    assert answer["Location"] == reverse("batch_sign", args=[batch.pk])


def test_one_signature_for_both_chips(cast: Cast, chips: RepairBatch) -> None:
    shown = text_of(cast.technician, "batch_sign", chips.pk)
    assert "Unit 4127: Chip, break 2" in shown
    assert "Approve, at most $90.00" in shown
    data = {"name": "Dana Driver", "shown": "90.00", "signature": uploaded(plain())}
    answer = send(cast.technician, "batch_sign", chips.pk, **data)
    assert answer["Location"] == reverse("technician_batch", args=[chips.pk])
    statuses = set(chips.repairs.values_list("queue_status", flat=True))
    assert statuses == {QueueStatus.APPROVED}
    after = text_of(cast.technician, "technician_batch", chips.pk)
    assert "Sign for" not in after
    assert after.count(">Start<") == 2


def test_a_batch_tells_which_break_of_how_many(cast: Cast, chips: RepairBatch) -> None:
    first = chips.repairs.order_by("break_number")[0]
    image = uploaded(plain())
    send(cast.technician, "repair_photo", first.pk, images=image, kind="before")
    shown = text_of(cast.technician, "technician_batch", chips.pk)
    assert ("Chip 1 of 2" in shown, "Chip 2 of 2" in shown) == (True, True)
    assert "Sign for 2, at most $90.00" in shown
    assert 'id="photos"' in shown


def test_a_batch_shows_what_each_row_came_to(cast: Cast, chips: RepairBatch) -> None:
    done, ended = chips.repairs.order_by("break_number")
    use_cases.approve_repair(
        actor=cast.admin, repair_id=done.pk, reason=use_cases.Reason(text="By phone")
    )
    use_cases.start_repair(actor=cast.technician, repair_id=done.pk)
    use_cases.complete_repair(actor=cast.technician, repair_id=done.pk)
    use_cases.deny_repair(actor=cast.admin, repair_id=ended.pk, reason=factories.DECLINED)
    shown = text_of(cast.technician, "technician_batch", chips.pk)
    assert '<span class="repair-card__price">$50.00</span>' in shown
    assert "at most" not in shown


def test_a_row_without_a_kind_is_a_break(cast: Cast) -> None:
    rows = [factories.details("1"), factories.details("2")]
    batch = use_cases.create_field_batch(
        actor=cast.technician, customer_id=cast.fleet.pk, rows=rows
    )
    shown = text_of(cast.technician, "technician_batch", batch.pk)
    assert "Break 1 of 2" in shown
    assert "This customer decides itself" in shown
    repair = batch.repairs.order_by("break_number")[0]
    assert "Break 1: see all" in text_of(cast.technician, "repair_detail", repair.pk)


@pytest.mark.parametrize("name", ["technician_batch", "batch_sign"])
def test_a_batch_of_others_is_missing(cast: Cast, chips: RepairBatch, name: str) -> None:
    assert visit(cast.other_technician, name, chips.pk).status_code == 404


def test_a_signature_is_for_who_sees_the_repair(cast: Cast, waiting: Repair) -> None:
    sign(cast, waiting, signature=uploaded(plain()))
    approval = RepairApproval.objects.get()
    picture = visit(cast.technician, "technician_signature", approval.pk)
    assert b"".join(picture)
    assert picture["Content-Type"].startswith("image/")
    assert visit(cast.other_technician, "technician_signature", approval.pk).status_code == 404
    assert approval.signature is not None
    default_storage.delete(approval.signature.storage_name)
    assert visit(cast.technician, "technician_signature", approval.pk).status_code == 404


def test_without_a_drawing_there_is_no_signature_to_see(cast: Cast, waiting: Repair) -> None:
    sign(cast, waiting)
    approval = RepairApproval.objects.get()
    assert visit(cast.technician, "technician_signature", approval.pk).status_code == 404


def test_batch_and_signing_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    names = ("technician_batch", "batch_sign")
    one, three = use_chips(cast, 1), use_chips(cast, 3)
    for batch in (one, three):
        costs = [statements_of(cast.technician, name, batch.pk) for name in names]
        assert costs == [11, 10]


def test_the_history_of_a_unit_has_the_pictures_of_colleagues(cast: Cast, waiting: Repair) -> None:
    past = completed_repair(
        technician=cast.other_technician_record,
        customer=waiting.customer,
        unit_number=waiting.unit_number,
        confirm_duplicate=True,
        damage_x=Decimal(90),
        damage_y=Decimal(10),
    )
    image = uploaded(plain())
    send(cast.other_technician, "repair_photo", past.pk, images=image, kind="after")
    shown = text_of(cast.technician, "repair_detail", waiting.pk)
    assert "upper right" in shown
    photo = past.photos.get()
    assert reverse("technician_photo", args=[photo.pk, "thumb"]) in shown
