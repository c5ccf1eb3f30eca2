"""Lists as CSV files for spreadsheets, written while they are sent: any length, little memory."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import models
from django.http import StreamingHttpResponse
from django.utils import timezone

from core.paging import LARGEST_PAGE, paginate

Row = TypeVar("Row")
# The mark by which Excel knows UTF-8.
MARK = "\ufeff"
# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
LINES_AT_ONCE = 100


def csv_response(
    name: str, *, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The rows as a file to keep.

    Args:
        name: Of the file, without ``.csv``.
        columns: The first line.
        rows: Read while the answer is sent; instants are told in the zone of the request.
    """
    zone = timezone.get_current_timezone()
    response = StreamingHttpResponse(
        _lines(columns, rows, zone), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def every_row(queryset: "models.QuerySet[Any, Row]", *, ordering: Sequence[str]) -> Iterator[Row]:
    """All rows, read page by page by key; ``ordering`` as ``core.paging.paginate`` takes it."""
    cursor = None
    while True:
        page = paginate(queryset, ordering=ordering, cursor=cursor, page_size=LARGEST_PAGE)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def cell(value: object, zone: dt.tzinfo) -> str:
    """A value as a spreadsheet reads it; text is never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def _lines(
    columns: Sequence[str], rows: Iterable[Sequence[object]], zone: dt.tzinfo
) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    held = [MARK, write(columns)]
    for row in rows:
        held.append(write([cell(value, zone) for value in row]))
        if len(held) >= LINES_AT_ONCE:
            yield "".join(held)
            held.clear()
    yield "".join(held)
