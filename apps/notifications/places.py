"""Texts with ``{field}`` places: the only thing that an owner's text can do.

No attributes, no formats, no tags: a place is replaced by its value once, and what the value
says is never read again.
"""

import re
from collections.abc import Collection, Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BRACE = re.compile(r"[{}]")


def fill(text: str, fields: Mapping[str, object], *, row: str = "") -> str:
    """The text with its values.

    A line of several that names an empty field is left out. A list of fields becomes one ``row``
    for each of its members, a list of texts a line for each.
    """
    lines = text.splitlines()
    kept = lines if len(lines) <= 1 else [line for line in lines if not _is_empty(line, fields)]
    return "\n".join(
        PLACE.sub(lambda place: _told(fields.get(place[1], ""), row), line) for line in kept
    ).strip()


def _is_empty(line: str, fields: Mapping[str, object]) -> bool:
    return any(fields.get(name) in ("", None) for name in PLACE.findall(line))


def _told(value: object, row: str) -> str:
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return "\n".join(value)
        return "\n\n".join(fill(row, each) for each in value)
    return str(value)


def faults(text: str, known: Collection[str]) -> list[str]:
    """What is wrong with a text, and where: unknown fields, braces that are no place."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        names = PLACE.findall(line)
        found += [
            f"Line {number}: there is no field {{{name}}} here. Use {_listed(known)}."
            for name in names
            if name not in known
        ]
        stray = BRACE.search(PLACE.sub(lambda place: " " * len(place[0]), line))
        if stray:
            found.append(
                f"Line {number}, at “{line[stray.start() :][:12]}”: a brace stands alone. "
                "Write a field like {customer}."
            )
    return found


def _listed(known: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
