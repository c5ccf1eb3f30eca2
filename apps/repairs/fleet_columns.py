"""Guesses which column of a list is which field, by its name and by what stands in it."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from apps.repairs.fleet_file import FIELDS, Table
from apps.repairs.vins import is_whole_vin
from core.keys import fold_key

# The likeliest name first. Letters and digits only: "Unit #", "UNIT NO." and "unit_no" are one.
NAMES: Mapping[str, Sequence[str]] = {
    "number": (
        *("unitnumber", "unitno", "unitid", "unit", "equipid", "equipmentid", "equipmentnumber"),
        *("vehiclenumber", "vehicleno", "vehicleid", "fleetnumber", "fleetno", "fleetid"),
        *("trucknumber", "truckno", "truck", "assetnumber", "assetno", "assetid", "asset"),
        *("busnumber", "carnumber", "vannumber", "vehicle", "number", "no", "nr", "id"),
    ),
    "vin": (
        *("vin", "vinnumber", "vinno", "vehicleidentificationnumber", "chassisnumber"),
        *("chassisno", "serialnumber", "serialno", "serial"),
    ),
    "year": ("year", "modelyear", "vehicleyear", "yr", "my", "yearmodel"),
    "make": ("make", "vehiclemake", "manufacturer", "brand", "mfr", "mfg", "oem"),
    "model": ("model", "vehiclemodel", "modelname", "makemodel", "modelno"),
    "plate": (
        *("plate", "licenseplate", "licenceplate", "platenumber", "plateno", "license", "licence"),
        *("licensenumber", "licenseno", "tag", "tagnumber", "tagno", "registration", "regno"),
    ),
    "kind": (
        *("description", "vehicledescription", "equipmentdescription", "vehicletype", "assettype"),
        *("equipmenttype", "type", "bodytype", "bodystyle", "body", "category", "class", "kind"),
    ),
}
KNOWN_MAKES = frozenset(
    {
        *("acura", "audi", "autocar", "bmw", "buick", "cadillac", "chev", "chevrolet", "chevy"),
        *("chrysler", "dodge", "fiat", "ford", "freightliner", "genesis", "gmc"),
        *("harleydavidson", "hino", "honda", "hyundai", "infiniti", "international", "isuzu"),
        *("jaguar", "jeep", "kenworth", "kia", "landrover", "lexus", "lincoln", "mack"),
        *("mazda", "mercedes", "mercedesbenz", "mercury", "mini", "mitsubishi"),
        *("mitsubishifuso", "navistar", "nissan", "peterbilt", "plymouth", "pontiac"),
        *("porsche", "ram", "rivian", "saturn", "spartan", "sterling", "subaru", "suzuki"),
        *("tesla", "thomas", "toyota", "volkswagen", "volvo", "westernstar"),
    }
)
SAMPLE = 200
NAME_POINTS, PART_POINTS, SHAPE_POINTS, ENOUGH = 100, 60, 50, 50
_WORD = re.compile(r"[^a-z0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


def guess_columns(heading: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """Where each field seems to stand; fields that no column fits are left out.

    A list without a unit's number but with VINs has its VINs as numbers.

    Args:
        heading: The columns' names.
        sample: The cells of the first rows.
    """
    columns = [_column(sample, place) for place in range(len(heading))]
    scores = sorted(
        (
            (-_score(field, heading[place], cells), FIELDS.index(field), place)
            for field in FIELDS
            for place, cells in enumerate(columns)
        ),
    )
    found: dict[str, int] = {}
    for score, field, place in scores:
        is_free = FIELDS[field] not in found and place not in found.values()
        if -score >= ENOUGH and is_free:
            found[FIELDS[field]] = place
    if "number" not in found and "vin" in found:
        found["number"] = found["vin"]
    return found


def guess_places(table: Table) -> tuple[Table, dict[str, int]]:
    """The table, not yet read, and where its fields seem to stand."""
    rows = iter(table.rows)
    first = list(itertools.islice(rows, SAMPLE))
    places = guess_columns(table.heading, [cells for _, cells in first])
    return replace(table, rows=itertools.chain(first, rows)), places


def _column(sample: Sequence[Sequence[str]], place: int) -> list[str]:
    return [text for row in sample if place < len(row) and (text := row[place].strip())]


def _score(field: str, name: str, cells: Sequence[str]) -> float:
    """How well a column fits a field: its name, and what share of its cells has the shape."""
    points = _name_points(field, _WORD.sub("", fold_key(name)))
    if not cells or field not in _SHAPES:
        return points
    share = sum(map(_SHAPES[field], cells)) / len(cells)
    if share < _LEAST_SHARE[field]:
        return 0
    if field == "number" and len(set(cells)) / len(cells) < _LEAST_DISTINCT:
        return points / 2
    is_shape_enough = field == "vin" or (field == "year" and not name)
    return points + SHAPE_POINTS * share if points or is_shape_enough else 0


def _name_points(field: str, name: str) -> float:
    names = NAMES[field]
    if name in names:
        return NAME_POINTS - names.index(name)
    is_part = any(len(each) > 2 and each in name for each in names)  # noqa: PLR2004 - "no", "id"
    return PART_POINTS if is_part and len(name) <= 2 * len(names[0]) + 10 else 0


def _is_make(text: str) -> bool:
    return _WORD.sub("", fold_key(text)) in KNOWN_MAKES


_SHAPES: Mapping[str, Callable[[str], bool]] = {
    "number": lambda text: len(text) <= 20,  # noqa: PLR2004 - longer is a description
    "vin": is_whole_vin,
    "year": lambda text: _YEAR.fullmatch(text) is not None,
    "make": _is_make,
    "plate": lambda text: len(text) <= 12,  # noqa: PLR2004 - no plate is longer
}
_LEAST_SHARE = {"number": 0.9, "vin": 0.4, "year": 0.8, "make": 0.1, "plate": 0.6}
_LEAST_DISTINCT = 0.5
