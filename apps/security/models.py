"""Sessions of the API, devices that signed in, and keys for programs."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from core.clock import now
from core.models import User
from core.rules import is_admin


class AuthSession(models.Model):
    """One sign-in through the API: a family of access and refresh tokens.

    ``refresh_jti`` names the only refresh token that still works; ``ended_at`` ends them all.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_sessions"
    )
    refresh_jti = models.CharField(max_length=32)
    rotated_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["user"], condition=models.Q(ended_at=None), name="auth_session_open_idx"
            ),
            models.Index(fields=["last_used_at"], name="auth_session_used_idx"),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk} of {self.user}"


class KnownDevice(models.Model):
    """A browser or program that somebody has signed in from; see ``apps.security.devices``."""

    AUDIT_SECRET_FIELDS: ClassVar = {"mark"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices"
    )
    mark = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["last_used_at"], name="known_device_used_idx")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "mark"], name="known_device_once"),
        ]

    def __str__(self) -> str:
        return f"A device of {self.user}"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Which keys one may see."""

    def visible_to(self, user: User) -> Self:
        """One's own; admins see those of the shop and of every company."""
        return self.all() if is_admin(user) else self.filter(user=user)


class ApiKey(models.Model):
    """A named key that acts as the person who made it, within its scopes.

    Only the SHA-256 of the key is kept; ``prefix`` is what lists show of it.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"key_hash"}
    AUDIT_IGNORED_FIELDS: ClassVar = {"last_used_at"}
    NAME_LENGTH = 100

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    prefix = models.CharField(max_length=11)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="api_key_user_idx")]

    def __str__(self) -> str:
        return f"Key “{self.name}” of {self.user}"

    def works_at(self, at: dt.datetime) -> bool:
        """Whether it is neither revoked nor expired, and its person may act."""
        is_fresh = self.expires_at is None or self.expires_at > at
        return is_fresh and self.revoked_at is None and self.user.is_active
