"""Stored keys that make uniqueness blind to case, width and blanks (ARCHITECTURE, guard 4)."""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_UNIT_PREFIX = re.compile(r"^(?:unit(?=[\s#:.-]|\d)[\s:.-]*)?#?")


def fold_key(text: str) -> str:
    """NFKC, casefolded, trimmed, inner blanks as one: "  ACME  Glass" and "acme glass" are one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BLANKS.sub(" ", folded).strip()


def name_key(text: str) -> str:
    """A company's key: like ``fold_key``, with all blanks taken out."""
    return fold_key(text).replace(" ", "")


def serial_key(number: str) -> str:
    """A serial number's key: " ab-1", "AB-1" and "AB - 1" are one."""
    return name_key(number)


def unit_key(number: str) -> str:
    """A unit's key: "4127", "#4127", "Unit 4127" and "unit # 4127" are one.

    A number that is nothing but a prefix ("Unit", "#") keeps it as its key.
    """
    folded = fold_key(number)
    stripped = _UNIT_PREFIX.sub("", folded).replace(" ", "")
    return stripped or folded.replace(" ", "")


def is_printable(text: str) -> bool:
    """No control, format or unassigned characters: what a database, a page and a label can take."""
    return all(unicodedata.category(character)[0] != "C" for character in text)
