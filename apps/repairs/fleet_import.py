"""What a fleet's vehicle list means for its units. Pure: no database.

Rows are checked, rows of one unit are brought together, and what is left is compared with the
units that stand. An empty cell says nothing: it never wipes out what is known. What a VIN tells
fills what neither the list nor the unit says, and overwrites nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_kinds import why_not_road
from apps.repairs.models import Unit
from apps.repairs.services import check_unit_number
from apps.repairs.vins import decode_vin, vin_warning
from core.errors import Invalid
from core.keys import is_printable, unit_key

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_LENGTHS = {column.name: column.max_length for column in Unit._meta.concrete_fields}
# What a spreadsheet makes of a long number in a narrow cell: its digits are lost.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.ASCII)

Values = dict[str, Any]
Progress = Callable[[str, int], None]


class OnConflict(StrEnum):
    """What happens when rows of one unit say different things and nobody chose one."""

    REFUSE = "refuse"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Decisions:
    """What the person who imports has decided about the list.

    Attributes:
        on_conflict: For units whose rows differ and of which none is chosen.
        chosen: The row to take, by the unit's key.
        left_out: Rows that are not imported; their units count as listed all the same.
        leave_others_out: Leave out every row that seems to be no road vehicle.
    """

    on_conflict: OnConflict = OnConflict.REFUSE
    chosen: Mapping[str, int] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    leave_others_out: bool = False


UNDECIDED = Decisions()


@dataclass(frozen=True)
class CheckedRow:
    """A good row: the unit's number and key, and the values of the other listed fields.

    ``decoded`` is what its VIN tells where the row itself is silent.
    """

    row: int
    number: str
    key: str
    values: Values
    decoded: Values = field(default_factory=dict)


@dataclass(frozen=True)
class RowFault:
    """Why a row cannot be imported; also what is only odd about one."""

    row: int
    number: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """Rows of one unit that say different things, and which of them is taken, if any."""

    key: str
    number: str
    rows: tuple[CheckedRow, ...]
    taken: int | None

    @property
    def told(self) -> str:
        """What they say differently."""
        return _difference(self.rows)


@dataclass
class FleetList:
    """A list after its rows were checked and brought together: one row a unit.

    ``faults`` are refused; ``warnings`` and ``others`` (no road vehicles, as it seems) are only
    told. ``keys`` are those of every row that has a number, whatever becomes of it. Of a list that
    was kept to be written later only ``rows``, ``keys`` and ``fault_count`` are there.
    """

    row_count: int = 0
    rows: list[CheckedRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    warnings: list[RowFault] = field(default_factory=list)
    others: list[RowFault] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    fault_count: int = 0


@dataclass(frozen=True)
class UnitChange:
    """A unit that stands and the values of the list that differ from it."""

    unit: Unit
    values: Values


@dataclass(frozen=True)
class KeptUnit:
    """A unit that was to be withdrawn and stays in use, and why."""

    number: str
    reason: str


@dataclass
class ImportPlan:
    """What an import does: units to make, units to change, the rest stands as listed.

    ``merged`` are listed numbers whose unit was merged into another one; they are left alone.
    ``withdrawn`` are listed numbers that are not in use; they stay so. ``gone`` are units in use
    that the list does not name any more; nothing happens to them by itself. Of those that somebody
    wanted to withdraw, ``taken_out`` were, and ``kept`` stay, since they are being worked on.
    """

    new: list[CheckedRow] = field(default_factory=list)
    changed: list[UnitChange] = field(default_factory=list)
    unchanged: int = 0
    merged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    gone: list[Unit] = field(default_factory=list)
    taken_out: list[Unit] = field(default_factory=list)
    kept: list[KeptUnit] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.new and not self.changed


def gather(listed: Iterable[ListedRow], decisions: Decisions = UNDECIDED) -> FleetList:
    """Check every row, and bring the rows of one unit together."""
    result = FleetList()
    by_key: dict[str, list[CheckedRow]] = defaultdict(list)
    for row in listed:
        result.row_count += 1
        checked = _take_in(result, row, decisions)
        if checked is not None:
            by_key[checked.key].append(checked)
    for rows in by_key.values():
        _bring_together(result, rows, decisions)
    result.faults.sort(key=lambda fault: fault.row)
    result.fault_count = len(result.faults)
    result.repeated.sort()
    return result


def _take_in(result: FleetList, listed: ListedRow, decisions: Decisions) -> CheckedRow | None:
    """The row if it is good and wanted; what is to be told of it goes into the result."""
    number = listed.texts["number"]
    result.keys.add(unit_key(number))
    other = _why_other(listed.texts)
    if other:
        result.others.append(RowFault(listed.row, number, other))
    if listed.row in decisions.left_out or (other and decisions.leave_others_out):
        result.left_out.append(listed.row)
        return None
    checked = check_row(listed)
    if isinstance(checked, RowFault):
        result.faults.append(checked)
        return None
    if warning := vin_warning(checked.values.get("vin", "")):
        result.warnings.append(RowFault(listed.row, number, warning))
    return checked


def _why_other(texts: Mapping[str, str]) -> str:
    told = {name: texts.get(name, "") for name in ("make", "model", "kind")}
    return why_not_road(**told, vin=texts.get("vin", "").upper())


def check_row(listed: ListedRow) -> CheckedRow | RowFault:
    """The row's values in the types of a unit, or all that is wrong with it."""
    number = listed.texts["number"]
    reasons = [listed.fault] if listed.fault else []
    reasons += _number_faults(number)
    values: Values = {}
    for name, text in listed.texts.items():
        if name == "year":
            values[name] = _year(text, reasons)
        elif name not in ("number", "kind"):
            values[name] = _text(name, text, reasons)
    if reasons:
        return RowFault(listed.row, number, " ".join(reasons))
    decoded = decode_vin(values.get("vin", ""))
    silent = {name: value for name, value in decoded.items() if not values.get(name)}
    return CheckedRow(listed.row, number, unit_key(number), values, silent)


