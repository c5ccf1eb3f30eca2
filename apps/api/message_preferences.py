"""Which messages the caller wants by which way, and when not to be disturbed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.serializers import StrictSerializer
from apps.notifications.choosing import change_wishes, groups_of, wishes_of
from apps.notifications.models import MessageWishes
from apps.notifications.wishes import LOCKED, is_chosen, ways

CHOICES = "By “<group>.<way>”, such as “visits.email”: wanted or not."


class MessagePreferencesShape(serializers.Serializer[MessageWishes]):
    """All that the caller can choose, with what holds for it."""

    choices = serializers.SerializerMethodField(help_text=CHOICES)
    always = serializers.SerializerMethodField(help_text="What cannot be switched off.")
    quiet_from = serializers.TimeField(
        format="%H:%M", allow_null=True, help_text="Local time from which nothing is sent."
    )
    quiet_until = serializers.TimeField(format="%H:%M", allow_null=True)
    time_zone = serializers.CharField(
        help_text="The clock of these hours; empty: that of their place, else the shop's."
    )
    version = serializers.IntegerField()

    def get_choices(self, wishes: MessageWishes) -> dict[str, bool]:
        """Every pair that can be chosen."""
        return {
            f"{group}.{way}": is_chosen(wishes.choices, group, way)
            for group in groups_of(wishes.user)
            for way in ways()
        }

    def get_always(self, wishes: MessageWishes) -> list[str]:
        """Pairs about the own account."""
        return sorted(f"{group}.{way}" for group, way in LOCKED)


class MessagePreferencesWrite(StrictSerializer):
    """What is to be otherwise; what is left out stays."""

    choices = serializers.DictField(
        child=serializers.BooleanField(), required=False, help_text=CHOICES
    )
    quiet_from = serializers.TimeField(required=False, allow_null=True)
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    time_zone = serializers.CharField(required=False, allow_blank=True, max_length=50)


class MessagePreferences(ApiView):
    """The caller's own choices."""

    @extend_schema(operation_id="message_preferences", responses=MessagePreferencesShape)
    def get(self, request: Request) -> Response:
        """What is told by which way, and the quiet hours."""
        return self.answer(MessagePreferencesShape, wishes_of(self.actor))

    @extend_schema(
        operation_id="message_preferences_change",
        request=MessagePreferencesWrite,
        responses=MessagePreferencesShape,
    )
    def patch(self, request: Request) -> Response:
        """Change some of them; both quiet hours, or neither."""
        changes: dict[str, Any] = self.body(MessagePreferencesWrite, partial=True)
        version, present = self.expected_version(), wishes_of(self.actor)
        wishes = change_wishes(
            actor=self.actor,
            version=version,
            choices=changes.get("choices", {}),
            quiet_from=changes.get("quiet_from", present.quiet_from),
            quiet_until=changes.get("quiet_until", present.quiet_until),
            time_zone=changes.get("time_zone", present.time_zone),
        )
        return self.answer(MessagePreferencesShape, wishes)
