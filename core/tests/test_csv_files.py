import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.csv_files import LINES_AT_ONCE, cell, csv_response, every_row
from core.models import Customer
from core.paging import LARGEST_PAGE

NOON = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)


def told(rows: list[list[object]]) -> list[list[str]]:
    response = csv_response("list", columns=["A", "B"], rows=rows)
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_it_is_a_file_with_a_mark_and_a_first_line() -> None:
    response = csv_response("repairs", columns=["A", "B"], rows=[["1", "2"]])
    assert response["Content-Disposition"] == 'attachment; filename="repairs.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(response) == b"\xef\xbb\xbfA,B\r\n1,2\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_is_never_a_formula(text: str) -> None:
    assert cell(text, dt.UTC) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (Decimal("-5.00"), "-5.00"),
        (dt.date(2026, 7, 1), "2026-07-01"),
        (NOON, "2026-07-01 08:00"),
        ("0470", "0470"),
    ],
)
def test_values_as_spreadsheets_read_them(value: object, shown: str) -> None:
    assert cell(value, ZoneInfo("America/New_York")) == shown


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    words = ['a "chip", low', "two\nlines"]
    assert told([[*words]]) == [["A", "B"], words]


def test_instants_are_of_the_zone_in_which_the_file_was_asked_for() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        response = csv_response("list", columns=["At"], rows=[[NOON]])
    assert b"08:00" in b"".join(response)


def test_it_is_written_while_it_is_sent() -> None:
    read = []

    def rows() -> Iterator[list[int]]:
        for number in range(LINES_AT_ONCE * 3):
            read.append(number)
            yield [number]

    parts = iter(csv_response("list", columns=["N"], rows=rows()))
    next(parts)
    assert len(read) < LINES_AT_ONCE
    assert b"".join(parts).endswith(b"\r\n299\r\n")


@pytest.mark.django_db
def test_every_row_is_read_once_page_by_page() -> None:
    names = [f"Fleet {number:03}" for number in range(LARGEST_PAGE + 1)]
    Customer.objects.bulk_create([Customer(name=name, name_key=name) for name in names])
    with CaptureQueriesContext(connection) as captured:
        rows = list(every_row(Customer.objects.all(), ordering=("name_key", "id")))
    assert [customer.name for customer in rows] == names
    assert len(captured) == 2
    assert list(every_row(Customer.objects.none(), ordering=("id",))) == []
