"""Who may do what with a job; who sees one is ``models.seen_by``."""

from core.models import Customer, User
from core.rules import is_admin, is_sales_agent


def may_create(user: User) -> bool:
    """Admins for anybody, sales agents for the customers they own."""
    return is_admin(user) or is_sales_agent(user)


def may_create_for(user: User, customer: Customer) -> bool:
    """Make a job for this customer."""
    return is_admin(user) or (is_sales_agent(user) and customer.owner_id == user.pk)


def may_plan(user: User, created_by_id: int) -> bool:
    """Say what a job is and when it is done by whom: the office, and the agent who made it."""
    return is_admin(user) or (is_sales_agent(user) and created_by_id == user.pk)


def may_skip_order(user: User) -> bool:
    """Begin a task before those ahead of it are done; it is recorded."""
    return is_admin(user)


def may_keep_equipment(user: User) -> bool:
    """Enter, change, retire and delete equipment."""
    return is_admin(user)


def may_keep_templates(user: User) -> bool:
    """Enter, change and retire checklists."""
    return is_admin(user)


def may_remove_attachment(user: User, added_by_id: int | None) -> bool:
    """Take a picture of a task away."""
    return is_admin(user) or user.pk == added_by_id
