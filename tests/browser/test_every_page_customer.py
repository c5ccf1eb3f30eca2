"""The customer's pages, and those of people who are not signed in."""

import pytest

from tests.browser.every_page import NEWCOMER, NOBODY, Showroom, Visit, visits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("visit", visits("democustomer", NEWCOMER, NOBODY), ids="-".join)
def test_page(showroom: Showroom, visit: Visit) -> None:
    showroom.see(visit)
