"""Places from ZIP codes, offline (DOMAIN, section 1)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import zipcodes

# ASCII digits only: the library's native code panics on others, past every `except Exception`.
_ZIP = re.compile(r"\s*([0-9]{5})(?:-[0-9]{4})?\s*", re.ASCII)

# Where the library's data holds a town's name for its zone.
_ZONE_CORRECTIONS = {"Napakiak": "America/Anchorage"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ZIP code is.

    Attributes:
        zip_code: The five digits.
        city: City in the post office's words.
        state: Two letters.
        latitude: Degrees north; ``None`` where the data has no coordinates.
        longitude: Degrees east; ``None`` where the data has no coordinates.
        time_zone: IANA name.
    """

    zip_code: str
    city: str
    state: str
    latitude: float | None
    longitude: float | None
    time_zone: str


def look_up_zip(zip_code: str) -> Place | None:
    """Look up a United States ZIP code, as ``98101`` or ``98101-1234``.

    Returns:
        The place, or ``None`` when it is malformed, unknown or nowhere on the map (military mail).
    """
    digits = _ZIP.fullmatch(zip_code)
    return _look_up(digits[1]) if digits else None


# The first look-up in a process unpacks the library's table (0.3 s, 38 MB); each later one scans
# it (1 ms), so the ZIP codes in use are kept.
@lru_cache(maxsize=4096)
def _look_up(digits: str) -> Place | None:
    rows = cast("list[dict[str, Any]]", zipcodes.matching(digits))
    return _place(rows[0]) if rows else None


def _place(row: dict[str, Any]) -> Place | None:
    zone = _ZONE_CORRECTIONS.get(row["timezone"], row["timezone"])
    if not zone:
        return None
    latitude, longitude = float(row["lat"]), float(row["long"])
    # The data writes 0, 0 (a buoy in the Gulf of Guinea) where it knows no coordinates.
    located = bool(latitude or longitude)
    return Place(
        zip_code=row["zip_code"],
        city=row["city"],
        state=row["state"],
        latitude=latitude if located else None,
        longitude=longitude if located else None,
        time_zone=zone,
    )
