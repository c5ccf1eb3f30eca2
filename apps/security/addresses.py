"""Which machine is knocking."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """The address of the caller, past the proxies that we trust.

    Forwarding headers count only as far as named proxies wrote them: the right-most hop that
    is no trusted proxy is the caller, and what stands left of it is anybody's claim.
    """
    caller = _parsed(request.META.get("REMOTE_ADDR", ""))
    if caller is None:
        return "0.0.0.0"  # noqa: S104  # nobody's address, for servers on a socket file
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and _is_trusted(caller):
        claimed = _parsed(hops.pop())
        if claimed is None:
            break
        caller = claimed
    return str(caller)


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
