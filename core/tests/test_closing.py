"""Days on which the shop is closed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from core.closing import closed_days, validate_days, validate_region

YEAR = (dt.date(2027, 12, 20), dt.date(2027, 12, 31))


@pytest.mark.parametrize("region", ["US", "US-CA", "DE", "DE-BY", "AU-NSW"])
def test_known_regions(region: str) -> None:
    validate_region(region)


@pytest.mark.parametrize("region", ["us", "XX", "US-", "US-XX", "DE-CA", "-CA", "Germany"])
def test_unknown_regions(region: str) -> None:
    with pytest.raises(ValidationError):
        validate_region(region)


def test_days_are_written_one_a_line() -> None:
    validate_days("2027-12-24\n2027-12-31\n")
    for text in ("24.12.2027", "2027-12-24, 2027-12-25", "2027-13-01", "2027-12-24\n" * 101):
        with pytest.raises(ValidationError):
            validate_days(text)


def test_holidays_of_the_region_and_the_owners_days() -> None:
    assert list(closed_days("US", "2027-12-27\n2028-01-01", *YEAR)) == [
        (dt.date(2027, 12, 24), "Christmas Day (observed)"),
        (dt.date(2027, 12, 25), "Christmas Day"),
        (dt.date(2027, 12, 27), "Closed"),
        (dt.date(2027, 12, 31), "New Year's Day (observed)"),
    ]


def test_the_owners_word_comes_first_and_no_region_has_no_holidays() -> None:
    assert dict(closed_days("DE-BY", "2027-12-25", *YEAR))[dt.date(2027, 12, 25)] == "Closed"
    assert list(closed_days("", "", *YEAR)) == []


def test_a_range_goes_over_the_end_of_the_year() -> None:
    found = closed_days("US-CA", "", dt.date(2027, 12, 31), dt.date(2028, 1, 1))
    assert [day for day, _ in found] == [dt.date(2027, 12, 31), dt.date(2028, 1, 1)]
