"""A list like a city's: leading zeros, blanks, repeated and conflicting rows."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEntry
from apps.repairs.models import Unit
from core.models import Customer
from rs_systems.management.commands import import_customers

pytestmark = pytest.mark.django_db
NAME = "City of Example"
COLUMNS = "number=EquipID,plate=License#,year=Year,make=Make,model=Model"
HEADING = "EquipID,License#,Year,Make,Model,Dept"
GOOD = ["00470,,2015,FORD,F150,SPD", "W0497,B1,1997,WORK,BOAT,SPD", "8,C1,2000,A,,DPR"]


def run(path: Path, *rows: str, **options: object) -> str:
    path.write_text("\n".join([HEADING, *rows]), encoding="utf-8-sig")
    out = StringIO()
    arguments = {"customer": NAME, "map": COLUMNS, "stdout": out, "stderr": out} | options
    try:
        call_command("import_customers", path, **arguments)
    except CommandError as error:
        out.write(f"REFUSED {error}")
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fleet.csv"


def test_the_first_run_only_shows(file: Path) -> None:
    told = run(file, *GOOD)
    assert f"Customer: {NAME} (new)" in told
    assert "Units: 3 new, 0 changed, 0 as listed already." in told
    assert "dry run: nothing was written" in told
    assert (Customer.objects.count(), Unit.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_commit_writes_and_again_says_that_nothing_changed(file: Path) -> None:
    assert "Made 3 ..." in run(file, *GOOD, commit=True)
    assert list(Unit.objects.values_list("number", flat=True)) == ["00470", "8", "W0497"]
    told = run(file, *GOOD, commit=True)
    assert "0 new, 0 changed, 3 as listed already" in told
    assert "nothing was changed" in told


def test_next_years_list_shows_what_changes(file: Path) -> None:
    run(file, *GOOD, commit=True)
    told = run(file, "470,X,2015,FORD,F150,", "00470,X,2016,FORD,F150,SPD", commit=True)
    assert "1 new, 1 changed" in told
    assert "Unit 00470: plate X, year 2016" in told


def test_faults_are_told_and_written_and_nothing_is_imported(file: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    rows = (*GOOD, "=1+1,,15,A,B,", "a\0b,,2015,A,B,", "5,,2015,A,B,C,D", f"{'9' * 51},,,,,")
    told = run(file, *rows, commit=True, errors=errors)
    assert f"REFUSED 4 rows cannot be imported; nothing was written. All are in {errors}." in told
    assert Unit.objects.count() == 0
    with errors.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines)) == [
            ["row", "number", "reason"],
            ["5", "'=1+1", "The year is not between 1900 and 2100."],
            ["6", "a\\x00b", "Write a unit number of 1 to 50 printable characters."],
            ["7", "5", "It has more cells than the heading: is a comma not quoted?"],
            ["8", "9" * 51, "Write a unit number of 1 to 50 printable characters."],
        ]


CONFLICT = ("W0497,B1,1997,WORK,FIRE BOAT,SPD", GOOD[0])


def test_conflicting_rows_are_refused_unless_one_is_chosen(file: Path) -> None:
    told = run(file, *GOOD, *CONFLICT, commit=True)
    assert "Row 3, unit W0497: The same unit stands in row 5 with other data: model BOAT" in told
    assert "2 rows cannot be imported" in told
    assert "Use --errors FILE" in told
    assert Unit.objects.count() == 0


@pytest.mark.parametrize(
    ("choice", "model", "row"), [("first", "BOAT", 3), ("last", "FIRE BOAT", 5)]
)
def test_the_row_that_won_is_told(file: Path, choice: str, model: str, row: int) -> None:
    told = run(file, *GOOD, *CONFLICT, commit=True, on_conflict=choice)
    assert f"Unit W0497: rows 3, 5 differ (model BOAT / FIRE BOAT); row {row} was taken." in told
    assert "1 rows only repeat another one: 6" in told
    assert Unit.objects.get(number="W0497").model == model


def test_progress_is_shown_while_reading(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_customers, "PROGRESS_EVERY", 2)
    assert "Read 2 ..." in run(file, *GOOD)


def test_a_merged_unit_is_told(file: Path) -> None:
    run(file, *GOOD, commit=True)
    Unit.objects.filter(number="8").update(merged_into=Unit.objects.get(number="00470"))
    assert "Left alone, merged into other units before: 8" in run(file, *GOOD, commit=True)


def test_a_wrong_column_and_an_impossible_name_are_sentences(file: Path, tmp_path: Path) -> None:
    assert "REFUSED The file has no column “Unit”" in run(file, *GOOD, map="number=Unit")
    assert "REFUSED Please correct what is marked." in run(file, *GOOD, customer="", commit=True)
    told = run(file, *GOOD, errors=tmp_path / "none" / "x.csv")
    assert "cannot be written: " in told


def test_columns_are_guessed_and_told(file: Path) -> None:
    told = run(file, *GOOD, map="", commit=True)
    assert "CSV with commas, UTF-8: " in told
    assert "number from “EquipID”" in told
    assert Unit.objects.get(number="00470").plate == ""


def test_a_list_without_numbers_is_a_sentence(file: Path) -> None:
    file.write_text("Colour,Depot\nred,North\nred,South\n")
    out = StringIO()
    with pytest.raises(CommandError, match="say --map number=NAME"):
        call_command("import_customers", file, customer=NAME, stdout=out)


def test_one_row_is_chosen_for_a_unit(file: Path) -> None:
    run(file, *GOOD, *CONFLICT, choose=["w0497=5"], commit=True)
    assert Unit.objects.get(number="W0497").model == "FIRE BOAT"
    assert "REFUSED “x” is no pair like 4127=12" in run(file, *GOOD, choose=["x"])


def test_the_good_rows_only(file: Path) -> None:
    told = run(file, *GOOD, "5,,15,A,B,", good_rows_only=True, commit=True)
    assert "1 rows cannot be imported; the others are. Use --errors FILE" in told
    assert Unit.objects.count() == 3


def test_rows_that_are_no_road_vehicles_are_told_one_by_one(file: Path) -> None:
    told = run(file, *GOOD)
    assert "1 rows seem to be no road vehicles, imported all the same:" in told
    assert "  Row 3, unit W0497: boat (BOAT)" in told
    told = run(file, *GOOD, road_vehicles_only=True, commit=True)
    assert "1 rows seem to be no road vehicles, left out:" in told
    assert Unit.objects.count() == 2


def test_what_is_gone_and_what_is_withdrawn_is_told(file: Path) -> None:
    run(file, *GOOD, commit=True)
    Unit.objects.filter(number="00470").update(is_active=False)
    told = run(file, GOOD[0], commit=True)
    assert "Listed, but withdrawn here; they stay so: 00470" in told
    assert "Not in the list any more; they stay in use: 8, W0497" in told
    assert Unit.objects.in_use().count() == 2
