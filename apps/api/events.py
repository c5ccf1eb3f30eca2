"""Changes as server-sent events (API, "changes").

Here an answer ends with what has happened so far, and a browser asks again by itself after
``AGAIN_SECONDS``. The process of ``apps.api.stream`` asks this view too, and goes on where its
answer ends: who may listen, and to what, is decided once.
"""

from collections.abc import Iterable

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.api.base import ApiView
from apps.api.changes import PARAMETERS, first_position, position
from apps.api.filters import LARGEST_ID, NotReadable
from apps.api.parsers import JsonRenderer
from apps.audit.queries import head_position
from apps.queue_management.changes import Change, changes_between
from core.errors import Invalid
from core.models import User

CONTENT_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
AGAIN_SECONDS = 15
EVENT = {
    "type": "object",
    "description": "One event; “data” is JSON, of a change the members of `/api/changes/`.",
    "properties": {
        "event": {"type": "string", "enum": ["change", "reset", "beat"]},
        "id": {"type": "string", "description": "What to send as Last-Event-ID."},
        "data": {"type": "string"},
    },
}
# When so much happened it is not told one by one: whoever listens reads everything anew.
MOST = 500
RESET = "event: reset\nid: {}\ndata: {{}}\n\n"


class EventRenderer(BaseRenderer):
    """Lets an ``Accept`` of ``text/event-stream`` through; the view writes the answer itself."""

    media_type = CONTENT_TYPE
    format = "events"
    charset = None


class EventAnswer(HttpResponse):
    """Events up to a position.

    Attributes:
        user: Whom they were told.
        position: Up to where; it is told to nobody, for others' changes count in it.
        told: The events alone.
    """

    def __init__(self, told: str, *, user: User, position: int) -> None:
        again = f"retry: {AGAIN_SECONDS * 1000}\n\n"
        super().__init__(again + told, content_type=CONTENT_TYPE)
        self.user, self.position, self.told = user, position, told
        # A proxy must not wait for more before it passes on what there is.
        self["X-Accel-Buffering"] = "no"


class EventStream(ApiView):
    """Changes of the repairs, jobs, tasks and visits that the caller sees, as they happen."""

    parameters = PARAMETERS
    renderer_classes = [EventRenderer, JsonRenderer]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                LAST_EVENT_ID,
                {"type": "integer", "minimum": 0, "maximum": LARGEST_ID},
                OpenApiParameter.HEADER,
                description="The id of the event that was read last; before “since”.",
            )
        ],
        responses={(200, CONTENT_TYPE): EVENT},
    )
    def get(self, request: Request) -> EventAnswer:
        """Events “change” with the members of `/api/changes/`, and “reset” after very many."""
        head = head_position()
        since = self._last_seen(request)
        after = first_position(self.given, otherwise=head) if since is None else since
        found = changes_between(self.actor, after=after, until=head, limit=MOST)
        is_many = len(found) >= MOST
        told = RESET.format(found[-1].position) if is_many else told_events(found)
        return EventAnswer(told, user=self.actor, position=head)

    @staticmethod
    def _last_seen(request: Request) -> int | None:
        text = request.headers.get(LAST_EVENT_ID, "")
        try:
            return position(text) if text else None
        except NotReadable as error:
            raise Invalid(errors={LAST_EVENT_ID: [str(error)]}) from error


def told_events(changes: Iterable[Change]) -> str:
    """Each change as an event whose id is its position."""
    return "".join(map(_event, changes))


def _event(change: Change) -> str:
    told = orjson.dumps(change, option=orjson.OPT_UTC_Z).decode()
    return f"event: change\nid: {change.position}\ndata: {told}\n\n"
