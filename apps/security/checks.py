"""The build fails when a URL has no row, or a row has no URL."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from apps.security.access import Access, rows


def view_names(
    patterns: Sequence[URLPattern | URLResolver] | None = None, namespace: str = ""
) -> Iterator[str]:
    """The full names of all views of the project; an unnamed one is told by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or f'unnamed {pattern.pattern}'}"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from view_names(pattern.url_patterns, inner)


def table_faults(names: Sequence[str], table: Sequence[Access]) -> Iterator[CheckMessage]:
    """What does not fit between the URLs and the table."""
    for name in sorted(set(names)):
        if not any(row.covers(name) for row in table):
            yield Error(f"The URL {name} has no row in an access.py.", id="security.E001")
    for row in table:
        if not any(row.covers(name) for name in names):
            yield Error(f"The access row {row.name} has no URL.", id="security.E002")
    known = [row.name for row in table]
    for twice in sorted({name for name in known if known.count(name) > 1}):
        yield Error(f"The URL {twice} has several access rows.", id="security.E003")


@register(Tags.urls)
def check_access_table(**_options: Any) -> list[CheckMessage]:
    """Every URL has exactly one row, and every row a URL."""
    return list(table_faults(list(view_names()), rows()))
