"""Who a user name and a password belong to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from apps.security.queries import RECORDS
from core.keys import fold_key, is_printable
from core.models import User

LONGEST_NAME = 254
LONGEST_PASSWORD = 1024


class PersonBackend(ModelBackend):
    """Signs in by user name or e-mail, ignoring case; never the system's own user."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person, when the password is theirs; an unknown name takes just as long."""
        if not username or not password or not is_plausible(username, password):
            return None
        user = find_person(username)
        if user is None:
            User().set_password(password)
            return None
        right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session with what they are besides, which every page asks for next."""
        people = User.objects.select_related(*RECORDS, "customer_user__customer")
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def is_plausible(username: str, password: str) -> bool:
    """Whether the two can be a name and a password at all, before a database sees them."""
    return (
        len(username) <= LONGEST_NAME
        and is_printable(username)
        and len(password) <= LONGEST_PASSWORD
    )


def find_person(name: str) -> User | None:
    """Whose user name or e-mail this is; an e-mail wins over a name that looks like it."""
    key = fold_key(name)
    found = list(User.objects.people().filter(Q(username_key=key) | Q(email_key=key)))
    return next((user for user in found if user.email_key == key), found[0] if found else None)
