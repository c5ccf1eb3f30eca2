"""What a page about a list answers, as fields and their texts, and the step that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.queue_management.models import ListImport
from apps.queue_management.use_cases.list_checks import check_import
from apps.queue_management.use_cases.list_imports import ImportWishes
from apps.repairs.fleet_file import FIELDS
from apps.repairs.fleet_import import OnConflict
from core.errors import Invalid
from core.models import User

Answers = Mapping[str, Sequence[str]]
COLUMN, CHOICE = "column-", "row-"
START = "start"


def told_of(answers: Answers, *, is_long: bool = False) -> str:
    """The sentence that follows the step when it went well."""
    if _first(answers, "step") == START:
        return "The import has begun; how far it is stands below."
    if is_long:
        return "The list is being checked; how far it is stands below."
    return "The list is checked. Nothing is imported yet."


def answer_import(*, actor: User, import_id: int, answers: Answers) -> ListImport:
    """Take the step that the page asks for: ``columns``, ``check`` or ``start``.

    A list is always read again before it is imported, with what the page says now.

    Raises:
        DomainError: As the use cases; ``Invalid`` where an answer is none.
    """
    step = _first(answers, "step")
    if step == "columns":
        return check_import(actor=actor, import_id=import_id, columns=columns_from(answers))
    return check_import(
        actor=actor, import_id=import_id, wishes=wishes_from(answers), start=step == START
    )


def columns_from(answers: Answers) -> dict[str, int]:
    """Where each field stands, of those that have a column."""
    found = {field: _first(answers, COLUMN + field) for field in FIELDS}
    return {field: _number(text) for field, text in found.items() if text}


def wishes_from(answers: Answers) -> ImportWishes:
    """What was decided: chosen rows (``row-KEY``), rows left out, units withdrawn, and the rules.

    Raises:
        Invalid: A row or a unit is no number.
    """
    rule = _first(answers, "on_conflict")
    stored: dict[str, Any] = {
        "on_conflict": rule if rule in list(OnConflict) else OnConflict.REFUSE,
        "chosen": {
            name.removeprefix(CHOICE): _number(texts[0])
            for name, texts in answers.items()
            if name.startswith(CHOICE) and texts[0]
        },
        "left_out": [_number(text) for text in answers.get("out", ())],
        "leave_others_out": "leave_others_out" in answers,
        "good_rows_only": "good_rows_only" in answers,
        "withdraw": [_number(text) for text in answers.get("withdraw", ())],
    }
    return ImportWishes.of(stored)


def _first(answers: Answers, name: str) -> str:
    return next(iter(answers.get(name, ())), "")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):  # noqa: PLR2004 - 64 bits
        raise Invalid("This answer is no number; open the page again.")
    return int(text)
