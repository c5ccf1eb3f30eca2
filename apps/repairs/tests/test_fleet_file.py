import codecs
from pathlib import Path

import pytest

from apps.repairs import fleet_file
from apps.repairs.fleet_file import (
    ListedRow,
    listed_rows,
    parse_columns,
    places_of,
    read_path,
    read_table,
)
from core.errors import Invalid

COLUMNS = {"number": "Unit", "plate": "License#"}


def read(content: str | bytes) -> list[ListedRow]:
    table = read_table(content if isinstance(content, bytes) else content.encode())
    return list(listed_rows(table, places_of(table.heading, COLUMNS)))


def test_columns_are_named_by_pairs() -> None:
    assert parse_columns('number=EquipID, plate=License#,"model=Model, full"') == {
        "number": "EquipID",
        "plate": "License#",
        "model": "Model, full",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plate=License#", "number=NAME"),
        ("number=A,number=B", "named twice"),
        ("number=A,colour=B", "fields: number, vin"),
        ("number=", "no pair"),
        ("", "number=NAME"),
    ],
)
def test_wrong_columns_are_told(text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        parse_columns(text)


def test_rows_count_as_a_spreadsheet_does_and_empty_ones_are_left_out() -> None:
    rows = read("Unit,License#\n007, A \n\n , \n8,B\n")
    assert rows == [
        ListedRow(2, {"number": "007", "plate": "A"}),
        ListedRow(5, {"number": "8", "plate": "B"}),
    ]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_windows_lines_make_no_difference(start: bytes, end: bytes) -> None:
    text = start + b"license# ,Other,UNIT" + end + b'"a, b",x,1' + end
    assert read(text) == [ListedRow(2, {"number": "1", "plate": "a, b"})]


def test_a_short_row_has_empty_cells_and_a_long_one_a_fault() -> None:
    short, blank, long = read("Unit,License#\n1\n2,A,,\n3,A,B\n")
    assert (short.texts["plate"], short.fault, blank.fault) == ("", "", "")
    assert "more cells" in long.fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b"Number,License#\n1,A", "no column “Unit”. Its columns are: Number, License#"),
        (b"Unit,unit,License#\n1,2,A", "more than one column “Unit”"),
        (b"\n ,\n", "empty"),
        (b"Unit,License#\nM\x81nchen,A", "neither UTF-8 nor Windows text"),
        (b"Unit,License#\n" + b"x" * 140_000, "no CSV file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"Unit,License#" + b",x" * 199, "more than 200 columns"),
    ],
)
def test_what_is_no_such_list_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read(text)


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_file, "LARGEST_FILE", 10)
    with pytest.raises(Invalid, match="larger than 0 MB"):
        read("Unit,License#\n")


def test_a_file_of_this_machine_is_read_and_a_missing_one_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Unit\n1\n")
    assert read_path(tmp_path / "a.csv").heading == ("Unit",)
    with pytest.raises(Invalid, match="cannot be read: No such file"):
        read_path(tmp_path / "none.csv")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_file, "MAXIMUM_ROWS", 2)
    with pytest.raises(Invalid, match="more than 2 rows"):
        read("Unit,License#\n1,\n2,\n3,\n")


LIST = 'Unit{0}License#{0}Depot\r\n00470{0}"A{0} b"{0}Zürich\r\n9{0}"two\r\nlines"{0}\r\n'
FORMS = {
    "UTF-8": ("utf-8", b""),
    "UTF-8 (marked)": ("utf-8", codecs.BOM_UTF8),
    "UTF-16": ("utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16 (big)": ("utf-16-be", codecs.BOM_UTF16_BE),
    "UTF-16 (unmarked)": ("utf-16-le", b""),
    "UTF-16 (big unmarked)": ("utf-16-be", b""),
    "Windows text": ("cp1252", b""),
}


@pytest.mark.parametrize("delimiter", fleet_file.DELIMITERS)
@pytest.mark.parametrize("form", FORMS)
def test_every_delimiter_and_encoding_reads_the_same(delimiter: str, form: str) -> None:
    encoding, mark = FORMS[form]
    table = read_table(mark + LIST.format(delimiter).encode(encoding))
    assert table.heading == ("Unit", "License#", "Depot")
    assert list(table.rows) == [
        (2, ["00470", f"A{delimiter} b", "Zürich"]),
        (3, ["9", "two\r\nlines", ""]),
    ]
    assert table.form == f"CSV with {fleet_file.DELIMITERS[delimiter]}, {form.partition(' (')[0]}"


def test_excels_line_about_its_delimiter_is_believed() -> None:
    assert list(read_table(b"sep=;\nUnit;A,B\n1;2,3\n").rows) == [(2, ["1", "2,3"])]
    assert read_table(b"sep=x\nUnit\n").heading == ("sep=x",)


def test_commas_inside_cells_do_not_win_over_the_delimiter() -> None:
    rows = "".join(f"{number};Springfield, IL, US;{number * 7},5\n" for number in range(30))
    assert read_table(f"Unit;Depot;Price\n{rows}".encode()).heading == ("Unit", "Depot", "Price")


def test_a_list_of_numbers_alone_has_one_column() -> None:
    assert list(read_table(b"Unit\n00470\n9\n").rows) == [(2, ["00470"]), (3, ["9"])]


def test_a_title_above_the_heading_is_passed_over_and_rows_keep_their_numbers() -> None:
    table = read_table(b"Our vehicles 2026,,\n\nUnit,License#,Depot\n1,A,X\n")
    assert (table.heading, list(table.rows)) == (
        ("Unit", "License#", "Depot"),
        [(4, ["1", "A", "X"])],
    )


def test_what_looks_like_a_number_a_date_or_a_formula_stays_text() -> None:
    row = read_table(b"Unit,A,B,C\n00470,1E+05,2015-08-04,=1+1\n")
    assert list(row.rows) == [(2, ["00470", "1E+05", "2015-08-04", "=1+1"])]
