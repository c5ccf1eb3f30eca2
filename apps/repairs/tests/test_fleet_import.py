import pytest

from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_import import (
    CheckedRow,
    Choice,
    FleetList,
    OnConflict,
    RowFault,
    check_row,
    gather,
    plan,
)
from apps.repairs.models import Unit
from core.keys import unit_key


def listed(row: int, number: str, **texts: str) -> ListedRow:
    return ListedRow(row, {"number": number} | texts)


def faults(number: str = "1", **texts: str) -> str:
    checked = check_row(listed(2, number, **texts))
    return checked.reason if isinstance(checked, RowFault) else ""


def together(*rows: ListedRow, on_conflict: OnConflict = OnConflict.REFUSE) -> FleetList:
    return gather(rows, on_conflict)


TWO_SAY_OTHER_THINGS = (
    listed(2, "0470", model="BOAT"),
    listed(3, "9", model="VAN"),
    listed(4, "#0470", model="FIRE BOAT"),
)


def test_a_good_row_has_the_types_of_a_unit() -> None:
    row = listed(2, "0470", year="2015", vin="1fujgldr9", plate="")
    values = {"year": 2015, "vin": "1FUJGLDR9", "plate": ""}
    assert check_row(row) == CheckedRow(2, "0470", "0470", values)


def test_a_year_may_be_missing() -> None:
    assert check_row(listed(2, "1", year="")) == CheckedRow(2, "1", "1", {"year": None})


@pytest.mark.parametrize("year", ["15", "1899", "2101", "2015.0", "MMXV", "20x5", "²⁰¹⁵", "-2015"])
def test_a_bad_year_is_a_fault(year: str) -> None:
    assert faults(year=year) == "The year is not between 1900 and 2100."


@pytest.mark.parametrize("number", ["", "x" * 51, "a\0b", "a\u202eb"])
def test_a_number_that_is_none_is_a_fault(number: str) -> None:
    assert faults(number) == "Write a unit number of 1 to 50 printable characters."


def test_a_number_whose_key_is_too_long_is_a_fault() -> None:
    assert "printable characters" in faults("\ufdfa" * 50)


def test_everything_wrong_with_a_row_is_told() -> None:
    told = faults("", vin="x" * 18, make="a\0", plate="y" * 21)
    assert told == (
        "Write a unit number of 1 to 50 printable characters. "
        "The vin is longer than 17 characters. "
        "The make has characters that cannot be printed. "
        "The plate is longer than 20 characters."
    )


def test_a_formula_is_text() -> None:
    assert faults("=1+1", make="=cmd()") == ""


def test_rows_that_repeat_one_another_count_once() -> None:
    result = together(listed(2, "7", make="A"), listed(3, "Unit 7", make="A"), listed(4, "8"))
    assert [row.number for row in result.rows] == ["7", "8"]
    assert (result.repeated, result.faults, result.row_count) == ([3], [], 3)


def test_rows_that_contradict_one_another_are_refused_each_by_name() -> None:
    result = together(*TWO_SAY_OTHER_THINGS)
    assert [row.number for row in result.rows] == ["9"]
    assert result.faults == [
        RowFault(
            2, "0470", "The same unit stands in row 4 with other data: model BOAT / FIRE BOAT."
        ),
        RowFault(
            4, "#0470", "The same unit stands in row 2 with other data: model BOAT / FIRE BOAT."
        ),
    ]


@pytest.mark.parametrize(("choice", "taken"), [(OnConflict.FIRST, 2), (OnConflict.LAST, 4)])
def test_one_of_them_is_taken_when_told_so(choice: OnConflict, taken: int) -> None:
    result = together(*TWO_SAY_OTHER_THINGS, on_conflict=choice)
    (chosen,) = result.choices
    assert [row.row for row in result.rows] == [taken, 3]
    assert (chosen.taken, chosen.rows) == (taken, (2, 4))
    assert isinstance(chosen, Choice)
    assert chosen.difference == "model BOAT / FIRE BOAT"


def standing(number: str, **values: object) -> dict[str, Unit]:
    unit = Unit(number=number, number_key=unit_key(number), **values)
    return {unit.number_key: unit}


def planned(units: dict[str, Unit], **texts: str) -> tuple[int, list[dict[str, object]], int]:
    todo = plan(together(listed(2, "0470", **texts)).rows, units)
    return len(todo.new), [item.values for item in todo.changed], todo.unchanged


def test_a_new_number_is_a_new_unit() -> None:
    assert planned(standing("470"), make="A") == (1, [], 0)


def test_only_what_differs_is_changed() -> None:
    units = standing("#0470", make="A", year=2014)
    assert planned(units, make="A", year="2015") == (0, [{"year": 2015}], 0)


def test_an_empty_cell_wipes_out_nothing() -> None:
    assert planned(standing("0470", make="A", year=2014), make="", year="") == (0, [], 1)


def test_a_merged_unit_is_left_alone() -> None:
    todo = plan(together(listed(2, "0470", make="B")).rows, standing("0470", merged_into_id=3))
    assert (todo.merged, todo.is_empty) == (["0470"], True)