def _number_faults(number: str) -> list[str]:
    if _SHORTENED.fullmatch(number):
        return ["A spreadsheet has shortened this number; make its column text and save again."]
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
        reasons.append(f"The {_WORDS.get(name, name)} is longer than {_LENGTHS[name]} characters.")
    if not is_printable(text):
        reasons.append(f"The {_WORDS.get(name, name)} has characters that cannot be printed.")
    return text.upper() if name == "vin" else text


_WORDS = {"vin": "VIN"}


def _bring_together(result: FleetList, rows: Sequence[CheckedRow], decisions: Decisions) -> None:
    by_values = {tuple(row.values.items()): row for row in reversed(rows)}
    distinct = tuple(sorted(by_values.values(), key=lambda row: row.row))
    if len(distinct) == 1:
        result.rows.append(rows[0])
        result.repeated += [row.row for row in rows[1:]]
        return
    taken = _taken(rows, decisions)
    number = taken.row if taken else None
    result.differences.append(Difference(rows[0].key, rows[0].number, tuple(rows), number))
    if taken is None:
        result.faults += [_conflict_fault(row, rows) for row in rows]
    else:
        result.rows.append(taken)


def _taken(rows: Sequence[CheckedRow], decisions: Decisions) -> CheckedRow | None:
    """The row that was chosen, else the one that the rule for the rest takes."""
    chosen = decisions.chosen.get(rows[0].key)
    for row in rows:
        if row.row == chosen:
            return row
    by_rule = {OnConflict.FIRST: rows[0], OnConflict.LAST: rows[-1]}
    return by_rule.get(decisions.on_conflict)


def _conflict_fault(row: CheckedRow, rows: Sequence[CheckedRow]) -> RowFault:
    others = ", ".join(str(other.row) for other in rows if other is not row)
    reason = f"The same unit stands in row {others} with other data: {_difference(rows)}."
    return RowFault(row.row, row.number, reason)


def _difference(rows: Sequence[CheckedRow]) -> str:
    told = []
    for name in rows[0].values:
        said = dict.fromkeys(str(row.values[name] or "(empty)") for row in rows)
        if len(said) > 1:
            told.append(f"{name} {' / '.join(said)}")
    return "; ".join(told)


def plan(fleet: FleetList, standing: Mapping[str, Unit]) -> ImportPlan:
    """Compare the list with the customer's units, given by key."""
    result = ImportPlan()
    for row in fleet.rows:
        unit = standing.get(row.key)
        if unit is None:
            result.new.append(row)
        elif unit.merged_into_id is not None:
            result.merged.append(row.number)
        elif differing := _differing(unit, row):
            result.changed.append(UnitChange(unit, differing))
        else:
            result.unchanged += 1
        if unit is not None and unit.merged_into_id is None and not unit.is_active:
            result.withdrawn.append(row.number)
    gone = (key for key, unit in standing.items() if _is_gone(unit, key, fleet.keys))
    result.gone = [standing[key] for key in sorted(gone)]
    return result


def _is_gone(unit: Unit, key: str, listed: set[str]) -> bool:
    return key not in listed and unit.is_active and unit.merged_into_id is None


def _differing(unit: Unit, row: CheckedRow) -> Values:
    """What the list says otherwise, and what the VIN adds where the unit knows nothing."""
    said = {
        name: value
        for name, value in row.values.items()
        if value not in ("", None) and getattr(unit, name) != value
    }
    added = {name: value for name, value in row.decoded.items() if not getattr(unit, name)}
    return said | added
