"""What the schema says of pages; ``apps.api.base.ListView`` makes them."""

from typing import Any

from rest_framework.views import APIView

from core.paging import LARGEST_PAGE, PAGE_SIZE

_ADDRESS = {"type": ["string", "null"], "format": "uri"}


class KeysetPages:
    """The parameters and the frame of a list, for drf-spectacular."""

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The two parameters that every list takes."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins: from “next” or “previous”.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_PAGE,
                    "default": PAGE_SIZE,
                },
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The frame around the rows."""
        return {
            "type": "object",
            "properties": {"next": _ADDRESS, "previous": _ADDRESS, "results": schema},
            "required": ["next", "previous", "results"],
            "additionalProperties": False,
        }
