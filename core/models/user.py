"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac

from core.enums import Role
from core.keys import fold_key

SYSTEM_USERNAME = "system"


class PeopleManager(UserManager["User"]):
    """Adds the system actor and sign-in by name or e-mail."""

    def system(self) -> "User":
        """The actor of background work and commands; it can never sign in."""
        user, _ = self.get_or_create(
            username_key=SYSTEM_USERNAME,
            defaults={
                "username": SYSTEM_USERNAME,
                "first_name": "System",
                "role": Role.ADMIN,
                "is_active": False,
                "password": "!",
            },
        )
        return user

    def people(self) -> "models.QuerySet[User]":
        """Everybody except the system actor."""
        return self.exclude(username_key=SYSTEM_USERNAME)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user whose name or e-mail this is, ignoring case."""
        key = fold_key(username or "")
        return self.get(models.Q(username_key=key) | models.Q(email_key=key))

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra_fields: Any,
    ) -> "User":
        """An admin with both flags, as the first admin has them."""
        extra_fields |= {"role": Role.ADMIN, "manages_prices": True, "manages_people": True}
        user: User = super().create_superuser(username, email, password, **extra_fields)
        return user


class User(AbstractUser):
    """One person, whatever doors they use (DOMAIN, section 1).

    ``session_version`` is carried by every token and session: raising it ends them all.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"password"}
    AUDIT_IGNORED_FIELDS: ClassVar = {
        "last_login",
        "username_key",
        "email_key",
        "version",
        "updated_at",
    }

    role = models.CharField(max_length=12, choices=Role, default=Role.CUSTOMER)
    manages_prices = models.BooleanField(default=False)
    manages_people = models.BooleanField(default=False)
    phone = models.CharField(max_length=20, blank=True)
    username_key = models.CharField(max_length=150, unique=True, editable=False)
    # Empty is NULL, so that many may have no address.
    email_key = models.CharField(max_length=254, unique=True, null=True, editable=False)  # noqa: DJ001 - see above
    session_version = models.PositiveIntegerField(default=0, editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta(AbstractUser.Meta):
        ordering: ClassVar = ["username"]
        indexes: ClassVar = [models.Index(fields=["role", "id"], name="user_role_idx")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(role=Role.ADMIN),
                name="user_staff_is_admin",
            ),
            models.CheckConstraint(
                condition=models.Q(manages_prices=False, manages_people=False)
                | models.Q(role=Role.ADMIN),
                name="user_flags_of_admins",
            ),
            models.CheckConstraint(
                condition=models.Q(email="", email_key=None)
                | ~models.Q(email="") & models.Q(email_key__isnull=False),
                name="user_email_has_key",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys, and the staff flag with the role."""
        self.username_key = fold_key(self.username)
        self.email_key = fold_key(self.email) or None
        if self.role != Role.ADMIN:
            self.is_staff = self.is_superuser = False
            self.manages_prices = self.manages_people = False
        elif not self.is_system:
            self.is_staff = True
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        """The name that people know."""
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django compares it on every request: a raised version ends all sessions of the pages.
        return salted_hmac(
            "core.User.session",
            f"{self.session_version}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_system(self) -> bool:
        """Whether this is the actor of background work."""
        return self.username == SYSTEM_USERNAME
