"""Reads a spreadsheet (.xlsx) as the texts that a person sees in it, in bounded memory and time."""

import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from core.errors import Invalid

LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_TEXTS = 50 * 1024 * 1024
MAXIMUM_PARTS = 2000
LAST_ROW = 1_048_576
MAXIMUM_CELLS = 2_000_000
TOO_MUCH = "This spreadsheet unpacks to too much; save it as “CSV UTF-8”."
BROKEN = "This spreadsheet is broken; save it again, or as “CSV UTF-8”."
_SHARED_TEXTS = "xl/sharedStrings.xml"
_ZEROS = re.compile(r"0{2,30}")
_PEEK = 4096
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[ />]")
_LONGEST_MARK, _CHUNK = 26, 1024**2


def is_spreadsheet(content: bytes) -> bool:
    """Whether it is a ZIP archive, as spreadsheets are."""
    return content.startswith(b"PK\x03\x04")


def read_spreadsheet(content: bytes, maximum_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of each row of the first sheet that has any.

    Raises:
        Invalid: It is no spreadsheet, broken, or would unpack to too much.
    """
    _check_parts(content)
    try:
        with warnings.catch_warnings():
            # Of styles and charts that openpyxl leaves out: nothing of them is read.
            warnings.simplefilter("ignore")
            yield from _rows(io.BytesIO(content), maximum_columns)
    except Invalid:
        raise
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise Invalid(BROKEN) from error


def count_rows(content: bytes) -> int:
    """How many rows its sheets seem to have, without reading them: a tenth of the time.

    Raises:
        Invalid: As ``read_spreadsheet``, of its parts.
    """
    _check_parts(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [name for name in archive.namelist() if _SHEET.fullmatch(name)]
            return sum(_count_in(archive, name) for name in sheets)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise Invalid(BROKEN) from error


def _count_in(archive: zipfile.ZipFile, name: str) -> int:
    count, tail = 0, b""
    with archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            seen = tail + chunk
            # What stands at the end of a chunk, whole or cut, is counted with the next one.
            tail = seen[-_LONGEST_MARK:]
            count += len(_ROW.findall(seen)) - len(_ROW.findall(tail))
    return count + len(_ROW.findall(tail))


def _check_parts(content: bytes) -> None:
    """Refuse an archive that unpacks to much, or whose XML declares things of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            texts = sum(part.file_size for part in parts if part.filename == _SHARED_TEXTS)
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAXIMUM_PARTS or unpacked > LARGEST_UNPACKED or texts > LARGEST_TEXTS:
                raise Invalid(TOO_MUCH)
            if any(_declares(archive, part) for part in parts):
                raise Invalid(BROKEN)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Invalid(BROKEN) from error


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not part.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(part) as file:
        return b"<!DOCTYPE" in file.read(_PEEK).replace(b"\0", b"")


def _rows(file: IO[bytes], maximum_columns: int) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            # The size that the sheet says may be wrong; one column more shows a list too wide.
            sheet.reset_dimensions()
            rows = _filled(sheet.iter_rows(max_col=maximum_columns + 1))
            if first := next(rows, None):
                yield from itertools.chain([first], rows)
                return
    finally:
        book.close()


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of the rows that have any.

    A sheet may skip a million rows: for each of them comes one and the same object. It may also
    say that it skips a thousand millions, which no sheet does.
    """
    blank, count = None, 0
    for number, row in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise Invalid(BROKEN)
        if row is blank:
            continue
        cells = _texts(row)
        count += len(cells)
        if count > MAXIMUM_CELLS:
            raise Invalid(TOO_MUCH)
        if cells:
            yield number, cells
        else:
            blank = row


def _texts(row: Sequence[object]) -> list[str]:
    """The texts of a row, which is filled up to the widest that a list may be, without its end."""
    width = len(row)
    while width and row[width - 1] is EMPTY_CELL:
        width -= 1
    cells = [_text(cell) for cell in row[:width]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: object) -> str:
    """What the cell shows: whole numbers without a point, with the zeros that its format adds."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        zeros = _ZEROS.fullmatch(getattr(cell, "number_format", "") or "")
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return str(value)
