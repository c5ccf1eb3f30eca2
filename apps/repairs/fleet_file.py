"""Reads a fleet's vehicle list, CSV or spreadsheet, whoever wrote it: a table of texts.

CSV may be parted by commas, semicolons, tabs or bars, in UTF-8 with or without a byte order mark,
UTF-16 or Windows text. Nothing is taken for a number, a date or a formula.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.repairs.fleet_sheet import count_rows, is_spreadsheet, read_spreadsheet
from core.errors import Invalid
from core.keys import fold_key

FIELDS = ("number", "vin", "year", "make", "model", "plate", "kind")
LARGEST_FILE = 20 * 1024 * 1024
MAXIMUM_ROWS = 50_000
MAXIMUM_COLUMNS = 200
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE_ROWS = 50
_HEADING_WITHIN = 10
_PEEK = 200
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Columns = Mapping[str, str]
Places = Mapping[str, int]
Numbered = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """A list as it stands in the file.

    Attributes:
        heading: The columns' names; some may be empty or alike.
        rows: Number and cells of each row; rows count as a spreadsheet does, the first is 1.
        form: How it was read, in words.
    """

    heading: tuple[str, ...]
    rows: Iterable[Numbered]
    form: str


@dataclass(frozen=True)
class ListedRow:
    """One row as it stands in the file: trimmed texts by field, and what is wrong with its shape.

    ``row`` counts as a spreadsheet does: the heading is row 1 where nothing stands above it.
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


def read_path(path: Path) -> Table:
    """The table in a file on this machine.

    Raises:
        Invalid: As ``read_table``; the file cannot be read or is too large.
    """
    try:
        with path.open("rb") as file:
            return read_table(file.read(LARGEST_FILE + 1))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def read_table(content: bytes) -> Table:
    """The table that a file holds; its rows are read on as they are asked for.

    Raises:
        Invalid: It is too large, empty, or no list; also while its rows are read on.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(f"The file is larger than {LARGEST_FILE // 1024**2} MB; split it.")
    if content.startswith(_OLD_EXCEL):
        raise Invalid("This is a file of an old Excel; save it as .xlsx or “CSV UTF-8”.")
    if is_spreadsheet(content):
        return _table(read_spreadsheet(content, MAXIMUM_COLUMNS), "Spreadsheet")
    text, encoding = _decoded(content)
    delimiter, text = _delimiter(text)
    records = enumerate(_records(text, delimiter), start=1)
    return _table(records, f"CSV with {DELIMITERS[delimiter]}, {encoding}")


def seeming_rows(content: bytes) -> int:
    """How many rows a file seems to have, counted without reading it.

    Raises:
        Invalid: It is a broken spreadsheet.
    """
    return count_rows(content) if is_spreadsheet(content) else content.count(b"\n")


def places_of(heading: Sequence[str], columns: Columns) -> dict[str, int]:
    """Where each field stands; names are compared ignoring case and blanks around.

    Raises:
        Invalid: A column is missing, or there are two of that name.
    """
    keys = [fold_key(name) for name in heading]
    places = {}
    for field, column in columns.items():
        found = [place for place, key in enumerate(keys) if key == fold_key(column)]
        if len(found) != 1:
            wrong = "has no column" if not found else "has more than one column"
            raise Invalid(f"The file {wrong} “{column}”. Its columns are: {_told(heading)}.")
        places[field] = found[0]
    return places


def listed_rows(table: Table, places: Places) -> Iterator[ListedRow]:
    """The table's rows by field; empty ones are left out."""
    return (_listed(row, cells, places, len(table.heading)) for row, cells in table.rows)


def _table(records: Iterator[Numbered], form: str) -> Table:
    """Cut off what stands above the heading: the first row as wide as those that follow."""
    filled = (numbered for numbered in records if any(map(str.strip, numbered[1])))
    first = list(itertools.islice(filled, _HEADING_WITHIN))
    if not first:
        raise Invalid("The file is empty.")
    widths = [sum(bool(cell.strip()) for cell in cells) for _, cells in first]
    at = next(place for place, width in enumerate(widths) if 2 * width >= max(widths))
    heading = tuple(" ".join(cell.split()) for cell in first[at][1])
    if len(heading) > MAXIMUM_COLUMNS:
        raise Invalid(f"The list has more than {MAXIMUM_COLUMNS} columns.")
    return Table(heading, _bounded(itertools.chain(first[at + 1 :], filled)), form)


def _bounded(records: Iterable[Numbered]) -> Iterator[Numbered]:
    for count, numbered in enumerate(records, start=1):
        if count > MAXIMUM_ROWS:
            raise Invalid(f"The file has more than {MAXIMUM_ROWS:,} rows; split it.")
        yield numbered


def _listed(row: int, cells: Sequence[str], places: Places, width: int) -> ListedRow:
    texts = {
        field: cells[place].strip() if place < len(cells) else "" for field, place in places.items()
    }
    is_too_long = any(cell.strip() for cell in cells[width:])
    fault = "It has more cells than the heading: is a comma not quoted?" if is_too_long else ""
    return ListedRow(row, texts, fault)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and how it was written: by its mark, else UTF-8, else as Windows writes."""
    mark = next((mark for mark in MARKS if content.startswith(mark)), None)
    encodings = [MARKS[mark]] if mark else ["utf-8", "cp1252"]
    if mark is None and content[:_PEEK].count(0) > len(content[:_PEEK]) / 3:
        # A letter and a zero, or a zero and a letter: UTF-16 without a mark.
        encodings = ["utf-16-le" if content[1] == 0 else "utf-16-be"]
    for encoding in encodings:
        try:
            return content.decode(encoding), _ENCODING_NAMES[encoding]
        except UnicodeDecodeError:
            continue
    raise Invalid("The file is neither UTF-8 nor Windows text; save it as “CSV UTF-8”.")


_ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows text",
}


def _delimiter(text: str) -> tuple[str, str]:
    """What parts the cells, and the text without Excel's line ``sep=;``, if it has one."""
    first, _, rest = text.partition("\n")
    said = first.strip().removeprefix("sep=")
    if first.startswith("sep=") and said in DELIMITERS:
        return said, rest
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter)), text


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How many cells the rows have, and how alike they are in it; more is better."""
    try:
        rows = list(itertools.islice(_records(text, delimiter), _SAMPLE_ROWS))
    except Invalid:
        return 0, 0
    widths = [len(row) for row in rows if any(map(str.strip, row))]
    width = max(set(widths), key=widths.count, default=1)
    alike = widths.count(width) / len(widths) if widths else 0
    return (alike if width > 1 else 0), width


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Invalid(f"This is no CSV file: {error}.") from error


def _told(heading: Iterable[str]) -> str:
    return ", ".join(name.strip()[:40] or "(no name)" for name in heading)[:500]
