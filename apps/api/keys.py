"""Keys for programs (API, "keys")."""

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, ListView
from apps.api.filters import ordering
from apps.api.serializers import StrictSerializer
from apps.security.enums import KeyScope
from apps.security.keys import create_key, revoke_key
from apps.security.models import ApiKey


class KeyRead(serializers.ModelSerializer[ApiKey]):
    """A key without its secret."""

    scopes = serializers.ListField(child=serializers.ChoiceField(KeyScope.choices))
    user_name = serializers.CharField(source="user.__str__")

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id",
            "name",
            "prefix",
            "scopes",
            "user",
            "user_name",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        )


class KeyMade(KeyRead):
    """A key with its secret, this once."""

    key = serializers.CharField(help_text="Sent as “Authorization: Token …”; shown this once.")

    class Meta(KeyRead.Meta):
        fields = (*KeyRead.Meta.fields, "key")


class KeyWrite(StrictSerializer):
    """What a key is to be called and may do."""

    name = serializers.CharField(max_length=ApiKey.NAME_LENGTH)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(KeyScope.choices), min_length=1, max_length=len(KeyScope)
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class KeyList(ListView):
    """The caller's keys; admins see the shop's."""

    parameters = (ordering("-id", "id"),)
    read_serializer = KeyRead
    # The stored answer would hold the key itself, which nothing of ours keeps.
    is_repeatable = False

    def rows(self) -> "QuerySet[ApiKey]":
        """Visible keys with their owners."""
        return ApiKey.objects.visible_to(self.actor).select_related("user")

    @extend_schema(request=KeyWrite, responses={201: KeyMade})
    def post(self, request: Request) -> Response:
        """Make a key; the answer is the only place that ever shows it."""
        key, secret = create_key(actor=self.actor, **self.body(KeyWrite))
        key.key = secret  # type: ignore[attr-defined]  # for this one answer
        location = reverse("api:key-detail", args=[key.pk])
        return self.answer(KeyMade, key, status=201, location=location)


class KeyDetail(ApiView):
    """One key."""

    @extend_schema(responses=KeyRead)
    def get(self, request: Request, pk: int) -> Response:
        """The key, without its secret."""
        visible = ApiKey.objects.visible_to(self.actor).select_related("user")
        return self.answer(KeyRead, self.find(visible, pk=pk))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke it: it stops working at once and stays in the list."""
        revoke_key(actor=self.actor, key_id=pk)
        return Response(status=204)
