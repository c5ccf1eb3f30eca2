"""The menu of a portal."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

Entry = tuple[str, str, str]


def menu(
    request: HttpRequest, pages: Sequence[Entry], *, home: str, further: Sequence[Entry] = ()
) -> list[dict[str, Any]]:
    """What ``components/navbar.html`` takes: label, address, icon, and which one is open.

    Args:
        request: Tells where the reader is.
        pages: Label, URL name and icon of each entry.
        home: The address that is open only when the reader is exactly there.
        further: Entries that stand in the menu but not in the bar.
    """
    here = request.path_info
    every = [*pages, *further]
    urls = [reverse(name) for _, name, _ in every]
    fitting = [url for url in urls if here == url or (url != home and here.startswith(url))]
    # The longest one: an entry for new repairs may lie below the list of repairs.
    current = max(fitting, key=len, default="")
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "active": url == current,
            "further": place >= len(pages),
        }
        for place, ((label, _, icon), url) in enumerate(zip(every, urls, strict=True))
    ]
