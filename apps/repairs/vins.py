"""Vehicle identification numbers: what is odd about one, and what it says of its vehicle."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

VIN_LENGTH = 17
_ALLOWED = re.compile(r"[A-HJ-NPR-Z0-9]*", re.ASCII)
_DECODED_FIELDS = {"make": ("Make", 60), "model": ("Model", 100)}
TRAILER = "TRAILER"


def is_whole_vin(text: str) -> bool:
    """Whether it has the length and the letters of a number in use since 1981."""
    return len(text) == VIN_LENGTH and _ALLOWED.fullmatch(text) is not None


def vin_warning(vin: str) -> str:
    """What is odd about a number, in a sentence; nothing where it is empty or as it should be.

    The length is looked at first: of a number too short no digit can be checked. A check digit
    that does not fit never refuses a vehicle: those built for Europe have none.
    """
    if not vin:
        return ""
    if len(vin) != VIN_LENGTH:
        return f"The VIN {vin} has {len(vin)} characters instead of {VIN_LENGTH}."
    if not is_whole_vin(vin):
        return f"The VIN {vin} has characters that no VIN has (I, O, Q or signs)."
    if not _decoded(vin)["check_digit_valid"]:
        return f"The check digit of the VIN {vin} does not fit. Is it written right?"
    return ""


def decode_vin(vin: str) -> dict[str, Any]:
    """Year, make and model as far as the number tells them, by the fields of a unit.

    Data of the United States' registry, held in the library; nothing is asked for outside.
    """
    if not is_whole_vin(vin):
        return {}
    found = _decoded(vin)
    told: Mapping[str, Any] = found["attributes"]
    values: dict[str, Any] = {
        field: str(told[name])[:length]
        for field, (name, length) in _DECODED_FIELDS.items()
        if told.get(name)
    }
    # Numbers made for other markets say no year; they have neither check digit nor model here.
    if found["model_year"] and values and (found["check_digit_valid"] or "model" in values):
        values["year"] = found["model_year"]
    return values


def is_trailers_vin(vin: str) -> bool:
    """Whether the number says that it is a trailer's."""
    return is_whole_vin(vin) and _decoded(vin)["attributes"].get("Vehicle Type") == TRAILER


@lru_cache(maxsize=1024)
def _decoded(vin: str) -> dict[str, Any]:
    import ultravin  # noqa: PLC0415 - its 70 MB are mapped only where a list is read

    return ultravin.decode(vin)
