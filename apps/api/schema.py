"""The OpenAPI schema: what drf-spectacular cannot see by itself."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from apps.api.parsers import DEEPEST, LARGEST_BODY, LONGEST_LIST
from apps.api.serializers import StrictSerializer
from core.idempotency import HEADER, LONGEST_KEY
from core.paging import LARGEST_PAGE

Document = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM: Document = {
    "type": "object",
    "description": "What went wrong (RFC 9457); some carry more members, named by their code.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "detail", "code", "errors"],
}
FAULTS = {
    "400": "The input breaks a rule; “errors” names the fields.",
    "401": "Nobody is signed in, or the proof does not hold.",
    "403": "Visible, but not to be done by this caller.",
    "404": "Not there, or not visible to this caller.",
    "405": "This address does not take that method.",
    "406": "Nothing here suits the Accept header.",
    "409": "Not possible in the present state, or the same call is still running.",
    "412": "Changed since the version in If-Match.",
    "413": "The body is too large: 1 MiB of JSON, 20 levels deep, 5,000 items a list.",
    "415": "Bodies of this type are not read here.",
    "422": "The Idempotency-Key was used for another call.",
    "428": "If-Match is missing.",
    "429": "Too many calls; Retry-After says how long to wait.",
    "503": "The database is away or busy; try again after Retry-After.",
}
CONVENTIONS = f"""
Faults are `application/problem+json`: programs read `code`, people `detail`, forms `errors`.

Lists come in pages of `page_size` rows (25, at most {LARGEST_PAGE}): follow `next` and `previous`
as they stand. Parameters and fields that are not named here are refused.

Every signed-in write may carry an `Idempotency-Key`; for 24 hours the same call under the same
key gets the same answer and has no second effect. Making an API key, or the address of a calendar,
is the exception, for the answer is not stored.

Objects carry a `version`, which is their `ETag`; edits of fields send it back in `If-Match`.

Limits: JSON of {LARGEST_BODY // 1024} KiB, {DEEPEST} levels, {LONGEST_LIST:,} items a list; calls
a minute by person and by address, told with `Retry-After` when they are used up.
""".strip()
ALWAYS = ("400", "401", "403", "404", "405", "406", "429", "503")
OF_WRITES = ("409", "413", "415", "422")
OF_EDITS = ("412", "428")
EDITS = ("PUT", "PATCH")


class ApiSchema(AutoSchema):
    """Reads the attributes of our views; closes the shapes of strict serializers."""

    def get_override_parameters(self) -> list[Any]:
        """The filters of reading; of writing, the headers that the conventions give it."""
        if self.method == "GET":
            return [each.documented() for each in getattr(self.view, "parameters", ())]
        is_repeatable = getattr(self.view, "is_repeatable", False)
        found = [_header(HEADER, f"^[!-~]{{1,{LONGEST_KEY}}}$")] if is_repeatable else []
        return [*found, _header("If-Match", '^"[0-9]{1,9}"$')] if self.method in EDITS else found

    def get_summary(self) -> str:
        """The first sentence of what the handler says of itself."""
        return self.get_description().partition("\n")[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]  # DRF's stubs know another one
        """What a list is told of as a whole; elsewhere what the method says."""
        if hasattr(self.view, "read_serializer") and self.method == "GET":
            return str(self.view.__doc__)
        return str(super().get_description())

    def get_request_serializer(self) -> Any:
        """Nothing, where the view does not say by ``extend_schema``."""
        return None

    def get_response_serializers(self) -> Any:
        """The rows of a list; nothing elsewhere, where the view does not say."""
        rows = getattr(self.view, "read_serializer", None)
        return rows(many=True) if rows and self.method == "GET" else None

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Document:
        mapped = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call] # untyped there
        schema: Document = mapped
        kind = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(kind, StrictSerializer):
            schema["additionalProperties"] = False
            if always := getattr(kind, "always_required", ()):
                schema["required"] = list(always)
        return schema


class CarriedIdentityScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """The three ways to prove who one is."""

    target_class = "apps.api.authentication.CarriedIdentity"
    name = ["Bearer", "Token", "Cookie"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[Document]:
        """Any one of them is enough."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[Document]:
        """How each is sent."""
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "A key of yours, as “Token rs_…”.",
            },
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "The pages' session; writes also send X-CSRFToken.",
            },
        ]


def complete(result: Document, **_generator: Any) -> Document:
    """Add to every call its faults and the headers that the conventions give it."""
    result["info"]["description"] = f"{result['info'].get('description', '')}\n\n{CONVENTIONS}"
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                _complete_call(path[method], method)
    return result


def _complete_call(call: Document, method: str) -> None:
    for status in _statuses(method):
        call["responses"].setdefault(status, _fault(FAULTS[status]))


def _statuses(method: str) -> Iterator[str]:
    yield from ALWAYS
    if method != "get":
        yield from OF_WRITES
    if method.upper() in EDITS:
        yield from OF_EDITS


def _fault(description: str) -> Document:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


def _header(name: str, pattern: str) -> OpenApiParameter:
    schema = {"type": "string", "pattern": pattern}
    return OpenApiParameter(name, schema, location=OpenApiParameter.HEADER)
