"""The components: what partials and error pages say."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from core.tests.components import NOON, RequestForm, shown


def part(name: str, **context: Any) -> str:
    return shown("{% include name %}", name=f"components/{name}.html", **context)


def test_price_lines_explain_the_total() -> None:
    lines = [{"text": "3rd repair on unit 4127", "amount": Decimal(35)}]
    html = part("price_lines", lines=lines, total=Decimal(35), total_label="At most")
    assert '3rd repair on unit 4127</th><td class="money">$35.00</td>' in html
    assert 'At most</th><td class="money">$35.00</td>' in html


def test_timeline_tells_who_when_and_what() -> None:
    changes = [
        {"field": "po_number", "old": "A-1", "new": "A-17"},
        {"label": "Site", "old": "", "new": ""},
    ]
    entry = {"text": "Edited", "actor": "Dana", "at": NOON, "changes": changes}
    html = part("timeline", entries=[entry, {"text": "Requested", "actor": "Dana", "at": NOON}])
    assert "Po number: <del>" in html
    assert "A-17</ins>" in html
    assert "Site: <ins>empty</ins>" in html
    assert "Dana · <time" in html


def test_pagination_keeps_the_filters() -> None:
    request = RequestFactory().get("/repairs/?status=PENDING&cursor=old")
    html = part("pagination", request=request, next="new", previous="")
    assert 'href="?status=PENDING&amp;cursor=new"' in html
    assert "Previous" not in html


def test_pagination_of_one_page_is_empty() -> None:
    assert part("pagination", request=RequestFactory().get("/"), next="", previous="") == ""


def test_page_header_has_one_action() -> None:
    html = part("page_header", heading="Repairs", action_url="/new/", action_label="Request")
    assert '<h1 class="page-header__title">Repairs</h1>' in html
    assert '<a class="btn btn-primary" href="/new/">Request</a>' in html


def test_page_header_shows_a_status_and_the_way_back() -> None:
    html = part("page_header", heading="Unit 1", back_url="/", status="PENDING", reader="customer")
    assert "Needs your approval" in html
    assert "<span>Back</span>" in html


def test_empty_state_has_one_sentence_and_one_button() -> None:
    html = part("empty_state", sentence="No repairs yet.", button="Request", url="/new/")
    assert html == (
        '<div class="empty-state"> <p>No repairs yet.</p> '
        '<a class="btn btn-primary" href="/new/">Request</a> </div>'
    )


def test_filter_bar_offers_to_clear_what_is_set() -> None:
    form = RequestForm()
    set_one = part("filter_bar", form=form, request=RequestFactory().get("/r/?unit=1"))
    assert '<a class="btn btn-ghost" href="/r/">Clear</a>' in set_one
    assert "Clear" not in part("filter_bar", form=form, request=RequestFactory().get("/r/"))


class Pairs(list[object]):
    """A gallery that has nothing but pairs."""

    archive_url = "/all.zip"
    others = ()

    @property
    def pairs(self) -> list[object]:
        return list(self)


def test_photo_gallery_describes_its_pictures() -> None:
    photo: dict[str, object] = {"url": "/p/1", "screen_url": "/p/1/s", "thumb_url": "/p/1/t"}
    photo |= {"label": "Before", "at": NOON}
    html = part("photo_gallery", photos=SimpleNamespace(pairs=[], others=[photo]))
    assert '<a href="/p/1" data-picture="/p/1/s"><img src="/p/1/t" alt="Before"' in html
    assert "Before · <time" in html
    assert "Download" not in html


def test_photo_gallery_shows_before_beside_after_and_keeps_all() -> None:
    both = {
        name: {"url": f"/{name}", "screen_url": f"/{name}/s", "label": name, "at": NOON}
        for name in ("before", "after")
    }
    html = part("photo_gallery", photos=Pairs([both]))
    assert html.index('<img src="/before/s" alt="before"') < html.index('src="/after/s"')
    assert '<ul class="photo-gallery">' not in html
    assert 'href="/all.zip" download' in html
    assert "Download 1 picture (ZIP)" in html


def test_notice_says_that_it_is_new() -> None:
    notice = {"text": "Unit 1 is done", "url": "/r/1/", "at": NOON, "read": False}
    html = part("notice", notice=notice)
    assert "notice-item--unread" in html
    assert 'New: </span><a href="/r/1/">Unit 1 is done</a>' in html
    assert "New: " not in part("notice", notice=notice | {"read": True, "url": ""})


@pytest.mark.parametrize(
    ("level", "role"), [("error", "alert"), ("success", "status"), ("info", "status")]
)
def test_messages_interrupt_only_for_errors(level: str, role: str) -> None:
    class Message:
        level_tag = level

        def __str__(self) -> str:
            return "A & B"

    html = part("messages", messages=[Message()])
    assert f'class="alert alert-{level}" role="{role}"' in html
    assert "<div>A &amp; B</div>" in html


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_error_pages_need_no_context_and_say_what_is_kept(name: str) -> None:
    html = shown("{% include name %}", name=f"{name}.html")
    assert html.count("<h1>") == 1
    assert 'href="/"' in html
    assert "<script>" not in html
