"""Bodies in JSON, in and out: bounded in size, depth and length."""

from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from apps.api.problems import TooLarge
from core.errors import Invalid

LARGEST_BODY = 1 << 20
DEEPEST = 20
LONGEST_LIST = 5000


class JsonParser(BaseParser):
    """Reads ``application/json`` of at most 1 MiB, 20 levels and 5,000 items a list."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body.

        Raises:
            TooLarge: It is longer than is read here.
            Invalid: It is no JSON, nested too deep, or has too long a list.
        """
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"A body has at most {LARGEST_BODY} bytes here.")
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Invalid("The body is not valid JSON.", code="malformed") from error
        _check_shape(data)
        return data


class JsonRenderer(BaseRenderer):
    """Writes ``application/json``; amounts become text with their two decimals."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of ``data``; nothing for an empty answer."""
        return b"" if data is None else to_json(data)


def to_json(data: Any) -> bytes:
    """JSON as every answer of the API has it."""
    return orjson.dumps(data, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _check_shape(data: object) -> None:
    level = [data]
    for _ in range(DEEPEST + 1):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise Invalid(f"The body is nested deeper than {DEEPEST} levels.", code="too_deep")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    if not isinstance(value, list):
        return []
    if len(value) > LONGEST_LIST:
        raise Invalid(f"A list has at most {LONGEST_LIST} items here.", code="too_long")
    return value
