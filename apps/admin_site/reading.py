"""How a model is read at a million rows: capped pages, searches by index, no secret, no write."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from core.keys import fold_key

# Whoever wants more than these narrows them down; counting all would read all.
MOST_ROWS = 2000
# So many owners may a prefix have: their rows are then found by the index on the foreign key.
MOST_OWNERS = 200
LARGEST_ID = 2**63 - 1
# A promised mail, or a kept answer, carries the way in that it is about.
SECRETS = frozenset(
    {
        *("password", "token", "token_hash", "key_hash", "refresh_jti", "fingerprint"),
        *("body", "headers", "payload", "content", "prepared", "fields"),
        *("endpoint", "endpoint_hash", "p256dh", "auth", "mark"),
    }
)
Filter = str | type[admin.SimpleListFilter] | tuple[str, type[admin.FieldListFilter]]


@dataclass(frozen=True)
class Begins:
    """A search by prefix: of a stored key, of the row itself or of what it belongs to."""

    column: str
    fold: Callable[[str], str] = fold_key
    of: str = ""

    def condition(self, model: type[models.Model], text: str) -> Q:
        """What rows of ``model`` must be; owners are looked up first, in a statement."""
        is_theirs = {f"{self.column}__startswith": self.fold(text)}
        if not self.of:
            return Q(**is_theirs)
        owner: Any = model._meta.get_field(self.of).related_model
        ids = owner._default_manager.filter(**is_theirs).order_by("pk").values_list("pk", flat=True)
        return Q(**{f"{self.of}__in": list(ids[:MOST_OWNERS])})


@dataclass(frozen=True)
class Columns:
    """What the list of one model shows, and how its rows are found.

    ``numbers`` are the columns that a number finds, beside the id; ``exact`` those whose whole
    value does.
    """

    show: tuple[str, ...]
    search: tuple[Begins, ...] = ()
    numbers: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-pk",)

    def condition(self, model: type[models.Model], text: str) -> Q:
        """Which rows somebody means who searches for this."""
        found = Q(pk__in=[])
        for each in self.search:
            found |= each.condition(model, text)
        for column in self.exact:
            found |= Q(**{column: text})
        if text.isdecimal() and int(text) <= LARGEST_ID:
            for column in ("pk", *self.numbers):
                found |= Q(**{column: int(text)})
        return found


class CappedPaginator(Paginator[Any]):
    """Pages over the first rows only, so that their number is known without counting all."""

    @cached_property
    def found(self) -> int:
        """How many there are, or one more than is shown."""
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST_ROWS + 1].count())

    @cached_property
    def count(self) -> int:
        """How many are shown."""
        return min(self.found, MOST_ROWS)


class CappedList(ChangeList):
    """A list that says when it leaves rows out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.paginator.found > MOST_ROWS:
            self.title = f"{self.title} (the first {MOST_ROWS:,}: search or filter for others)"


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Lists, searches and shows rows; never adds, changes or deletes one."""

    columns: Columns
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count all rows
    sortable_by = ()  # only the one order has an index
    list_per_page = 25
    actions = None
    search_help_text = "The beginning of a name or number, or an id"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Staff read everything."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff see every package."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: use cases make rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: use cases change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: history stays."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with capped pages."""
        return CappedList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The rows that are meant, found by indexes; none comes twice."""
        text = search_term.strip()
        if text:
            queryset = queryset.filter(self.columns.condition(self.model, text))
        return queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No guessing of a secret, letter by letter, in the address of a list."""
        is_secret = not SECRETS.isdisjoint(lookup.split("__"))
        return not is_secret and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: object = None) -> Any:
        """Every column but secrets."""
        columns = [*self.opts.concrete_fields, *self.opts.many_to_many]
        return [field.name for field in columns if field.name not in SECRETS]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to a row is in the audit trail, not in a book of Django's."""
        about = urlencode({"target_type": self.opts.label_lower, "target_id": object_id})
        return redirect(f"{reverse('admin:audit_auditentry_changelist')}?{about}")


def admin_class(columns: Columns) -> type[ReadOnlyAdmin]:
    """The admin of one model."""
    attributes = {
        "columns": columns,
        "list_display": columns.show,
        "search_fields": ("pk",),  # shows the search box; ``get_search_results`` does the rest
        "list_filter": columns.filters,
        "list_select_related": columns.related,
        "ordering": columns.order,
    }
    return type("ModelAdmin", (ReadOnlyAdmin,), attributes)
