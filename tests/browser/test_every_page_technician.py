"""The pages of technicians and sales agents."""

import pytest

from tests.browser.every_page import Showroom, Visit, visits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("visit", visits("tech1", "sales1"), ids="-".join)
def test_page(showroom: Showroom, visit: Visit) -> None:
    showroom.see(visit)
