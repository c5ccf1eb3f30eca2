"""On whose behalf a page of the portal is shown."""

from django.http import Http404, HttpRequest

from core.models import CustomerUser
from core.pages import person


def find_member(request: HttpRequest) -> CustomerUser | None:
    """The signed-in person as their customer's, with the customer; ``None`` if they have none."""
    user = person(request)
    member = CustomerUser.objects.select_related("customer").filter(user=user).first()
    if member is not None:
        # The rules ask for it many times; this is the one statement that it costs.
        user.customer_user = member
        member.user = user
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
