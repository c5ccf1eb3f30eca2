"""Days on which the shop is closed: public holidays of its region, and its owner's own."""

import datetime as dt
from collections.abc import Iterator

import holidays
from django.core.exceptions import ValidationError

MOST_DAYS = 100


def validate_region(region: str) -> None:
    """Refuse what is no country or part of one whose holidays are known, as ``US`` or ``US-CA``.

    Raises:
        ValidationError.
    """
    country, dash, part = region.partition("-")
    known = holidays.list_supported_countries()
    if country not in known or (dash and part not in known[country]):
        raise ValidationError(f"No holidays are known of “{region}”; write one like US or US-CA.")


def validate_days(text: str) -> None:
    """Refuse what is not one day a line, as ``2026-12-24``, at most a hundred of them.

    Raises:
        ValidationError.
    """
    lines = text.split()
    try:
        own_days(text)
    except ValueError as error:
        raise ValidationError("Write one day a line, like 2026-12-24.") from error
    if len(lines) > MOST_DAYS:
        raise ValidationError(f"Write at most {MOST_DAYS} days.")


def own_days(text: str) -> set[dt.date]:
    """The owner's days as they are stored, one a line."""
    return {dt.date.fromisoformat(line) for line in text.split()}


def closed_days(
    region: str, own: str, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, str]]:
    """The days from ``first`` to ``last`` on which the shop is closed, each with its reason.

    Args:
        region: As ``validate_region`` takes it; empty for no public holidays.
        own: As ``validate_days`` takes it.
        first: The first day looked at.
        last: The last one.
    """
    country, _, part = region.partition("-")
    years = range(first.year, last.year + 1)
    named = holidays.country_holidays(country, part or None, years=years) if country else {}
    chosen = own_days(own)
    for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1)):
        if day in chosen:
            yield day, "Closed"
        elif day in named:
            yield day, named[day]
