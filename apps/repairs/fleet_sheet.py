"""Reads a spreadsheet (.xlsx) as the texts that a person sees in it, in bounded memory and time."""

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser

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
Cell = dict[str, Any]
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
    """Those of the first sheet that has any.

    Of openpyxl the parser alone: its sheets read a file that does not say its size once more before
    the first row, and make an object of every cell, which takes half as long again.
    """
    reader = ExcelReader(file, read_only=True, data_only=True)
    with reader.archive:
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        for _, part in reader.parser.find_sheets():
            if "chartsheet" in part.Type or part.target not in reader.valid_files:
                continue
            with reader.archive.open(part.target) as sheet:
                rows = _filled(_parsed(reader, sheet), _zeros_of(reader.wb), maximum_columns)
                if first := next(rows, None):
                    yield first
                    yield from rows
                    return


def _parsed(reader: ExcelReader, sheet: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    """Number and cells of each row as the parser gives them."""
    book: Any = reader.wb
    parser = WorkSheetParser(
        sheet,
        reader.shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,  # noqa: SLF001 - without a public name
        timedelta_formats=book._timedelta_formats,  # noqa: SLF001 - without a public name
    )
    yield from parser.parse()


def _zeros_of(book: Any) -> dict[int, int]:
    """How many digits at least a whole number is shown with, by the style of its cell."""
    formats = {
        style: book._number_formats[each.numFmtId - BUILTIN_FORMATS_MAX_SIZE]  # noqa: SLF001 - without a public name
        for style, each in enumerate(book._cell_styles)  # noqa: SLF001 - without a public name
        if each.numFmtId >= BUILTIN_FORMATS_MAX_SIZE
    }
    return {style: len(name) for style, name in formats.items() if _ZEROS.fullmatch(name)}


def _filled(
    rows: Iterable[tuple[int, list[Cell]]], zeros: Mapping[int, int], maximum_columns: int
) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of the rows that have any, in their order; one column more than the most.

    A sheet may say that it skips a thousand millions of rows, which no sheet does.
    """
    last, count = 0, 0
    for number, row in rows:
        if number > LAST_ROW:
            raise Invalid(BROKEN)
        cells = _texts(row, zeros, maximum_columns + 1) if number > last else []
        last, count = max(last, number), count + len(cells)
        if count > MAXIMUM_CELLS:
            raise Invalid(TOO_MUCH)
        if cells:
            yield number, cells


def _texts(row: list[Cell], zeros: Mapping[int, int], most: int) -> list[str]:
    """The texts of a row by their columns, without its empty end."""
    found = {
        cell["column"]: text
        for cell in row
        if cell["column"] <= most and (text := _text(cell["value"], zeros.get(cell["style_id"], 0)))
    }
    return [found.get(column, "") for column in range(1, max(found, default=0) + 1)]


def _text(value: object, zeros: int) -> str:
    """What the cell shows: whole numbers without a point, with the zeros that its format adds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return str(value).zfill(zeros)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return str(value)
