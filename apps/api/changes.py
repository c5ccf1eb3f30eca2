"""What has changed since one last asked (API, "changes")."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.filters import INSTANT, LARGEST_ID, Parameter, instant, whole
from apps.audit.queries import head_position, position_at
from apps.queue_management.changes import Change, changes_between

MOST = 500


class ChangeRead(serializers.Serializer[Change]):
    """That something happened to an object; what it is now, its own address tells."""

    position = serializers.IntegerField()
    kind = serializers.CharField()
    id = serializers.IntegerField()
    verb = serializers.CharField(help_text="“left” where you see the object no longer.")
    at = serializers.DateTimeField()
    name = serializers.CharField()
    text = serializers.CharField(help_text="What was done, in words; may be empty.")
    actor = serializers.CharField(help_text="Who did it; may be empty.")
    own = serializers.BooleanField(help_text="Whether you did it.")


class Changes(serializers.Serializer[object]):
    """Changes in the order in which they happened."""

    next = serializers.IntegerField(help_text="What to send as “since” the next time.")
    results = ChangeRead(many=True)


def position(text: str) -> int:
    """A place in the order of all changes."""
    return 0 if text == "0" else whole(text)


PARAMETERS: Sequence[Parameter] = (
    Parameter(
        "since",
        position,
        schema={"type": "integer", "minimum": 0, "maximum": LARGEST_ID, "default": 0},
        description="The “next” of the answer before; 0 begins with the oldest.",
    ),
    Parameter(
        "updated_since",
        instant,
        schema=INSTANT,
        description="Where there is no “since” yet: begins with this instant.",
    ),
)


def first_position(given: Mapping[str, Any], *, otherwise: int) -> int:
    """Behind which position the caller wants to read."""
    if "since" in given:
        return int(given["since"])
    return position_at(given["updated_since"]) if "updated_since" in given else otherwise


class ChangeList(ApiView):
    """Changes of the repairs, jobs, tasks and visits that the caller sees."""

    parameters = PARAMETERS

    @extend_schema(responses=Changes)
    def get(self, request: Request) -> Response:
        """About 500 changes at most; none is ever lost between two answers."""
        head = head_position()
        since = first_position(self.given, otherwise=0)
        found = changes_between(self.actor, after=since, until=head, limit=MOST)
        is_full = len(found) >= MOST
        told = {"next": found[-1].position if is_full else max(since, head), "results": found}
        return Response(Changes(told).data)
