"""A customer's vehicles in the office: where the glass was broken, their stickers."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, UnitSticker
from core.templatetags.ui import day
from tests.cast import Cast
from tests.factories import completed_repair, make_unit
from tests.pages import send, signed_in, statements_of, text_of

pytestmark = pytest.mark.django_db
PAGE = "office_unit_detail"


def marked(cast: Cast, *, internal: bool = False) -> Repair:
    """A repair with its place on the glass and a picture."""
    repair = completed_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number="4127",
        damage_type="Chip",
        damage_x=Decimal("12.5"),
        damage_y=Decimal(80),
    )
    use_cases.add_photo(
        actor=cast.technician,
        repair_id=repair.pk,
        upload=uploaded(plain()),
        kind=PhotoKind.BEFORE,
        is_internal=internal,
    )
    return repair


def test_past_breaks_are_dots_on_the_glass_with_date_and_picture(cast: Cast) -> None:
    repair = marked(cast, internal=True)
    completed_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")
    shown = text_of(cast.admin, PAGE, repair.unit_id)
    assert shown.count("glass__dot") == 1
    assert f'href="#break-{repair.pk}"' in shown
    assert f"<title>1: Chip, lower left, {day(repair.repair_date)}</title>" in shown
    photo = repair.photos.get()
    assert f'src="{reverse("office_photo", args=[photo.pk, "thumb"])}"' in shown
    assert f'href="{reverse("office_repair_detail", args=[repair.pk])}"' in shown
    assert "Tom Becker" in shown


def test_a_sales_agent_sees_the_repairs_without_the_glass(cast: Cast) -> None:
    repair = marked(cast)
    shown = text_of(cast.sales_agent, PAGE, repair.unit_id)
    assert reverse("office_repair_detail", args=[repair.pk]) in shown
    assert "glass__dot" not in shown
    assert "Tom Becker" not in shown


@pytest.mark.parametrize("repairs", [1, 3])
def test_a_unit_costs_the_same_with_one_break_and_with_three(cast: Cast, repairs: int) -> None:
    (unit,) = {marked(cast).unit for _ in range(repairs)}
    assert statements_of(cast.admin, PAGE, unit.pk) == 13
    assert statements_of(cast.sales_agent, PAGE, unit.pk) == 11


def test_the_stickers_of_a_whole_list_are_one_file(cast: Cast) -> None:
    for number in ("T-100", "T-200", "B-200"):
        make_unit(cast.fleet, number)
    page, button = "office_customer_units", "office_customer_stickers"
    address = f"{reverse(button, args=[cast.fleet.pk])}?unit=t-"
    assert f'action="{address}"' in text_of(cast.admin, page, cast.fleet.pk, unit="t-")
    printed = signed_in(cast.admin).post(address)
    assert printed["Content-Type"] == "application/pdf"
    numbers = UnitSticker.objects.values_list("unit__number", flat=True)
    assert sorted(numbers) == ["T-100", "T-200"]
    nothing = signed_in(cast.admin).post(address + "zz")
    assert nothing["Location"] == f"{reverse(page, args=[cast.fleet.pk])}?unit=t-zz"
    (told,) = get_messages(nothing.wsgi_request)
    assert str(told) == "No unit of this list is in use."


def test_a_sales_agent_prints_no_stickers(cast: Cast) -> None:
    make_unit(cast.fleet, "T-100")
    shown = text_of(cast.sales_agent, "office_customer_units", cast.fleet.pk)
    assert "Stickers of this whole list" not in shown
    answer = send(cast.sales_agent, "office_customer_stickers", cast.fleet.pk)
    assert answer.status_code == 404
    assert send(cast.admin, "office_customer_stickers", 999_999).status_code == 404
