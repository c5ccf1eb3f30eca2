"""A fleet manager loads the company's vehicles: from the file to the units, and again."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from apps.queue_management.use_cases import list_imports
from apps.repairs.models import Unit
from core.outbox import drain
from tests.browser.hands import Hands
from tests.browser.visitors import Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# As Excel saves it in a country with decimal commas: semicolons, Windows text.
LIST = (
    "EquipID;License#;Built;Make;Model;Description\r\n"
    "00470;31603D;2015;FORD;F150;PICKUP\r\n"
    '9;"A;1";2016;VOLVO;VNL;"TRUCK, Zürich"\r\n'
    "7;;2010;PACE;TRAILER;CARGO TRAILER\r\n"
    "32;;2012;CHEVROLET;SUBURBAN K1500;SUV\r\n"
    "32;;2012;CHEVROLET;SUBURBAN;SUV\r\n"
).encode("cp1252")


def send(hands: Hands) -> None:
    """From the units to the columns of the list."""
    go(hands.page, "customer_units")
    hands.press("Import a vehicle list", "link")
    file = FilePayload(name="vehicles.csv", mimeType="text/csv", buffer=LIST)
    hands.choose(hands.page.get_by_label("The list"), file)
    hands.press("Read the list")


def test_a_list_is_looked_at_corrected_and_imported(
    visitors: Visitors, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 3)
    hands = Hands(visitors.open(cast.primary))
    page = hands.page
    send(hands)
    expect(page.get_by_text("CSV with semicolons, Windows text")).to_be_visible()
    page.get_by_label("Year").select_option(label="Built (2015, 2016, 2010)")
    hands.press("Check the list")
    expect(page.get_by_text("Nothing is imported yet.")).to_be_visible()
    expect(page.get_by_text("2 of 5 rows cannot be imported as they are.")).to_be_visible()
    expect(page.get_by_text("row 4, unit 7: trailer (CARGO TRAILER)")).to_be_attached()
    assert Unit.objects.count() == 0

    page.get_by_label("Row 6: 2012 CHEVROLET SUBURBAN").check()
    hands.press("Import 3 vehicles")
    expect(page.get_by_text("0 of 4 vehicles.")).to_be_visible()
    while drain():
        pass
    expect(page.get_by_text("4 new vehicles, 0 changed")).to_be_visible()
    assert list(Unit.objects.values_list("number", "year", "plate", "model")) == [
        ("00470", 2015, "31603D", "F150"),
        ("32", 2012, "", "SUBURBAN"),
        ("7", 2010, "", "TRAILER"),
        ("9", 2016, "A;1", "VNL"),
    ]

    send(hands)
    hands.press("Check the list")
    page.get_by_label("Where you choose none below").select_option(label="Take the last row")
    hands.press("Only look again")
    hands.press("Import 4 vehicles")
    while drain():
        pass
    expect(page.get_by_text("nothing was changed")).to_be_visible()
