import pytest

from apps.repairs.vins import decode_vin, is_trailers_vin, vin_warning

COACH, TRUCK, TRAILER = "1M8GDM9AXKP042788", "1FUJGLDR5CLBP8834", "1UYVS2538CM318901"
EUROPEAN = "W1K2231611A026595"


@pytest.mark.parametrize(
    ("vin", "told"),
    [
        ("", ""),
        (COACH, ""),
        ("~6725", "The VIN ~6725 has 5 characters instead of 17."),
        ("INVALIDVIN0000000", "characters that no VIN has"),
        (TRUCK, f"The check digit of the VIN {TRUCK} does not fit."),
        (EUROPEAN, "does not fit"),
    ],
)
def test_what_is_odd_about_a_vin_is_told_the_length_first(vin: str, told: str) -> None:
    assert told in vin_warning(vin)
    assert bool(told) == bool(vin_warning(vin))


@pytest.mark.parametrize(
    ("vin", "values"),
    [
        (COACH, {"year": 1989, "make": "MOTOR COACH INDUSTRIES", "model": "102C3 Intercity"}),
        (TRUCK, {"year": 2012, "make": "FREIGHTLINER", "model": "Cascadia"}),
        (EUROPEAN, {"make": "MERCEDES-BENZ"}),
        ("~6725", {}),
        ("ZZZZZZZZZZZZZZZZZ", {}),
    ],
)
def test_a_vin_tells_what_it_surely_says(vin: str, values: dict[str, object]) -> None:
    assert decode_vin(vin) == values


def test_a_trailers_vin_says_so() -> None:
    assert [is_trailers_vin(vin) for vin in (TRAILER, TRUCK, "~1")] == [True, False, False]
