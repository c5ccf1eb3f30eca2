"""The schema and its two readers, all served from here."""

from functools import lru_cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView


class SchemaView(ApiView):
    """The OpenAPI document, as JSON."""

    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The same for everybody."""
        return Response(document())


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The schema of this version; it does not change while the process runs."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # they have no types
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above
    return made


def swagger_ui(request: HttpRequest) -> HttpResponse:
    """Swagger UI over the schema."""
    return render(request, "api/swagger_ui.html")


# ReDoc writes its styles into the page and searches in a worker that it makes itself.
@csp_update({"style-src": [UNSAFE_INLINE], "worker-src": ["blob:"]})
def redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc over the schema."""
    return render(request, "api/redoc.html")
