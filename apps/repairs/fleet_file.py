"""Reads a fleet's vehicle list from CSV: which column is which field, then row by row."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid
from core.keys import fold_key

FIELDS = ("number", "vin", "year", "make", "model", "plate")
MAXIMUM_ROWS = 100_000
HEADING_ROW = 1

Columns = Mapping[str, str]


@dataclass(frozen=True)
class ListedRow:
    """One row as it stands in the file: trimmed texts by field, and what is wrong with its shape.

    ``row`` counts as a spreadsheet does: the heading is row 1.
    """

    row: int
    texts: Mapping[str, str]
    fault: str = ""


def parse_columns(text: str) -> dict[str, str]:
    """Which column each field comes from, out of ``number=EquipID,plate=License#``.

    A pair whose column has a comma stands in quotes, as in CSV: ``"number=Unit, fleet"``.

    Raises:
        Invalid: A field is unknown or repeated, or ``number`` is missing.
    """
    columns: dict[str, str] = {}
    for pair in next(csv.reader([text]), []):
        field, _, column = (part.strip() for part in pair.partition("="))
        if field not in FIELDS or not column:
            raise Invalid(f"“{pair}” is no pair like number=EquipID; fields: {', '.join(FIELDS)}.")
        if field in columns:
            raise Invalid(f"The field {field} is named twice.")
        columns[field] = column
    if "number" not in columns:
        raise Invalid("Say which column holds the unit's number: number=NAME.")
    return columns


def read_list(path: Path, columns: Columns) -> Iterator[ListedRow]:
    """The rows of a CSV file in UTF-8, with or without a byte order mark; empty ones left out.

    Raises:
        Invalid: The file cannot be read as such, or lacks a column, or has too many rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(csv.reader(file), columns)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text; save it as “CSV UTF-8”.") from error
    except csv.Error as error:
        raise Invalid(f"{path} is no CSV file: {error}.") from error


def _rows(records: Iterator[list[str]], columns: Columns) -> Iterator[ListedRow]:
    heading = next(records, None)
    if heading is None:
        raise Invalid("The file is empty.")
    places = _places(heading, columns)
    for row, cells in enumerate(records, start=HEADING_ROW + 1):
        if row > MAXIMUM_ROWS + HEADING_ROW:
            raise Invalid(f"The file has more than {MAXIMUM_ROWS:,} rows; split it.")
        if any(cell.strip() for cell in cells):
            yield _listed(row, cells, places, len(heading))


def _listed(row: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> ListedRow:
    texts = {
        field: cells[place].strip() if place < len(cells) else "" for field, place in places.items()
    }
    is_too_long = any(cell.strip() for cell in cells[width:])
    fault = "It has more cells than the heading: is a comma not quoted?" if is_too_long else ""
    return ListedRow(row, texts, fault)


def _places(heading: Sequence[str], columns: Columns) -> dict[str, int]:
    """Where each field stands; names are compared ignoring case and blanks around."""
    keys = [fold_key(name) for name in heading]
    places = {}
    for field, column in columns.items():
        found = [place for place, key in enumerate(keys) if key == fold_key(column)]
        if len(found) != 1:
            wrong = "has no column" if not found else "has more than one column"
            raise Invalid(f"The file {wrong} “{column}”. Its columns are: {_told(heading)}.")
        places[field] = found[0]
    return places


def _told(heading: Iterable[str]) -> str:
    return ", ".join(name.strip()[:40] or "(no name)" for name in heading)[:500]
