"""What has changed since one last asked (API, "changes")."""

from itertools import chain
from operator import attrgetter

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.filters import LARGEST_ID, Parameter, whole
from apps.audit.models import AuditEntry
from apps.audit.queries import entries_between, head_position
from apps.jobs.models import Job, JobTask
from apps.repairs.models import Repair
from apps.repairs.rules import sees_internal

MOST = 500


class ChangeRead(serializers.Serializer[AuditEntry]):
    """That something happened to an object; what it is now, its own address tells."""

    position = serializers.IntegerField()
    kind = serializers.SerializerMethodField()
    id = serializers.IntegerField(source="target_id")
    verb = serializers.CharField()
    at = serializers.DateTimeField()

    def get_kind(self, entry: AuditEntry) -> str:
        """What sort of object it is."""
        return entry.target_type.rpartition(".")[2]


class Changes(serializers.Serializer[object]):
    """Changes in the order in which they happened."""

    next = serializers.IntegerField(help_text="What to send as “since” the next time.")
    results = ChangeRead(many=True)


def _position(text: str) -> int:
    return 0 if text == "0" else whole(text)


class ChangeList(ApiView):
    """Changes of the repairs, for the shop's people also of the jobs, that the caller sees."""

    parameters = (
        Parameter(
            "since",
            _position,
            schema={"type": "integer", "minimum": 0, "maximum": LARGEST_ID, "default": 0},
            description="The “next” of the answer before; 0 begins with the oldest.",
        ),
    )

    @extend_schema(responses=Changes)
    def get(self, request: Request) -> Response:
        """At most 500 changes; none is ever lost between two answers."""
        since, head = self.given.get("since", 0), head_position()
        entries = self._entries(since, head)
        is_full = len(entries) == MOST
        found = {"next": entries[-1].position if is_full else max(since, head), "results": entries}
        return Response(Changes(found).data)

    def _entries(self, since: int, head: int) -> list[AuditEntry]:
        """The first of all kinds together; each kind is asked for by itself, as its index goes."""
        told = (
            (Repair.objects.visible_to(self.actor), not sees_internal(self.actor)),
            (Job.objects.visible_to(self.actor), False),
            (JobTask.objects.visible_to(self.actor), False),
        )
        found = [
            entries_between(rows, after=since, until=head, public_only=is_public, limit=MOST)
            for rows, is_public in told
        ]
        return sorted(chain.from_iterable(found), key=attrgetter("position"))[:MOST]
