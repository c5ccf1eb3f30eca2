"""What somebody at the vehicle agreed to, as the office reads it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.photo_storage.services import prepare_photo, staged
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases import SpotWord
from apps.repairs.models import Repair, RepairApproval
from core.enums import SpotWish
from tests.cast import Cast
from tests.factories import field_repair, make_customer
from tests.pages import text_of, visit

pytestmark = pytest.mark.django_db
PAGE = "office_repair_detail"


def approved_at_the_vehicle(cast: Cast, *, drawn: bool) -> Repair:
    customer = make_customer("Signing Fleet", on_spot=SpotWish.YES, owner=cast.sales_agent)
    repair = field_repair(technician=cast.technician_record, customer=customer)
    picture = prepare_photo(upload=uploaded(plain())) if drawn else None
    with staged(picture):
        word = SpotWord("Dan Driver", Decimal(50), picture)
        use_cases.approve_on_spot(actor=cast.technician, repair_id=repair.pk, word=word)
    return repair


def test_name_time_and_drawing_stand_beside_the_price(cast: Cast) -> None:
    repair = approved_at_the_vehicle(cast, drawn=True)
    shown = text_of(cast.admin, PAGE, repair.pk)
    approval = RepairApproval.objects.get()
    assert "Dan Driver approved at the vehicle, at most $50.00." in shown
    assert "taken by Tom Becker" in shown
    assert f'datetime="{approval.decided_at:%Y-%m-%dT%H:%M}' in shown
    address = reverse("office_signature", args=[approval.pk])
    assert f'src="{address}" alt="Signature of Dan Driver"' in shown
    picture = visit(cast.admin, "office_signature", approval.pk)
    assert b"".join(picture)
    assert picture["Content-Type"].startswith("image/")


def test_a_typed_name_is_told_without_a_drawing(cast: Cast) -> None:
    repair = approved_at_the_vehicle(cast, drawn=False)
    shown = text_of(cast.admin, PAGE, repair.pk)
    assert "Dan Driver approved at the vehicle" in shown
    assert "Their name was typed in" in shown
    assert "Signature of" not in shown
    approval = RepairApproval.objects.get()
    assert visit(cast.admin, "office_signature", approval.pk).status_code == 404


def test_a_sales_agent_sees_no_signature(cast: Cast) -> None:
    repair = approved_at_the_vehicle(cast, drawn=True)
    assert "Dan Driver approved" not in text_of(cast.sales_agent, PAGE, repair.pk)
    approval = RepairApproval.objects.get()
    assert visit(cast.sales_agent, "office_signature", approval.pk).status_code == 404
