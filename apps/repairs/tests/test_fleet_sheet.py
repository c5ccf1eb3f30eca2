import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from apps.repairs import fleet_sheet
from apps.repairs.fleet_file import read_table
from core.errors import Invalid

SHEET = "xl/worksheets/sheet1.xml"


def book(fill: Callable[[Worksheet], object], *, first_empty: bool = False) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    if first_empty:
        extra = workbook.create_sheet("List")
        sheet = extra
    fill(sheet)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def rows(content: bytes) -> list[tuple[int, list[str]]]:
    return list(read_table(content).rows)


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, text if part.filename == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, text)
    return out.getvalue()


def fill_plain(sheet: Worksheet) -> None:
    sheet.append(["Unit", "Plate"])
    sheet.append(["1", "A1"])


def test_cells_are_read_as_a_person_sees_them() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Unit", "A", "B", "C", "D", "E", "F", "G"])
        at = dt.datetime(2015, 8, 4, 7, 30)  # noqa: DTZ001 - a sheet's times have no zone
        day = dt.datetime(2015, 8, 4)  # noqa: DTZ001 - as above
        sheet.append([470, "00470", 100000.0, 1.5, True, day, at, None])
        sheet["A2"].number_format = "00000"
        sheet["B2"].number_format = "@"
        sheet["H2"].value = "=1+1"
        sheet["H2"].data_type = "s"

    table = read_table(book(fill))
    assert table.form == "Spreadsheet"
    dates = ["2015-08-04", "2015-08-04 07:30:00"]
    assert list(table.rows) == [(2, ["00470", "00470", "100000", "1.5", "TRUE", *dates, "=1+1"])]


def sheet_with(row: int, cell: str) -> bytes:
    """A sheet with a heading and one row more, as its XML says it."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = (
        f'<worksheet xmlns="{space}"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Unit</t></is></c></row>'
        f'<row r="{row}"><c r="A{row}">{cell}</c></row></sheetData></worksheet>'
    )
    return with_part(book(fill_plain), SHEET, text.encode())


def test_a_number_written_with_an_exponent_is_whole() -> None:
    assert rows(sheet_with(2, "<v>1E5</v>")) == [(2, ["100000"])]


def test_a_sheet_that_claims_more_rows_than_any_has_is_refused_quickly() -> None:
    with pytest.raises(Invalid, match="broken"):
        rows(sheet_with(10**12, "<v>1</v>"))


def test_the_first_sheet_with_rows_is_read_and_rows_keep_their_numbers() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"] = "Unit", "Plate"
        sheet["B900000"], sheet["C900000"] = "7", "A"

    table = read_table(book(fill, first_empty=True))
    assert (table.heading, list(table.rows)) == (
        ("", "Unit", "Plate"),
        [(900_000, ["", "7", "A"])],
    )


def test_rows_of_blank_cells_and_an_empty_book_are_nothing() -> None:
    with pytest.raises(Invalid, match="empty"):
        rows(book(lambda sheet: sheet.append(["", ""])))


def test_a_sheet_too_wide_is_refused() -> None:
    with pytest.raises(Invalid, match="more than 200 columns"):
        rows(book(lambda sheet: sheet.append([f"c{number}" for number in range(250)])))


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = with_part(book(fill_plain), "xl/media/bomb.bin", b"0" * 2_000_000)
    assert len(zeros) < 20_000
    assert len(rows(zeros)) == 1
    monkeypatch.setattr(fleet_sheet, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(Invalid, match="unpacks to too much"):
        rows(zeros)


@pytest.mark.parametrize("name", ["LARGEST_TEXTS", "MAXIMUM_PARTS"])
def test_many_parts_and_many_texts_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_sheet, name, 1)
    with pytest.raises(Invalid, match="unpacks to too much"):
        rows(with_part(book(fill_plain), "xl/sharedStrings.xml", b"<sst/>"))


def test_more_cells_than_anybody_needs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_sheet, "MAXIMUM_CELLS", 3)
    with pytest.raises(Invalid, match="unpacks to too much"):
        rows(book(fill_plain))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><worksheet/>'
    with pytest.raises(Invalid, match="broken"):
        rows(with_part(book(fill_plain), SHEET, text.encode(encoding)))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and then nothing of an archive",
        with_part(book(fill_plain), SHEET, b"<worksheet><sheetData><row>"),
        with_part(book(fill_plain), "xl/workbook.xml", b"<workbook/>"),
        book(fill_plain)[:-200],
    ],
)
def test_a_broken_book_is_told(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"broken|empty"):
        rows(content)


def test_rows_are_counted_without_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(300):
            sheet.append([number, "ROW", "<row "])

    content = book(fill)
    # Chunks that cut marks anywhere: each is counted once.
    for chunk in (1, 7, 26, 27, 100, 1024**2):
        monkeypatch.setattr(fleet_sheet, "_CHUNK", chunk)
        assert fleet_sheet.count_rows(content) == 300


def test_rows_named_in_a_space_are_counted() -> None:
    sheet = b'<x:sheetData><x:row r="1"/><x:row><x:c/></x:row></x:sheetData>'
    assert fleet_sheet.count_rows(with_part(book(fill_plain), SHEET, sheet)) == 2


def test_a_sheet_broken_further_down_has_no_rows_to_count() -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(3000):
            sheet.append([number, number * 7919 % 10007])

    content = book(fill)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo(SHEET)
    end = part.header_offset + len(SHEET) + 30 + part.compress_size
    with pytest.raises(Invalid):
        fleet_sheet.count_rows(content[: end - 40] + b"\xff" * 20 + content[end - 20 :])


def test_a_sheet_of_charts_is_passed_over() -> None:
    workbook = Workbook()
    workbook.create_chartsheet("Chart", 0)
    sheet = workbook.worksheets[0]
    fill_plain(sheet)
    file = io.BytesIO()
    workbook.save(file)
    assert rows(file.getvalue()) == [(2, ["1", "A1"])]


def test_rows_out_of_order_and_cells_too_far_right_are_left_out() -> None:
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="str"><v>Unit</v></c><c r="B1" t="str"><v>Plate</v></c></row>
    <row r="5"><c r="A5" t="str"><v>five</v></c><c r="XFD5"><v>1</v></c></row>
    <row r="3"><c r="A3" t="str"><v>three</v></c></row>
    <row r="7"><c r="B7"><v>7</v></c></row></sheetData></worksheet>"""
    assert rows(with_part(book(fill_plain), SHEET, sheet)) == [(5, ["five"]), (7, ["", "7"])]
