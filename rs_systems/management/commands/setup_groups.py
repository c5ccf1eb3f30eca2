"""`manage.py setup_groups`: one group a role, with what its people may look at."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from core.enums import Role
from core.models import User

OWN_APPS = (
    "core",
    "audit",
    "notifications",
    "photo_storage",
    "technicians",
    "repairs",
    "jobs",
    "queue_management",
)
JOBS = ("job", "jobtask", "equipment")
WORK = ("repair", "repairapproval", "repairbatch", "repairphoto", "unit", "customer", "site")
# Writing is nobody's by group: every write goes through a use case, which asks its own rules.
GROUPS: dict[str, tuple[Role, tuple[str, ...] | None]] = {
    "Technicians": (
        Role.TECHNICIAN,
        (*WORK, *JOBS, "technician", "unitrepaircount", "notification"),
    ),
    "Customers": (Role.CUSTOMER, (*WORK, "customerpreference", "notification")),
    "Sales agents": (Role.SALES_AGENT, (*WORK, *JOBS, "notification")),
    "Admins": (Role.ADMIN, None),
}


class Command(BaseCommand):
    """Makes the groups, gives their permissions, puts people in by their role."""

    help = "Makes a group for each role with its view permissions. Can be run again."

    def handle(self, **_options: Any) -> None:
        """Says in a line a group what it has now."""
        for name, (role, models) in GROUPS.items():
            self.stdout.write(set_up(name, role, models))


@transaction.atomic
def set_up(name: str, role: Role, models: tuple[str, ...] | None) -> str:
    """Bring one group to what it should be; returns a sentence about it.

    Args:
        name: Of the group.
        role: Whose people belong to it.
        models: Names of the models that they may look at; ``None`` for all of ours.
    """
    group, is_new = Group.objects.get_or_create(name=name)
    wanted = Q(codename__in=[f"view_{model}" for model in models or ()])
    if models is None:
        wanted = Q(codename__startswith="view_")
    permissions = Permission.objects.filter(wanted, content_type__app_label__in=OWN_APPS)
    group.permissions.set(permissions)
    people = User.objects.people().filter(role=role)
    group.user_set.set(people)
    verb = "made" if is_new else "there already"
    return f"{name}: {verb}; permissions {len(permissions)}, people {len(people)}."
