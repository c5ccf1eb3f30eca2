"""What a fleet's vehicle list means for its units. Pure: no database.

Rows are checked, rows of one unit are brought together, and what is left is compared with the
units that stand. An empty cell says nothing: it never wipes out what is known.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.repairs.fleet_file import ListedRow
from apps.repairs.models import Unit
from apps.repairs.services import check_unit_number
from core.errors import Invalid
from core.keys import is_printable, unit_key

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_LENGTHS = {column.name: column.max_length for column in Unit._meta.concrete_fields}

Values = dict[str, Any]
Progress = Callable[[str, int], None]


class OnConflict(StrEnum):
    """What happens when rows of one unit say different things."""

    REFUSE = "refuse"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class CheckedRow:
    """A good row: the unit's number and key, and the values of the other listed fields."""

    row: int
    number: str
    key: str
    values: Values


@dataclass(frozen=True)
class RowFault:
    """Why a row cannot be imported."""

    row: int
    number: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """Which of several differing rows of a unit was taken."""

    number: str
    taken: int
    rows: tuple[int, ...]
    difference: str


@dataclass
class FleetList:
    """A list after its rows were checked and brought together: one row a unit."""

    row_count: int = 0
    rows: list[CheckedRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class UnitChange:
    """A unit that stands and the values of the list that differ from it."""

    unit: Unit
    values: Values


@dataclass
class ImportPlan:
    """What an import does: units to make, units to change, the rest stands as listed.

    ``merged`` are listed numbers whose unit was merged into another one; they are left alone.
    """

    new: list[CheckedRow] = field(default_factory=list)
    changed: list[UnitChange] = field(default_factory=list)
    unchanged: int = 0
    merged: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.new and not self.changed


def gather(listed: Iterable[ListedRow], on_conflict: OnConflict) -> FleetList:
    """Check every row, and bring the rows of one unit together."""
    result = FleetList()
    by_key: dict[str, list[CheckedRow]] = defaultdict(list)
    for row in listed:
        result.row_count += 1
        checked = check_row(row)
        if isinstance(checked, RowFault):
            result.faults.append(checked)
        else:
            by_key[checked.key].append(checked)
    for rows in by_key.values():
        _bring_together(result, rows, on_conflict)
    result.faults.sort(key=lambda fault: fault.row)
    result.repeated.sort()
    return result


def check_row(listed: ListedRow) -> CheckedRow | RowFault:
    """The row's values in the types of a unit, or all that is wrong with it."""
    number = listed.texts["number"]
    reasons = [listed.fault] if listed.fault else []
    reasons += _number_faults(number)
    values: Values = {}
    for name, text in listed.texts.items():
        if name == "year":
            values[name] = _year(text, reasons)
        elif name != "number":
            values[name] = _text(name, text, reasons)
    if reasons:
        return RowFault(listed.row, number, " ".join(reasons))
    return CheckedRow(listed.row, number, unit_key(number), values)


def _number_faults(number: str) -> list[str]:
    try:
        check_unit_number(number)
    except Invalid as error:
        return [error.detail]
    return []


def _year(text: str, reasons: list[str]) -> int | None:
    if not text:
        return None
    is_year = text.isascii() and text.isdigit() and len(text) == len(str(EARLIEST_YEAR))
    if not is_year or not EARLIEST_YEAR <= int(text) <= LATEST_YEAR:
        reasons.append(f"The year is not between {EARLIEST_YEAR} and {LATEST_YEAR}.")
        return None
    return int(text)


def _text(name: str, text: str, reasons: list[str]) -> str:
    if len(text) > (_LENGTHS[name] or 0):
        reasons.append(f"The {name} is longer than {_LENGTHS[name]} characters.")
    if not is_printable(text):
        reasons.append(f"The {name} has characters that cannot be printed.")
    return text.upper() if name == "vin" else text


def _bring_together(result: FleetList, rows: Sequence[CheckedRow], on_conflict: OnConflict) -> None:
    by_values = {tuple(row.values.items()): row for row in rows}
    distinct = list(by_values.values())
    if len(distinct) > 1 and on_conflict == OnConflict.REFUSE:
        result.faults += [_conflict_fault(row, rows, distinct) for row in rows]
        return
    if len(distinct) == 1:
        result.rows.append(rows[0])
        result.repeated += [row.row for row in rows[1:]]
        return
    taken = rows[-1] if on_conflict == OnConflict.LAST else rows[0]
    result.rows.append(taken)
    numbers = tuple(row.row for row in rows)
    result.choices.append(Choice(taken.number, taken.row, numbers, _difference(distinct)))


def _conflict_fault(
    row: CheckedRow, rows: Sequence[CheckedRow], distinct: Sequence[CheckedRow]
) -> RowFault:
    others = ", ".join(str(other.row) for other in rows if other is not row)
    reason = f"The same unit stands in row {others} with other data: {_difference(distinct)}."
    return RowFault(row.row, row.number, reason)


def _difference(distinct: Sequence[CheckedRow]) -> str:
    told = []
    for name in distinct[0].values:
        said = dict.fromkeys(str(row.values[name] or "(empty)") for row in distinct)
        if len(said) > 1:
            told.append(f"{name} {' / '.join(said)}")
    return "; ".join(told)


def plan(rows: Iterable[CheckedRow], standing: Mapping[str, Unit]) -> ImportPlan:
    """Compare the list with the customer's units, given by key."""
    result = ImportPlan()
    for row in rows:
        unit = standing.get(row.key)
        if unit is None:
            result.new.append(row)
        elif unit.merged_into_id is not None:
            result.merged.append(row.number)
        elif differing := _differing(unit, row.values):
            result.changed.append(UnitChange(unit, differing))
        else:
            result.unchanged += 1
    return result


def _differing(unit: Unit, values: Values) -> Values:
    return {
        name: value
        for name, value in values.items()
        if value not in ("", None) and getattr(unit, name) != value
    }
