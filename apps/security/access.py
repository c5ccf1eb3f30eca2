"""The access table: which role may use which method at which URL (ARCHITECTURE, guard 1).

Each ``urls.py`` has an ``access.py`` beside it with the rows of its URLs; the setting
``ACCESS_ROWS`` names the list that collects them. A URL without a row does not answer.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar

from django.conf import settings
from django.utils.module_loading import import_string

from core.enums import Role

ADMIN = Role.ADMIN.value
TECHNICIAN = Role.TECHNICIAN.value
SALES_AGENT = Role.SALES_AGENT.value
CUSTOMER = Role.CUSTOMER.value
PUBLIC = "public"
"""Everybody, signed in or not."""
SIGNED_IN = "signed_in"
"""Every role."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Access:
    """The row of one URL.

    Args:
        name: The view name with its namespaces; ``admin:*`` stands for all of a namespace.
        methods: For each method the roles that may use it. HEAD follows GET.
    """

    is_data: ClassVar[bool] = False

    def __init__(self, name: str, **methods: Iterable[str]) -> None:
        if unknown := methods.keys() - METHODS:
            raise ValueError(f"{name}: no method {', '.join(sorted(unknown))}")
        self.name = name
        self.roles: Mapping[str, frozenset[str]] = {
            method: frozenset(roles) for method, roles in methods.items()
        }

    def __repr__(self) -> str:
        return f"Access({self.name!r}, {dict(self.roles)!r})"

    @property
    def is_wildcard(self) -> bool:
        """Whether the row stands for all URLs of a namespace."""
        return self.name.endswith(":*")

    def covers(self, view_name: str) -> bool:
        """Whether this is the row of that view."""
        return view_name == self.name or (
            self.is_wildcard and view_name.startswith(self.name.removesuffix("*"))
        )

    def roles_for(self, method: str) -> frozenset[str]:
        """Who may use this method; nobody when the URL does not take it."""
        return self.roles.get("GET" if method == "HEAD" else method, frozenset())

    def is_public(self, method: str) -> bool:
        """Whether everybody may use this method."""
        return PUBLIC in self.roles_for(method)

    @property
    def is_open(self) -> bool:
        """Whether everybody may use some method, so that the URL is no secret."""
        return any(self.is_public(method) for method in self.roles)

    def allows(self, method: str, role: str) -> bool:
        """Whether a signed-in person of this role may use this method."""
        return not self.roles_for(method).isdisjoint({PUBLIC, SIGNED_IN, role})

    def knows(self, role: str) -> bool:
        """Whether the role may use any method here."""
        return any(self.allows(method, role) for method in self.roles)

    def allow_header(self) -> str:
        """The methods of this URL as the Allow header lists them."""
        found = set(self.roles) | ({"HEAD"} if "GET" in self.roles else set())
        return ", ".join(sorted(found))


class DataAccess(Access):
    """The row of a URL where a page's script asks, which is no address of the API.

    Its refusals are problems in JSON; a page's would lead to the sign-in.
    """

    is_data = True


def rows() -> list[Access]:
    """All rows of the project."""
    found: list[Access] = import_string(settings.ACCESS_ROWS)
    return found


@lru_cache(maxsize=1)
def _exact() -> dict[str, Access]:
    return {row.name: row for row in rows()}


def find_row(view_name: str) -> Access | None:
    """The row of a view, the exact one before a wildcard."""
    if row := _exact().get(view_name):
        return row
    return next((row for row in rows() if row.is_wildcard and row.covers(view_name)), None)


def forget_rows() -> None:
    """Read the table anew; for tests that change it."""
    _exact.cache_clear()
