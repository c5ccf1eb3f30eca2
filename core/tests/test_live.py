"""What a page needs in order to change while one looks."""

import datetime as dt

import pytest
from django.template import Context, Template
from pytest_django import Settings

from core.clock import pretending

AT = dt.datetime(2026, 11, 29, 3, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(("is_streamed", "stream"), [(False, ""), (True, "/api/events/")])
def test_a_page_says_when_it_was_made_and_where_the_stream_is(
    settings: Settings, *, is_streamed: bool, stream: str
) -> None:
    settings.EVENT_STREAM = is_streamed
    with pretending(AT):
        drawn = Template("{% load live %}{% live_attributes %}").render(Context())
    assert drawn == f' data-live-since="2026-11-29T03:30:00+00:00" data-stream="{stream}"'
