"""On whose behalf a page of the portal is shown."""

from django.http import Http404, HttpRequest

from core.models import CustomerUser
from core.pages import person


def find_member(request: HttpRequest) -> CustomerUser | None:
    """The signed-in person as their customer's, with the customer; ``None`` if they have none."""
    member: CustomerUser | None = getattr(person(request), "customer_user", None)
    return member


def member_of(request: HttpRequest) -> CustomerUser:
    """The signed-in person as their customer's.

    Raises:
        Http404: They belong to no customer, so there is nothing here for them.
    """
    member = find_member(request)
    if member is None:
        raise Http404
    return member
