"""Short lists that are told whole, in the frame of a page."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.response import Response


def whole_list(rows: Sequence[Any]) -> Response:
    """All rows as one page."""
    return Response({"next": None, "previous": None, "results": rows})


def whole_list_of(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """What the schema says of ``whole_list``."""
    told = "Always null: the list is whole."
    return inline_serializer(
        f"{shape.__name__}List",
        {
            "next": serializers.CharField(allow_null=True, help_text=told),
            "previous": serializers.CharField(allow_null=True, help_text=told),
            "results": shape(many=True),
        },
    )
