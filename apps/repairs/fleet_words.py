"""What is told of a list's rows, as lines and as a file to mend the list by."""

import csv
import io
from collections.abc import Iterable, Iterator

from apps.repairs.fleet_import import OnConflict, RowFault
from core.csv_files import FORMULA

RULES = (
    (OnConflict.REFUSE, "Import none of them"),
    (OnConflict.FIRST, "Take the first row"),
    (OnConflict.LAST, "Take the last row"),
)
FAULT_COLUMNS = ("row", "number", "reason")


def fault_rows(faults: Iterable[RowFault]) -> Iterator[tuple[int, str, str]]:
    """The faults as lines of a file to mend the list by, under ``FAULT_COLUMNS``."""
    return ((fault.row, printable(fault.number), fault.reason) for fault in faults)


def faults_as_csv(faults: Iterable[RowFault]) -> str:
    """The same as the text of a CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([FAULT_COLUMNS, *fault_rows(faults)])
    return file.getvalue()


def printable(number: str) -> str:
    """A faulty number as a line or a cell can show it."""
    text = shown(number, 60)
    return f"'{text}" if text.startswith(FORMULA) else text


def shown(text: str, length: int) -> str:
    """A text of a list as a page and a database take it: cut, what cannot be printed escaped."""
    text = text[:length]
    return text if text.isprintable() else text.encode("unicode_escape").decode()[:length]
