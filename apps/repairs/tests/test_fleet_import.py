import pytest

from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_import import (
    CheckedRow,
    Decisions,
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


def together(
    *rows: ListedRow,
    on_conflict: OnConflict = OnConflict.REFUSE,
    chosen: dict[str, int] | None = None,
) -> FleetList:
    return gather(rows, Decisions(on_conflict=on_conflict, chosen=chosen or {}))


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
        "The VIN is longer than 17 characters. "
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


@pytest.mark.parametrize(("rule", "taken"), [(OnConflict.FIRST, 2), (OnConflict.LAST, 4)])
def test_a_rule_takes_one_of_them(rule: OnConflict, taken: int) -> None:
    result = together(*TWO_SAY_OTHER_THINGS, on_conflict=rule)
    (difference,) = result.differences
    assert [row.row for row in result.rows] == [taken, 3]
    assert (difference.taken, [row.row for row in difference.rows]) == (taken, [2, 4])
    assert difference.told == "model BOAT / FIRE BOAT"


def test_the_row_that_was_chosen_wins_over_the_rule() -> None:
    result = together(*TWO_SAY_OTHER_THINGS, on_conflict=OnConflict.FIRST, chosen={"0470": 4})
    assert [row.row for row in result.rows] == [4, 3]


def test_choosing_a_row_of_another_unit_chooses_nothing() -> None:
    result = together(*TWO_SAY_OTHER_THINGS, chosen={"0470": 3})
    assert len(result.faults) == 2


def test_a_number_that_a_spreadsheet_shortened_is_a_fault() -> None:
    assert "has shortened this number" in faults("1.23457E+11")


TRAILER = listed(2, "T1", kind="TRAILER - TILT DECK")
TRUCK = listed(3, "1", kind="TRUCK W/ TRAILER", vin="1M8GDM9AXKP042788")


def test_a_trailer_is_told_and_imported_all_the_same() -> None:
    result = together(TRAILER, TRUCK)
    assert result.others == [RowFault(2, "T1", "trailer (TRAILER - TILT DECK)")]
    assert [row.number for row in result.rows] == ["T1", "1"]
    assert "kind" not in result.rows[0].values


@pytest.mark.parametrize(
    "decisions", [Decisions(leave_others_out=True), Decisions(left_out=frozenset({2}))]
)
def test_it_is_left_out_where_told_so_but_counts_as_listed(decisions: Decisions) -> None:
    result = gather([TRAILER, TRUCK], decisions)
    assert [row.number for row in result.rows] == ["1"]
    assert (result.left_out, result.keys, len(result.others)) == ([2], {"t1", "1"}, 1)


def test_an_odd_vin_is_told_and_taken() -> None:
    result = together(listed(2, "1", vin="~6725"))
    assert result.warnings == [RowFault(2, "1", "The VIN ~6725 has 5 characters instead of 17.")]
    assert result.rows[0].values == {"vin": "~6725"}


def test_a_vin_fills_where_the_row_is_silent() -> None:
    row = check_row(listed(2, "1", vin="1M8GDM9AXKP042788", make="MCI", year=""))
    assert isinstance(row, CheckedRow)
    assert row.values["make"] == "MCI"
    assert row.decoded == {"model": "102C3 Intercity", "year": 1989}


def standing(number: str, **values: object) -> dict[str, Unit]:
    unit = Unit(number=number, number_key=unit_key(number), **values)
    return {unit.number_key: unit}


def planned(units: dict[str, Unit], **texts: str) -> tuple[int, list[dict[str, object]], int]:
    todo = plan(together(listed(2, "0470", **texts)), units)
    return len(todo.new), [item.values for item in todo.changed], todo.unchanged


def test_a_new_number_is_a_new_unit() -> None:
    assert planned(standing("470"), make="A") == (1, [], 0)


def test_only_what_differs_is_changed() -> None:
    units = standing("#0470", make="A", year=2014)
    assert planned(units, make="A", year="2015") == (0, [{"year": 2015}], 0)


def test_an_empty_cell_wipes_out_nothing() -> None:
    assert planned(standing("0470", make="A", year=2014), make="", year="") == (0, [], 1)


def test_a_merged_unit_is_left_alone() -> None:
    units = standing("0470", merged_into_id=3, is_active=False)
    todo = plan(together(listed(2, "0470", make="B")), units)
    assert (todo.merged, todo.is_empty, todo.withdrawn) == (["0470"], True, [])


VIN = "1M8GDM9AXKP042788"


def test_a_vin_fills_what_the_unit_does_not_say_and_overwrites_nothing() -> None:
    units = standing("0470", make="Our coach", vin=VIN)
    assert planned(units, vin=VIN) == (0, [{"model": "102C3 Intercity", "year": 1989}], 0)
    units = standing("0470", make="Our coach", model="Old", year=1990, vin=VIN)
    assert planned(units, vin=VIN) == (0, [], 1)


def test_a_withdrawn_unit_is_told_and_stays_withdrawn() -> None:
    todo = plan(together(listed(2, "0470", make="B")), standing("0470", is_active=False))
    assert (todo.withdrawn, [item.values for item in todo.changed]) == (["0470"], [{"make": "B"}])


def test_units_in_use_that_the_list_names_no_more_are_told() -> None:
    fleet = together(listed(2, "0470"), listed(3, "8", year="1"))
    units = (
        standing("0470")
        | standing("8")
        | standing("77")
        | standing("78", is_active=False)
        | standing("79", is_active=False, merged_into_id=1)
    )
    assert [unit.number for unit in plan(fleet, units).gone] == ["77"]
