"""``import_customers``: a fleet's vehicle list becomes the units of a company."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.people.queries import confirmed_company
from apps.queue_management.use_cases.imports import import_fleet, plan_import
from apps.repairs.fleet_columns import guess_places
from apps.repairs.fleet_file import (
    ListedRow,
    Table,
    listed_rows,
    parse_columns,
    places_of,
    read_path,
)
from apps.repairs.fleet_import import (
    Decisions,
    FleetList,
    ImportPlan,
    OnConflict,
    RowFault,
    gather,
)
from apps.repairs.fleet_words import faults_as_csv, printable
from core.errors import DomainError, Invalid
from core.keys import unit_key
from core.models import User

PROGRESS_EVERY = 5000
SHOWN = 10


class Command(BaseCommand):
    """Shows what a list would do; with ``--commit`` does it, all of it or nothing."""

    help = (
        "Import a fleet's vehicle list: CSV (commas, semicolons or tabs; UTF-8 or Windows text) "
        "or XLSX. Without --commit nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the company, the columns and what to do with what."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--customer", required=True, help="the company's name")
        parser.add_argument(
            "--map",
            default="",
            help="field=COLUMN, ...: number (needed), vin, year, make, model, plate, kind; "
            "guessed where it is not given",
        )
        parser.add_argument("--commit", action="store_true", help="write it")
        parser.add_argument("--errors", type=Path, help="write row, number, reason here (CSV)")
        parser.add_argument(
            "--on-conflict",
            choices=list(OnConflict),
            default=OnConflict.REFUSE,
            help="rows of one unit with other data: refuse them, or take the first or the last",
        )
        parser.add_argument(
            "--choose",
            action="append",
            default=[],
            metavar="NUMBER=ROW",
            help="take this row of that unit; may be given often",
        )
        parser.add_argument(
            "--good-rows-only", action="store_true", help="leave out rows that are refused"
        )
        parser.add_argument(
            "--road-vehicles-only",
            action="store_true",
            help="leave out rows that seem to be trailers, boats or machines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, show, and write when told to."""
        try:
            fleet = self._read(options)
            self._tell_list(fleet)
            if options["errors"]:
                options["errors"].write_text(faults_as_csv(fleet.faults), encoding="utf-8")
            if fleet.faults:
                told = self._tell_faults(fleet.faults, options["errors"])
                if not options["good_rows_only"]:
                    raise CommandError(f"{told[0]}; nothing was written. {told[1]}")
                self.stdout.write(f"{told[0]}; the others are. {told[1]}")
            self._import(options, fleet)
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        except OSError as error:
            raise CommandError(f"{options['errors']} cannot be written: {error}") from error

    def _read(self, options: Mapping[str, Any]) -> FleetList:
        table = read_path(options["file"])
        if options["map"]:
            places = places_of(table.heading, parse_columns(options["map"]))
        else:
            table, places = guessed(table)
        told = ", ".join(f"{field} from “{table.heading[at]}”" for field, at in places.items())
        self.stdout.write(f"{table.form}: {told}")
        decisions = Decisions(
            on_conflict=OnConflict(options["on_conflict"]),
            chosen=parse_choices(options["choose"]),
            leave_others_out=options["road_vehicles_only"],
        )
        return gather(self._counted(listed_rows(table, places)), decisions)

    def _counted(self, rows: Iterable[ListedRow]) -> Iterator[ListedRow]:
        for number, row in enumerate(rows, start=1):
            if number % PROGRESS_EVERY == 0:
                self._progress("Read", number)
            yield row

    def _progress(self, verb: str, number: int) -> None:
        self.stdout.write(f"{verb} {number:,} ...")
        self.stdout.flush()

    def _tell_list(self, fleet: FleetList) -> None:
        self.stdout.write(f"{fleet.row_count:,} rows, {len(fleet.rows):,} good units.")
        if fleet.repeated:
            rows = ", ".join(map(str, fleet.repeated))
            self.stdout.write(f"{len(fleet.repeated):,} rows only repeat another one: {rows}")
        for difference in fleet.differences:
            if difference.taken is not None:
                rows = ", ".join(str(row.row) for row in difference.rows)
                self.stdout.write(
                    f"Unit {difference.number}: rows {rows} differ ({difference.told}); "
                    f"row {difference.taken} was taken."
                )
        self._tell_rows("odd VINs, imported all the same", fleet.warnings)
        what = "left out" if fleet.left_out else "imported all the same"
        self._tell_rows(f"rows seem to be no road vehicles, {what}", fleet.others)

    def _tell_rows(self, what: str, rows: list[RowFault]) -> None:
        if rows:
            self.stdout.write(f"{len(rows):,} {what}:")
        for row in rows:
            self.stdout.write(f"  Row {row.row}, unit {printable(row.number)}: {row.reason}")

    def _tell_faults(self, faults: list[RowFault], path: Path | None) -> tuple[str, str]:
        for fault in faults[:SHOWN]:
            self.stderr.write(f"Row {fault.row}, unit {printable(fault.number)}: {fault.reason}")
        where = f"All are in {path}." if path else "Use --errors FILE to get all of them."
        return f"{len(faults):,} rows cannot be imported", where

    def _import(self, options: Mapping[str, Any], fleet: FleetList) -> None:
        name = options["customer"]
        is_new = confirmed_company(name) is None
        actor = User.objects.system()
        if options["commit"]:
            done = import_fleet(
                actor=actor,
                customer_name=name,
                fleet=fleet,
                progress=self._progress,
                good_rows_only=options["good_rows_only"],
            )
        else:
            done = plan_import(actor=actor, customer_name=name, fleet=fleet)
        self._tell_plan(name, done, is_new=is_new)
        if not options["commit"]:
            self.stdout.write("This was a dry run: nothing was written. Add --commit to do it.")
        elif done.is_empty:
            self.stdout.write("Everything stands as listed already; nothing was changed.")

    def _tell_plan(self, name: str, todo: ImportPlan, *, is_new: bool) -> None:
        self.stdout.write(f"Customer: {name}{' (new)' if is_new else ''}")
        self.stdout.write(
            f"Units: {len(todo.new):,} new, {len(todo.changed):,} changed, "
            f"{todo.unchanged:,} as listed already."
        )
        for item in itertools.islice(todo.changed, SHOWN):
            told = ", ".join(f"{name} {value}" for name, value in item.values.items())
            self.stdout.write(f"  Unit {item.unit.number}: {told}")
        self._tell_numbers("Left alone, merged into other units before", todo.merged)
        self._tell_numbers("Listed, but withdrawn here; they stay so", todo.withdrawn)
        gone = [unit.number for unit in todo.gone]
        self._tell_numbers("Not in the list any more; they stay in use", gone)

    def _tell_numbers(self, what: str, numbers: list[str]) -> None:
        if numbers:
            self.stdout.write(f"{what}: {', '.join(numbers)}")


def guessed(table: Table) -> tuple[Table, dict[str, int]]:
    """The table with the columns that its names and first rows suggest.

    Raises:
        Invalid: None of them seems to hold the unit's number.
    """
    table, places = guess_places(table)
    if "number" not in places:
        raise Invalid("No column seems to hold the unit's number: say --map number=NAME.")
    return table, places


def parse_choices(pairs: Iterable[str]) -> dict[str, int]:
    """The row to take by the unit's key, out of ``NUMBER=ROW``.

    Raises:
        Invalid: A pair is none.
    """
    chosen = {}
    for pair in pairs:
        number, _, row = pair.rpartition("=")
        if not number or not (row.isascii() and row.isdecimal()):
            raise Invalid(f"“{pair}” is no pair like 4127=12.")
        chosen[unit_key(number)] = int(row)
    return chosen


def sentence(error: DomainError) -> str:
    """The error with what it says of single fields."""
    return " ".join([error.detail, *(text for texts in error.errors.values() for text in texts)])
