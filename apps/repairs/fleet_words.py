"""What is told of a list's rows, as lines and as a file to mend the list by."""

import csv
import io
from collections.abc import Iterable

from apps.repairs.fleet_import import OnConflict, RowFault

RULES = (
    (OnConflict.REFUSE, "Import none of them"),
    (OnConflict.FIRST, "Take the first row"),
    (OnConflict.LAST, "Take the last row"),
)
# A spreadsheet would run what begins with these.
FORMULA_STARTS = ("=", "+", "-", "@")


def faults_as_csv(faults: Iterable[RowFault]) -> str:
    """The faults as CSV: row, number, reason."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["row", "number", "reason"])
    writer.writerows([fault.row, printable(fault.number), fault.reason] for fault in faults)
    return file.getvalue()


def printable(number: str) -> str:
    """A faulty number as a line or a cell can show it."""
    shown = number[:60].encode("unicode_escape").decode() if not number.isprintable() else number
    return f"'{shown[:60]}" if shown.startswith(FORMULA_STARTS) else shown[:60]
