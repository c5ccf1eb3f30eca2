"""``import_customers``: a fleet's vehicle list becomes the units of a company."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.people.queries import confirmed_company
from apps.queue_management.use_cases.imports import import_fleet, plan_import
from apps.repairs.fleet_file import ListedRow, parse_columns, read_list
from apps.repairs.fleet_import import FleetList, ImportPlan, OnConflict, RowFault, gather
from core.errors import DomainError
from core.models import User

PROGRESS_EVERY = 5000
SHOWN = 10
# A spreadsheet would run what begins with these.
FORMULA_STARTS = ("=", "+", "-", "@")


class Command(BaseCommand):
    """Shows what a list would do; with ``--commit`` does it, all of it or nothing."""

    help = "Import a fleet's vehicle list (CSV, UTF-8). Without --commit nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the company, the columns and what to do with what."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--customer", required=True, help="the company's name")
        parser.add_argument(
            "--map",
            required=True,
            help="field=COLUMN, ...: number (needed), vin, year, make, model, plate",
        )
        parser.add_argument("--commit", action="store_true", help="write it")
        parser.add_argument("--errors", type=Path, help="write row, number, reason here (CSV)")
        parser.add_argument(
            "--on-conflict",
            choices=list(OnConflict),
            default=OnConflict.REFUSE,
            help="rows of one unit with other data: refuse them, or take the first or the last",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, show, and write when told to."""
        try:
            fleet = self._read(options["file"], options["map"], options["on_conflict"])
            self._tell_list(fleet)
            if options["errors"]:
                write_faults(options["errors"], fleet.faults)
            if fleet.faults:
                raise CommandError(self._tell_faults(fleet.faults, options["errors"]))
            self._import(options["customer"], fleet, commit=options["commit"])
        except DomainError as error:
            raise CommandError(sentence(error)) from error
        except OSError as error:
            raise CommandError(f"{options['errors']} cannot be written: {error}") from error

    def _read(self, path: Path, columns: str, on_conflict: str) -> FleetList:
        listed = self._counted(read_list(path, parse_columns(columns)))
        return gather(listed, OnConflict(on_conflict))

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
        for choice in fleet.choices:
            rows = ", ".join(map(str, choice.rows))
            self.stdout.write(
                f"Unit {choice.number}: rows {rows} differ ({choice.difference}); "
                f"row {choice.taken} was taken."
            )

    def _tell_faults(self, faults: list[RowFault], path: Path | None) -> str:
        for fault in faults[:SHOWN]:
            self.stderr.write(f"Row {fault.row}, unit {printable(fault.number)}: {fault.reason}")
        where = f"All are in {path}." if path else "Use --errors FILE to get all of them."
        return f"{len(faults):,} rows cannot be imported; nothing was written. {where}"

    def _import(self, name: str, fleet: FleetList, *, commit: bool) -> None:
        is_new = confirmed_company(name) is None
        actor = User.objects.system()
        if commit:
            done = import_fleet(
                actor=actor, customer_name=name, fleet=fleet, progress=self._progress
            )
        else:
            done = plan_import(actor=actor, customer_name=name, fleet=fleet)
        self._tell_plan(name, done, is_new=is_new)
        if not commit:
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
        if todo.merged:
            numbers = ", ".join(todo.merged)
            self.stdout.write(f"Left alone, merged into other units before: {numbers}")


def sentence(error: DomainError) -> str:
    """The error with what it says of single fields."""
    return " ".join([error.detail, *(text for texts in error.errors.values() for text in texts)])


def write_faults(path: Path, faults: Iterable[RowFault]) -> None:
    """Write the faults as CSV: row, number, reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "number", "reason"])
        writer.writerows([fault.row, printable(fault.number), fault.reason] for fault in faults)


def printable(number: str) -> str:
    """A faulty number as a line or a cell can show it."""
    shown = number[:60].encode("unicode_escape").decode() if not number.isprintable() else number
    return f"'{shown[:60]}" if shown.startswith(FORMULA_STARTS) else shown[:60]
