import csv
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Unit, UnitSticker
from tests import factories
from tests.cast import Cast
from tests.factories import completed_repair, make_unit
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def test_units_are_found_by_how_their_number_begins(cast: Cast) -> None:
    make_unit(cast.fleet, "T-100")
    make_unit(cast.fleet, "B-200")
    shown = text_of(cast.mate, "customer_units", unit="#t-")
    assert ("T-100" in shown, "B-200" in shown) == (True, False)


def test_a_unit_tells_what_its_next_repair_costs(cast: Cast) -> None:
    made = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    shown = text_of(cast.mate, "customer_unit_detail", made.unit_id)
    assert "2nd repair on unit 4127" in shown
    assert "$40.00" in shown


def test_a_foreign_unit_is_missing(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    assert visit(cast.stranger, "customer_unit_detail", unit.pk).status_code == 404
    assert "4127" not in text_of(cast.stranger, "customer_units")


def test_they_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    work: dict[str, Any] = {
        "technician": cast.technician_record,
        "customer": cast.fleet,
        "unit_number": "1",
    }
    unit = completed_repair(**work).unit
    assert statements_of(cast.primary, "customer_units") == 6
    assert statements_of(cast.primary, "customer_unit_detail", unit.pk) == 11
    for number in ("2", "3"):
        completed_repair(**work)
        make_unit(cast.fleet, number)
    assert statements_of(cast.primary, "customer_units") == 6
    assert statements_of(cast.primary, "customer_unit_detail", unit.pk) == 11


def told(answer: Any) -> list[str]:
    """What the next page will say."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_list_counts_what_is_done_and_under_way(cast: Cast) -> None:
    work: dict[str, Any] = {"customer": cast.fleet, "unit_number": "4127"}
    completed_repair(technician=cast.technician_record, **work)
    factories.request(**work)
    shown = text_of(cast.mate, "customer_units")
    assert '<td data-label="Repaired" class="num">1</td>' in shown
    assert '<td data-label="Under way" class="num">1</td>' in shown


def test_withdrawn_units_have_a_list_of_their_own(cast: Cast) -> None:
    make_unit(cast.fleet, "OLD-1", is_active=False)
    make_unit(cast.fleet, "NEW-1")
    in_use, withdrawn = (
        text_of(cast.mate, "customer_units", show=show) for show in ("", "withdrawn")
    )
    assert ("OLD-1" in in_use, "NEW-1" in in_use) == (False, True)
    assert ("OLD-1" in withdrawn, "NEW-1" in withdrawn) == (True, False)


def test_an_impossible_filter_shows_what_is_in_use(cast: Cast) -> None:
    make_unit(cast.fleet, "NEW-1")
    assert "NEW-1" in text_of(cast.mate, "customer_units", show="all", unit="x" * 60)


def test_the_list_is_a_file_of_what_it_shows(cast: Cast) -> None:
    make_unit(cast.fleet, "T-100", make="Volvo")
    make_unit(cast.fleet, "B-200")
    make_unit(cast.other_fleet, "T-900")
    answer = visit(cast.mate, "customer_units_csv", unit="t-")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines))
    assert [(row["Unit"], row["Make"]) for row in rows] == [("T-100", "Volvo")]


def test_past_breaks_are_dots_on_the_glass(cast: Cast) -> None:
    marked = completed_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number="4127",
        damage_x=Decimal("12.5"),
        damage_y=Decimal(80),
    )
    use_cases.add_photo(
        actor=cast.technician,
        repair_id=marked.pk,
        upload=uploaded(plain()),
        kind=PhotoKind.BEFORE,
    )
    factories.request(customer=cast.fleet, unit_number="4127")
    shown = text_of(cast.mate, "customer_unit_detail", marked.unit_id)
    assert f'href="#break-{marked.pk}"' in shown
    assert 'cx="25' in shown
    assert "lower left" in shown
    assert 'class="thumb"' in shown
    assert shown.count("glass__dot") == 1


def test_a_vehicle_is_edited_by_who_may_request(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    fields = {"year": "2021", "make": "Volvo", "version": "1"}
    assert send(cast.requester, "customer_unit_edit", unit.pk, **fields).status_code == 303
    unit.refresh_from_db()
    assert (unit.year, unit.make) == (2021, "Volvo")
    assert "Volvo" in text_of(cast.mate, "customer_unit_detail", unit.pk)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"year": "1492", "version": "1"}, "greater than or equal to 1900"),
        ({"year": "2021", "version": "7"}, "changed by somebody else"),
    ],
)
def test_a_refused_edit_is_shown_again(cast: Cast, fields: dict[str, str], expected: str) -> None:
    unit = make_unit(cast.fleet, "4127")
    page = folded(send(cast.requester, "customer_unit_edit", unit.pk, **fields))
    assert expected in page
    assert f'value="{fields["year"]}"' in page


def test_a_unit_is_withdrawn_and_brought_back(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    send(cast.requester, "customer_unit_withdraw", unit.pk, version="1")
    assert not Unit.objects.in_use().filter(pk=unit.pk).exists()
    assert "This unit is withdrawn" in text_of(cast.mate, "customer_unit_detail", unit.pk)
    send(cast.requester, "customer_unit_bring_back", unit.pk, version="2")
    assert Unit.objects.in_use().filter(pk=unit.pk).exists()
    assert AuditEntry.objects.filter(target_id=unit.pk, verb="unit.edited").count() == 2


def test_a_unit_with_open_work_stays(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet, unit_number="4127")
    answer = send(cast.requester, "customer_unit_withdraw", repair.unit_id, version="1")
    assert f"repair {repair.pk} (Customer Requested)" in told(answer)[0]


def test_a_merged_unit_leads_to_the_other(cast: Cast) -> None:
    old, kept = make_unit(cast.fleet, "4127"), make_unit(cast.fleet, "4128")
    use_cases.merge_units(actor=cast.admin, unit_id=old.pk, into_id=kept.pk)
    shown = text_of(cast.requester, "customer_unit_detail", old.pk)
    assert "part of" in shown
    assert "Bring it back" not in shown


def test_stickers_are_printed_and_renewed(cast: Cast) -> None:
    units = [make_unit(cast.fleet, number) for number in ("4127", "4128")]
    printed = send(cast.requester, "customer_unit_stickers", unit=[unit.pk for unit in units])
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")
    assert "stickers-units.pdf" in printed["Content-Disposition"]
    before = UnitSticker.objects.get(unit=units[0]).token
    assert "New sticker" in text_of(cast.requester, "customer_unit_detail", units[0].pk)
    send(cast.requester, "customer_unit_new_sticker", units[0].pk)
    assert UnitSticker.objects.get(unit=units[0]).token != before
    alone = send(cast.requester, "customer_unit_stickers", unit=units[0].pk)
    assert f"stickers-unit-{units[0].pk}.pdf" in alone["Content-Disposition"]


def test_nothing_ticked_and_no_right_are_told(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    assert "Tick the units" in told(send(cast.requester, "customer_unit_stickers"))[0]
    refused = send(cast.mate, "customer_unit_stickers", unit=unit.pk)
    assert "Only the fleet" in told(refused)[0]


def test_the_stickers_of_a_whole_list_are_one_file(cast: Cast) -> None:
    for number in ("T-100", "T-200", "B-200"):
        make_unit(cast.fleet, number)
    make_unit(cast.other_fleet, "T-900")
    shown = text_of(cast.requester, "customer_units", unit="t-")
    address = f"{reverse('customer_unit_stickers')}?unit=t-"
    assert f'action="{address}"' in shown
    assert "Stickers of this whole list" in shown
    client = signed_in(cast.requester)
    printed = client.post(address, {"all": "yes"})
    assert printed["Content-Type"] == "application/pdf"
    numbers = UnitSticker.objects.values_list("unit__number", flat=True)
    assert sorted(numbers) == ["T-100", "T-200"]
    nothing = client.post(f"{reverse('customer_unit_stickers')}?unit=zz", {"all": "yes"})
    assert nothing["Location"] == f"{reverse('customer_units')}?unit=zz"
    assert told(nothing) == ["No unit of this list is in use."]
    withdrawn = text_of(cast.requester, "customer_units", show="withdrawn")
    assert "Stickers of this whole list" not in withdrawn


@pytest.mark.parametrize("ticked", ["x", "9" * 30])
def test_what_is_no_unit_has_no_sticker(cast: Cast, ticked: str) -> None:
    assert send(cast.requester, "customer_unit_stickers", unit=ticked).status_code == 404


def test_foreign_units_are_not_touched(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    assert send(cast.stranger, "customer_unit_stickers", unit=unit.pk).status_code == 404
    for name in ("edit", "withdraw", "bring_back", "new_sticker"):
        answer = send(cast.stranger, f"customer_unit_{name}", unit.pk, version="1")
        assert answer.status_code == 404, name
