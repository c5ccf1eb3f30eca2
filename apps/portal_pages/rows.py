"""Forms about many rows: fields whose names end in a row's number."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, QueryDict

from core.pages import whole_number

VERSION = "version-"


@dataclass(frozen=True)
class Ticked:
    """The rows that were ticked, and the versions in which the page showed them."""

    ids: list[int]
    versions: dict[int, int]

    @classmethod
    def of(cls, posted: QueryDict, name: str) -> Self:
        """Out of a form whose boxes have this name; what is no number is left out."""
        numbers = map(whole_number, posted.getlist(name))
        ids = [number for number in numbers if number is not None]
        return cls(ids, numbered(posted, VERSION))


def versions_from(request: HttpRequest) -> dict[int, int]:
    """In which version the page showed each row, by the row's number."""
    return numbered(request.POST, VERSION)


def numbered(posted: QueryDict, prefix: str) -> dict[int, int]:
    """The fields of this prefix by the row's number, where they hold a number."""
    found = {}
    for name, value in posted.items():
        pk, number = whole_number(name.removeprefix(prefix)), whole_number(str(value))
        if name.startswith(prefix) and pk is not None and number is not None:
            found[pk] = number
    return found
