"""Making the demonstration: all of it or none."""

from apps.audit.use_case import use_case
from apps.notifications.services import send_nothing
from core.models import CustomerUser, User
from rs_systems.demo.cast import DEMO_FLEET, NOT_SENT, PASSWORD, assemble
from rs_systems.demo.story import tell


def is_made() -> bool:
    """Whether the demonstration stands."""
    return CustomerUser.objects.filter(
        user__username="democustomer", customer__name=DEMO_FLEET, is_primary_contact=True
    ).exists()


@use_case
def make_demo() -> None:
    """Make the cast and tell its story.

    Raises:
        Conflict: ``name_taken``, as ``cast.assemble``.
    """
    cast = assemble()
    tell(cast)
    _send_no_mail([user.pk for user in cast.people.values()])


def _send_no_mail(user_ids: list[int]) -> None:
    """Nobody reads these addresses; the notices on the pages tell the same."""
    send_nothing(user_ids, why=NOT_SENT)


def has_demo_password(username: str) -> bool:
    """Whether this user signs in with the demonstration's password."""
    user = User.objects.filter(username=username).first()
    return user is not None and user.check_password(PASSWORD)
