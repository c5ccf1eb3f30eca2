"""The office's pages, those that others made, and what is no page."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.security.access import rows
from tests.browser.every_page import NO_PAGES, OF_OTHERS, Showroom, Visit, visitors_of, visits
from tests.pages import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("visit", visits("admin"), ids="-".join)
def test_page(showroom: Showroom, visit: Visit) -> None:
    showroom.see(visit)


@pytest.mark.parametrize(("who", "name"), OF_OTHERS)
def test_page_of_others(showroom: Showroom, who: str, name: str) -> None:
    showroom.answers_quietly(who, name)


def test_what_is_no_page_shows_none(showroom: Showroom) -> None:
    examples = showroom.examples
    for row in rows():
        if row.name not in NO_PAGES:
            continue
        for who in visitors_of(row):
            user = examples.people.get(who)
            client = signed_in(user) if user else Client()
            for arguments in examples.arguments(user, row.name):
                answer = client.get(reverse(row.name, kwargs=arguments))
                list(answer)  # a file is closed at its end
                is_page = answer.status_code == 200 and "html" in answer["Content-Type"]
                assert not is_page, row
