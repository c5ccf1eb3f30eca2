"""Which machine is knocking."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NOBODY = ipaddress.IPv4Address(0)  # callers of servers on a socket file
# A provider hands at least a /64 to each customer, who is free to change addresses inside it.
NETWORK_BITS = 64


def client_address(request: HttpRequest) -> str:
    """The address of the caller, past the proxies that we trust.

    Forwarding headers count only as far as named proxies wrote them: the right-most hop that
    is no trusted proxy is the caller, and what stands left of it is anybody's claim.
    """
    return str(_caller(request))


def client_network(request: HttpRequest) -> str:
    """What limits and lockouts count: an IPv4 address, or the first address of an IPv6 /64."""
    caller = _caller(request)
    if isinstance(caller, ipaddress.IPv4Address):
        return str(caller)
    return str(ipaddress.IPv6Address(int(caller) >> NETWORK_BITS << NETWORK_BITS))


def _caller(request: HttpRequest) -> Address:
    caller = _parsed(request.META.get("REMOTE_ADDR", ""))
    if caller is None:
        return NOBODY
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and _is_trusted(caller):
        claimed = _parsed(hops.pop())
        if claimed is None:
            break
        caller = claimed
    return caller


@lru_cache(maxsize=10_000)
def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
