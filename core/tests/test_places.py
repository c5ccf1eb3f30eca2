"""ZIP codes become places, offline."""

from zoneinfo import available_timezones

import pytest
import zipcodes

from core.places import Place, look_up_zip

PIKE_PLACE = Place(
    zip_code="98101",
    city="Seattle",
    state="WA",
    latitude=47.6114,
    longitude=-122.3305,
    time_zone="America/Los_Angeles",
)


@pytest.mark.parametrize("text", ["98101", "98101-1234", "  98101 ", "98101\n"])
def test_every_spelling_of_a_zip_code_finds_its_place(text: str) -> None:
    assert look_up_zip(text) == PIKE_PLACE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "9810",
        "981011",
        "98101-",
        "98101-12",
        "abcde",
        "98\x00101",
        "٩٨١٠١",
        "٣" * 5,
        "00000",
    ],
)
def test_what_is_no_zip_code_has_no_place(text: str) -> None:
    assert look_up_zip(text) is None


def test_military_mail_is_nowhere_on_the_map() -> None:
    assert look_up_zip("09002") is None


@pytest.mark.parametrize(
    ("zip_code", "zone"),
    [
        ("10001", "America/New_York"),
        ("85001", "America/Phoenix"),
        ("99501", "America/Anchorage"),
        ("96813", "Pacific/Honolulu"),
        ("00601", "America/Puerto_Rico"),
        ("99634", "America/Anchorage"),
    ],
)
def test_zone_is_that_of_the_place(zip_code: str, zone: str) -> None:
    place = look_up_zip(zip_code)
    assert place is not None
    assert place.time_zone == zone


def test_a_place_without_coordinates_claims_none() -> None:
    place = look_up_zip("11805")
    assert place is not None
    assert (place.city, place.latitude, place.longitude) == ("Hicksville", None, None)


def test_every_place_of_the_data_has_an_iana_zone() -> None:
    zones = available_timezones()
    places = [look_up_zip(row["zip_code"]) for row in zipcodes.list_all()[::200]]
    assert {place.time_zone for place in places if place} <= zones
    assert sum(place is not None for place in places) > 200
