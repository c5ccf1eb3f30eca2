"""An imported fleet is worked on through the API, at falling prices (issue 6.11, in small)."""

from pathlib import Path

import pytest
from django.core.cache import cache

from benchmarks import fleet_day

pytestmark = pytest.mark.once

HEADING = "EquipID,License#,Year,Make,Model\n"
COLUMNS = "number=EquipID,plate=License#,year=Year,make=Make,model=Model"


def city_list(path: Path, units: int) -> Path:
    """Like a city's: leading zeros, blank plates, every tenth unit twice with other data."""
    rows = []
    for place in range(units):
        plate = f"{place}D" if place % 8 else ""
        rows.append(f"{place:05d},{plate},{1990 + place % 25},FORD,F{place % 3}50\n")
        if place % 10 == 0:
            rows.append(f"{place:05d},{plate},{1990 + place % 25},FORD,TRAILER\n")
    path.write_text(HEADING + "".join(rows))
    return path


def day(path: Path, units: int, *, requests: int, again: int) -> list[str]:
    told: list[str] = []
    fleet = city_list(path, units)
    fleet_day.run(fleet, COLUMNS, requests=requests, again=again, say=told.append)
    return told


@pytest.fixture(autouse=True)
def _no_earlier_sign_ins() -> None:
    cache.clear()


@pytest.mark.django_db
def test_imported_units_go_from_request_to_completion_at_falling_prices(tmp_path: Path) -> None:
    told = day(tmp_path / "a.csv", 40, requests=6, again=3)
    assert told[0].startswith("40 units imported")
    assert told[1].startswith("9 repairs from request to completion")
    assert told[2].startswith("Every price is that of its place")


@pytest.mark.django_db
def test_lists_cost_the_same_for_a_small_fleet_and_a_larger_one(tmp_path: Path) -> None:
    small = day(tmp_path / "a.csv", 10, requests=2, again=1)
    large = day(tmp_path / "b.csv", 60, requests=8, again=4)
    statements = [[line.split(",")[0] for line in told[3:]] for told in (small, large)]
    assert statements[0] == statements[1]
