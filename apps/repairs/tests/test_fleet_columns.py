import pytest

from apps.repairs.fleet_columns import guess_columns, guess_places
from apps.repairs.fleet_file import read_table

VIN = "1M8GDM9AXKP042788"


def guess(heading: str, *rows: str) -> dict[str, str]:
    names = heading.split(",")
    found = guess_columns(names, [row.split(",") for row in rows])
    return {field: names[place] for field, place in found.items()}


def test_a_citys_columns_are_found_by_name() -> None:
    heading = "EquipID,License#,Year,Make,Model,Description,Dept,Estimated Replacement Year"
    rows = ["00470,31603D,2000,FORD,F450,PICKUP,SPD,2016", "E12,,2001,GMC,SONOMA,PICKUP,SCL,2011"]
    assert guess(heading, *rows) == {
        "number": "EquipID",
        "plate": "License#",
        "year": "Year",
        "make": "Make",
        "model": "Model",
        "kind": "Description",
    }


@pytest.mark.parametrize(
    "heading",
    ["Unit #", "UNIT NO.", "unit_no", "Truck Number", "Fleet-No", "Asset ID", "Bus number"],
)
def test_a_units_number_has_many_names(heading: str) -> None:
    assert guess(f"Depot,{heading}", "North,1", "North,2")["number"] == heading


def test_a_vin_is_found_by_what_stands_in_the_column() -> None:
    assert guess("Unit,Code", f"1,{VIN}", f"2,{VIN[:-1]}9")["vin"] == "Code"


def test_a_column_called_vin_without_vins_is_none() -> None:
    assert "vin" not in guess("Unit,Serial", "1,x", "2,y")


def test_vins_are_the_numbers_of_a_list_without_numbers() -> None:
    found = guess("Owner,VIN", f"A,{VIN}", f"B,{VIN[:-1]}9")
    assert (found["number"], found["vin"]) == ("VIN", "VIN")


def test_a_manufacturer_of_no_known_make_is_none() -> None:
    rows = [f"{number},SOME ROBOTS LLC" for number in range(5)]
    assert "make" not in guess("Unit,Manufacturer", *rows)


def test_a_year_is_found_without_a_name_but_not_among_other_names() -> None:
    assert guess("Unit,", "1,2015", "2,2016")["year"] == ""
    assert "year" not in guess("Unit,Points", "1,2015", "2,2016")


def test_a_number_repeated_on_most_rows_gives_way() -> None:
    rows = [f"7,{number}" for number in range(10)]
    assert guess("Unit,Truck", *rows)["number"] == "Truck"


def test_an_empty_column_is_known_by_its_name_alone() -> None:
    assert guess("Unit,Plate", "1,", "2,") == {"number": "Unit", "plate": "Plate"}


def test_looking_at_the_first_rows_loses_none() -> None:
    table, places = guess_places(read_table(b"Unit,Plate\n1,A1\n2,B2\n"))
    assert places == {"number": 0, "plate": 1}
    assert list(table.rows) == [(2, ["1", "A1"]), (3, ["2", "B2"])]
