"""The menu of a portal."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def menu(
    request: HttpRequest, pages: Sequence[tuple[str, str, str]], *, home: str
) -> list[dict[str, Any]]:
    """What ``components/navbar.html`` takes: label, address, icon, and which one is open.

    Args:
        request: Tells where the reader is.
        pages: Label, URL name and icon of each entry.
        home: The address that is open only when the reader is exactly there.
    """
    here = request.path_info
    urls = [reverse(name) for _, name, _ in pages]
    fitting = [url for url in urls if here == url or (url != home and here.startswith(url))]
    # The longest one: an entry for new repairs may lie below the list of repairs.
    current = max(fitting, key=len, default="")
    return [
        {"label": label, "url": url, "icon": icon, "active": url == current}
        for (label, _, icon), url in zip(pages, urls, strict=True)
    ]
