"""The table by itself."""

import pytest

from apps.security.access import ADMIN, CUSTOMER, PUBLIC, SIGNED_IN, TECHNICIAN, Access


def test_a_method_is_for_the_roles_named() -> None:
    row = Access("x", GET={CUSTOMER}, POST={ADMIN})

    assert row.allows("GET", CUSTOMER)
    assert not row.allows("POST", CUSTOMER)
    assert not row.allows("DELETE", ADMIN)


def test_head_follows_get() -> None:
    assert Access("x", GET={CUSTOMER}).allows("HEAD", CUSTOMER)


def test_signed_in_is_every_role_and_public_everybody() -> None:
    row = Access("x", GET={SIGNED_IN}, POST={PUBLIC})

    assert row.allows("GET", TECHNICIAN)
    assert row.allows("POST", TECHNICIAN)
    assert not row.is_public("GET")
    assert row.is_public("POST")


def test_a_role_knows_a_url_by_any_method() -> None:
    row = Access("x", GET={CUSTOMER}, POST={ADMIN})

    assert row.knows(ADMIN)
    assert not row.knows(TECHNICIAN)


def test_a_wildcard_covers_its_namespace_only() -> None:
    row = Access("admin:*", GET={ADMIN})

    assert row.covers("admin:index")
    assert not row.covers("administration")


def test_the_allow_header_names_head_with_get() -> None:
    assert Access("x", GET={ADMIN}, POST={ADMIN}).allow_header() == "GET, HEAD, POST"


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="no method FETCH"):
        Access("x", FETCH={ADMIN})


def test_a_row_shows_its_name_and_roles() -> None:
    row = Access("x", GET={ADMIN})

    assert repr(row) == f"Access('x', {{'GET': {frozenset({ADMIN})!r}}})"
