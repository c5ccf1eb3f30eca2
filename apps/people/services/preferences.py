"""What a customer wants: approval policy, messages, default view."""

from apps.audit.use_case import use_case
from apps.people.editing import Changes, edit, locked
from apps.people.rules import customers_visible_to, is_primary_contact
from core.errors import Forbidden
from core.models import CustomerPreference, User
from core.rules import is_admin

FIELDS = (
    "approval_policy",
    "units_per_visit",
    "price_per_repair",
    "price_per_month",
    "on_the_spot",
    "email_messages",
    "daily_summary",
    "default_view",
)


@use_case
def update_preference(
    *, actor: User, customer_id: int, version: int | None, changes: Changes
) -> CustomerPreference:
    """Change a customer's preferences: its primary contact, and the office.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
    """
    customer = locked(customers_visible_to(actor), customer_id)
    if not (is_admin(actor) or is_primary_contact(actor, customer.pk)):
        raise Forbidden
    CustomerPreference.objects.get_or_create(customer=customer)
    preference = locked(CustomerPreference.objects.all(), customer.customer_preference.pk)
    return edit(actor=actor, instance=preference, version=version, changes=changes, allowed=FIELDS)
