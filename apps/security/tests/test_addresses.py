"""Which machine counts as the caller."""

import ipaddress
from typing import Any

import pytest
from django.test import RequestFactory

from apps.security.addresses import client_address, client_network

PROXIES = [ipaddress.ip_network("10.0.0.0/8")]


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_without_trusted_proxies_the_header_is_only_a_claim(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []

    assert address("203.0.113.9", "1.2.3.4") == "203.0.113.9"


@pytest.mark.parametrize(
    ("remote", "forwarded", "caller"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("", "1.2.3.4", "0.0.0.0"),  # noqa: S104  # nobody's address
    ],
)
def test_the_right_most_hop_that_is_no_proxy_is_the_caller(
    settings: Any, remote: str, forwarded: str | None, caller: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES

    assert address(remote, forwarded) == caller


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", "0.0.0.0"),  # noqa: S104  # nobody's address
    ],
)
def test_limits_count_a_whole_network_of_ipv6_as_one_caller(remote: str, counted: str) -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=remote)) == counted
