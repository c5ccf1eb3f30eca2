"""The menu of a portal."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def menu(
    request: HttpRequest, pages: Iterable[tuple[str, str, str]], *, home: str
) -> list[dict[str, Any]]:
    """What ``components/navbar.html`` takes: label, address, icon, and which one is open.

    Args:
        request: Tells where the reader is.
        pages: Label, URL name and icon of each entry.
        home: The address that is open only when the reader is exactly there.
    """
    here = request.path_info
    entries = []
    for label, name, icon in pages:
        url = reverse(name)
        is_active = here == url if url == home else here.startswith(url)
        entries.append({"label": label, "url": url, "icon": icon, "active": is_active})
    return entries
