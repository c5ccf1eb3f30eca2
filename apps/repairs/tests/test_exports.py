import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from apps.repairs.exports import repairs_csv, units_csv
from apps.repairs.models import Unit
from apps.repairs.queries import repair_list
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    denied_repair,
    field_repair,
    make_site,
    make_unit,
    request,
    void,
)

pytestmark = pytest.mark.django_db


def told(response: StreamingHttpResponse) -> list[dict[str, str]]:
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def repairs_of(cast: Cast) -> list[dict[str, str]]:
    return told(repairs_csv(repair_list(cast.primary), reader="customer"))


def test_a_request_is_told_with_all_its_words(cast: Cast) -> None:
    site = make_site(cast.fleet, "North yard")
    words: dict[str, Any] = {
        "unit_number": "4127",
        "description": "=low, left",
        "damage_type": "Bull's Eye",
        "po_number": "PO-9",
        "external_ref": "F-1",
    }
    made = request(customer=cast.fleet, site_id=site.pk, **words)
    (row,) = repairs_of(cast)
    assert row.pop("Date").startswith("20")
    assert row == {
        "Repair": str(made.pk),
        "Unit": "4127",
        "Status": "Requested",
        "Damage": "Bull's Eye",
        "Description": "'=low, left",
        "Place": "North yard",
        "Technician": str(made.technician),
        "Completed": "",
        "At most": "",
        "Price": "",
        "Discount": "",
        "Charged": "",
        "PO number": "PO-9",
        "Reference": "F-1",
        "Asked by": "",
        "Together": "",
        "Came back of": "",
    }


def test_money_is_what_was_charged(cast: Cast) -> None:
    work: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    completed_repair(**work, unit_number="1")
    voided = completed_repair(**work, unit_number="1")
    void(voided, actor=cast.admin)
    money = [
        (row["Status"], row["Price"], row["Discount"], row["Charged"]) for row in repairs_of(cast)
    ]
    assert money == [
        ("Voided", "40.00", "0.00", "0.00"),
        ("Completed", "50.00", "0.00", "50.00"),
    ]


def test_each_reader_reads_their_own_words(cast: Cast) -> None:
    field_repair(technician=cast.technician_record, customer=cast.fleet)
    denied_repair(customer=cast.fleet)
    assert [row["Status"] for row in repairs_of(cast)] == ["Declined", "Needs your approval"]
    office = told(repairs_csv(repair_list(cast.admin), reader="office"))
    assert [(row["Customer"], row["Status"]) for row in office] == [
        ("Demo Fleet", "Declined"),
        ("Demo Fleet", "Waiting for approval"),
    ]


def test_units_are_told_with_their_counts(cast: Cast) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="8")
    make_unit(cast.fleet, "0470", vin="1FUJGLDR0CLBP8834", year=2019, make="Ford", is_active=False)
    rows = told(units_csv(Unit.objects.filter(customer=cast.fleet).select_related("repair_count")))
    common = {"Model": "", "Plate": ""}
    assert rows == [
        {"Unit": "0470", "VIN": "1FUJGLDR0CLBP8834", "Year": "2019", "Make": "Ford"}
        | common
        | {"In use": "no", "Repairs": "0"},
        {"Unit": "8", "VIN": "", "Year": "", "Make": ""}
        | common
        | {"In use": "yes", "Repairs": "1"},
    ]


def test_they_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def cost() -> list[int]:
        units = Unit.objects.filter(customer=cast.fleet).select_related("repair_count")
        with CaptureQueriesContext(connection) as of_repairs:
            told(repairs_csv(repair_list(cast.primary), reader="customer"))
        with CaptureQueriesContext(connection) as of_units:
            told(units_csv(units))
        return [len(of_repairs), len(of_units)]

    request(customer=cast.fleet, site_id=make_site(cast.fleet).pk)
    assert repairs_of(cast)
    assert cost() == [2, 2]
    request(customer=cast.fleet)
    request(customer=cast.fleet)
    assert cost() == [2, 2]
