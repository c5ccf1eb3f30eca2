from pathlib import Path

import pytest

from apps.repairs import fleet_file
from apps.repairs.fleet_file import ListedRow, parse_columns, read_list
from core.errors import Invalid

COLUMNS = {"number": "Unit", "plate": "License#"}


def read(path: Path, text: str | bytes) -> list[ListedRow]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_list(path, COLUMNS))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


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


def test_rows_count_as_a_spreadsheet_does_and_empty_ones_are_left_out(file: Path) -> None:
    rows = read(file, "Unit,License#\n007, A \n\n , \n8,B\n")
    assert rows == [
        ListedRow(2, {"number": "007", "plate": "A"}),
        ListedRow(5, {"number": "8", "plate": "B"}),
    ]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_windows_lines_make_no_difference(
    file: Path, start: bytes, end: bytes
) -> None:
    text = start + b"license# ,Other,UNIT" + end + b'"a, b",x,1' + end
    assert read(file, text) == [ListedRow(2, {"number": "1", "plate": "a, b"})]


def test_a_short_row_has_empty_cells_and_a_long_one_a_fault(file: Path) -> None:
    short, blank, long = read(file, "Unit,License#\n1\n2,A,,\n3,A,B\n")
    assert (short.texts["plate"], short.fault, blank.fault) == ("", "", "")
    assert "more cells" in long.fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b"Number,License#\n1,A", "no column “Unit”. Its columns are: Number, License#"),
        (b"Unit,unit,License#\n1,2,A", "more than one column “Unit”"),
        (b"Unit,License#\nM\xfcnchen,A", "not UTF-8"),
        (b"Unit,License#\n" + b"x" * 140_000, "no CSV file"),
    ],
)
def test_what_is_no_such_list_is_refused(file: Path, text: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read(file, text)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read: No such file"):
        list(read_list(tmp_path / "none.csv", COLUMNS))


def test_too_many_rows_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_file, "MAXIMUM_ROWS", 2)
    with pytest.raises(Invalid, match="more than 2 rows"):
        read(file, "Unit,License#\n1,\n2,\n3,\n")
