"""Pages of a list by key instead of number: flat at any depth, no row lost or told twice.

A page begins behind the last row of the one before it, found by its position in the ordering:
(a column that is never null, id). Nothing is counted.
"""

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import orjson
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes

from core.errors import Invalid

Row = TypeVar("Row")

PAGE_SIZE = 25
LARGEST_PAGE = 200
_FORWARD, _BACKWARD = "n", "p"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order, with the cursors of the pages around them, where there are such."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class _Cursor:
    direction: str
    position: Sequence[Any]


def paginate(
    queryset: "models.QuerySet[Any, Row]",
    *,
    ordering: Sequence[str],
    cursor: str | None = None,
    page_size: int = PAGE_SIZE,
    binding: str = "",
) -> Page[Row]:
    """One page of ``queryset``, by one statement.

    Args:
        queryset: Filtered rows: instances, or dictionaries by ``values()`` with the ordering's
            columns among them.
        ordering: Columns that are never null, the last one unique, all in one direction:
            ``("-repair_date", "-id")``. An index over them keeps deep pages quick.
        cursor: From the page before or behind; none for the first page.
        page_size: 1 to 200 rows.
        binding: What the list depends on (filters, as text): a cursor of another list is refused.

    Raises:
        Invalid: A page size out of range; a cursor that is forged or of another list.
    """
    pager = Pager(
        queryset.model, ordering=ordering, cursor=cursor, page_size=page_size, binding=binding
    )
    return pager.page(list(pager.cut(queryset, pager.position)))


class _Signer(signing.Signer):
    """Django's, whose key is made of the salt once: a page reads one cursor and writes two."""

    def __init__(self, salt: str) -> None:
        super().__init__(salt=salt)
        self._keyed = salted_hmac(f"{salt}signer", b"", self.key, algorithm=self.algorithm)

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        """What its parent says, also of the keys that were in use before."""
        if key not in {None, self.key}:
            return super().signature(value, key)
        keyed = self._keyed.copy()
        keyed.update(force_bytes(value))
        return signing.b64_encode(keyed.digest()).decode()


class Pager:
    """The steps of ``paginate`` one by one, for who fetches the rows in another way."""

    def __init__(
        self,
        model: type[models.Model],
        *,
        ordering: Sequence[str],
        cursor: str | None,
        page_size: int,
        binding: str,
    ) -> None:
        _check_size(page_size)
        self._ordering, self._size = ordering, page_size
        self._signer = _Signer(_salt(model, ordering, binding))
        self._found = None
        if cursor is not None:
            self._found = _read(cursor, self._signer, model, _names(ordering))
        self._backward = self._found is not None and self._found.direction == _BACKWARD

    @property
    def position(self) -> Sequence[Any]:
        """Where the page begins: what the row before it has in the ordering's columns."""
        return self._found.position if self._found else ()

    @property
    def shape(self) -> tuple[Any, ...]:
        """All but the position that the page's statement depends on."""
        return (*self._ordering, self._size, self._found is not None, self._backward)

    def cut(
        self, queryset: "models.QuerySet[Any, Row]", position: Sequence[Any]
    ) -> "models.QuerySet[Any, Row]":
        """The rows of the page behind ``position``, and one more where there are more."""
        behind = _behind(queryset, self._ordering, position, backward=self._backward)
        return behind[: self._size + 1]

    def page(self, rows: list[Row]) -> Page[Row]:
        """The page that these rows, as cut, make."""
        has_more = len(rows) > self._size
        rows = rows[: self._size]
        if self._backward:
            rows.reverse()
        after, before = has_more or self._backward, _before(self._found, has_more)
        return _page(rows, self._ordering, self._signer, after=after, before=before)


def read_page_size(text: str | None) -> int:
    """The page size that a query string asks for; 25 when it does not.

    Raises:
        Invalid: It is no whole number from 1 to 200.
    """
    if text is None:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_PAGE))):
        raise _bad_size()
    return _check_size(int(text))


def binding_of(parameters: Mapping[str, Any]) -> str:
    """A list's filters as text for ``paginate``, the same for every order of writing them."""
    return repr(sorted((name, str(value)) for name, value in parameters.items()))


def _check_size(size: int) -> int:
    if not 1 <= size <= LARGEST_PAGE:
        raise _bad_size()
    return size


def _bad_size() -> Invalid:
    return Invalid(errors={"page_size": [f"Send a whole number from 1 to {LARGEST_PAGE}."]})


def _before(found: _Cursor | None, has_more: bool) -> bool:  # noqa: FBT001  # private, one caller
    if found is None:
        return False
    return has_more if found.direction == _BACKWARD else True


def _page(
    rows: list[Row], ordering: Sequence[str], signer: signing.Signer, *, after: bool, before: bool
) -> Page[Row]:
    write = _writer(ordering, signer)
    return Page(
        rows=rows,
        next=write(_FORWARD, rows[-1]) if rows and after else None,
        previous=write(_BACKWARD, rows[0]) if rows and before else None,
    )


def _behind(
    queryset: "models.QuerySet[Any, Row]",
    ordering: Sequence[str],
    position: Sequence[Any],
    *,
    backward: bool,
) -> "models.QuerySet[Any, Row]":
    descending = _is_descending(ordering) != backward
    names = _names(ordering)
    ordered = queryset.order_by(*(f"-{name}" if descending else name for name in names))
    if not position:
        return ordered
    # A comparison of rows, which the index answers by one descent, unlike "or" of its parts.
    lookup = TupleLessThan if descending else TupleGreaterThan
    return ordered.filter(lookup(Tuple(*map(models.F, names)), tuple(position)))


def _is_descending(ordering: Sequence[str]) -> bool:
    directions = {name.startswith("-") for name in ordering}
    if len(directions) != 1:
        raise ValueError(f"All of {ordering!r} must run in one direction.")
    return directions.pop()


def _names(ordering: Sequence[str]) -> list[str]:
    return [name.removeprefix("-") for name in ordering]


def _salt(model: type[models.Model], ordering: Sequence[str], binding: str) -> str:
    return f"paging:{model._meta.label_lower}:{','.join(ordering)}:{binding}"


def _writer(ordering: Sequence[str], signer: signing.Signer) -> Callable[[str, Row], str]:
    names = _names(ordering)

    def write(direction: str, row: Row) -> str:
        values = (_value(row, name) for name in names)
        # Dates and amounts as text; the column reads them back.
        plain = [value if isinstance(value, int | str) else str(value) for value in values]
        text: str = signing.b64_encode(orjson.dumps([direction, *plain])).decode()
        return signer.sign(text)

    return write


def _value(row: object, name: str) -> Any:
    if isinstance(row, Mapping):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _read(
    cursor: str, signer: signing.Signer, model: type[models.Model], names: Sequence[str]
) -> _Cursor:
    try:
        text = signing.b64_decode(signer.unsign(cursor).encode())
        direction, *texts = orjson.loads(text)
        position = [
            _column(model, name).to_python(text) for name, text in zip(names, texts, strict=True)
        ]
    except (signing.BadSignature, ValueError, ValidationError, binascii.Error) as error:
        message = "This cursor is not of this list. Begin again without one."
        raise Invalid(errors={"cursor": [message]}) from error
    return _Cursor(direction, position)


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    *parents, last = name.split("__")
    for parent in parents:
        model = cast("type[models.Model]", model._meta.get_field(parent).related_model)
    return cast("models.Field[Any, Any]", model._meta.get_field(last))
