"""What a checked list would do, as the page shows it: counts, and the first rows of each kind."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from apps.repairs.fleet_import import (
    CheckedRow,
    Decisions,
    Difference,
    FleetList,
    ImportPlan,
    RowFault,
    UnitChange,
)
from apps.repairs.fleet_words import printable, shown
from apps.repairs.models import Unit
from apps.repairs.withdrawal import Busy

FIRST = 10
FAULTS = 50
DIFFERENCES = 300
OTHERS = 1500
GONE = 500
LONGEST_REASON = 500

Report = dict[str, Any]


def make_report(
    fleet: FleetList, todo: ImportPlan, decisions: Decisions, busy: Mapping[int, Busy]
) -> Report:
    """The report on a list, small enough to be kept beside it.

    Args:
        fleet: The list, brought together.
        todo: What it means for the units.
        decisions: What was decided about it.
        busy: Of the units gone, those that are being worked on.
    """
    conflicts = {row.row for each in _undecided(fleet) for row in each.rows}
    refused = [fault for fault in fleet.faults if fault.row not in conflicts]
    return {
        "counts": _counts(fleet, todo, len(refused)),
        "new": [_new(row) for row in todo.new[:FIRST]],
        "changed": [_changed(item) for item in todo.changed[:FIRST]],
        "refused": _rows(refused[:FAULTS]),
        "differences": [_difference(each) for each in fleet.differences[:DIFFERENCES]],
        "others": [
            told | {"out": told["row"] in decisions.left_out}
            for told in _rows(fleet.others[:OTHERS])
        ],
        "warnings": _rows(fleet.warnings[:FAULTS]),
        "repeated": fleet.repeated[:FAULTS],
        "merged": todo.merged[:FAULTS],
        "withdrawn": todo.withdrawn[:FAULTS],
        "gone": [_gone(unit, busy.get(unit.pk)) for unit in todo.gone[:GONE]],
    }


def report_of_withdrawal(done: ImportPlan) -> Report:
    """What is added when the list is imported: how many units were withdrawn, which were not."""
    kept = [{"number": each.number, "reason": each.reason} for each in done.kept]
    return {"taken_out": len(done.taken_out), "kept": kept}


def _gone(unit: Unit, busy: Busy | None) -> dict[str, Any]:
    reason = busy.reason if busy else ""
    return {"id": unit.pk, "number": unit.number, "text": _vehicle(vars(unit)), "busy": reason}


def _undecided(fleet: FleetList) -> list[Difference]:
    return [each for each in fleet.differences if each.taken is None]


def _counts(fleet: FleetList, todo: ImportPlan, refused: int) -> dict[str, int]:
    return {
        "rows": fleet.row_count,
        "good": len(fleet.rows),
        "new": len(todo.new),
        "changed": len(todo.changed),
        "unchanged": todo.unchanged,
        "refused": refused,
        "faults": len(fleet.faults),
        "undecided": len(_undecided(fleet)),
        "differences": len(fleet.differences),
        "others": len(fleet.others),
        "left_out": len(fleet.left_out),
        "warnings": len(fleet.warnings),
        "repeated": len(fleet.repeated),
        "merged": len(todo.merged),
        "withdrawn": len(todo.withdrawn),
        "gone": len(todo.gone),
    }


def _rows(faults: Iterable[RowFault]) -> list[dict[str, Any]]:
    return [
        {
            "row": fault.row,
            "number": printable(fault.number),
            "reason": shown(fault.reason, LONGEST_REASON),
        }
        for fault in faults
    ]


def _new(row: CheckedRow) -> dict[str, Any]:
    told = {"row": row.row, "number": row.number, "text": _vehicle(row.values | row.decoded)}
    return told | {"decoded": ", ".join(row.decoded)}


def _changed(item: UnitChange) -> dict[str, Any]:
    changes = [
        {"field": name, "old": getattr(item.unit, name) or "", "new": value}
        for name, value in item.values.items()
    ]
    return {"number": item.unit.number, "changes": changes}


def _difference(each: Difference) -> dict[str, Any]:
    rows = [{"row": row.row, "text": _vehicle(row.values)} for row in each.rows]
    return {
        "key": each.key,
        "number": each.number,
        "told": each.told,
        "taken": each.taken,
        "rows": rows,
    }


def _vehicle(values: Mapping[str, Any]) -> str:
    """A vehicle in one line: "2015 FORD F450, plate 31603D"."""
    words = " ".join(str(values[name]) for name in ("year", "make", "model") if values.get(name))
    named = [f"{name} {values[key]}" for key, name in _NAMED.items() if values.get(key)]
    return ", ".join(islice(filter(None, [words, *named]), 3))


_NAMED = {"plate": "plate", "vin": "VIN"}
