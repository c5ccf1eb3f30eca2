"""Something done with many rows at once: all of them or none, and each is told why not."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

T = TypeVar("T")
MOST_ROWS = 100
Versions = Mapping[int, int | None]
ANY_VERSION: Versions = {}


def check_number(ids: Collection[int], *, noun: str) -> None:
    """Refuse no row, and more than a page can tell of.

    Raises:
        Invalid: ``number_of_rows``.
    """
    if not 1 <= len(ids) <= MOST_ROWS:
        message = f"Choose 1 to {MOST_ROWS} {noun}s; these are {len(ids)}."
        raise Invalid(message, code="number_of_rows", errors={noun: [message]})


def each_or_none(ids: Collection[int], step: Callable[[int], T], *, noun: str) -> list[T]:
    """Take a step with each row in the order of their ids; part of a running use case.

    Raises:
        Invalid, NotFound, Forbidden: What the first refused row says, where it is one of these.
        Conflict: ``rows_refused`` with the refusal of each row in ``rows`` (by id as text).
    """
    done, refusals = [], {}
    for pk in sorted(set(ids)):
        try:
            done.append(step(pk))
        except DomainError as refusal:
            refusals[pk] = refusal
    if refusals:
        raise _as_one(refusals, noun)
    return done


def _as_one(refusals: Mapping[int, DomainError], noun: str) -> DomainError:
    told = {str(pk): refusal.detail for pk, refusal in refusals.items()}
    first = next(iter(refusals.values()))
    if isinstance(first, Forbidden | Invalid | NotFound):
        return first
    count = f"One {noun}" if len(told) == 1 else f"{len(told)} {noun}s"
    detail = f"{count} cannot be changed like that, so nothing was. The reason stands beside it."
    return Conflict(detail, code="rows_refused", extra={"rows": told})
