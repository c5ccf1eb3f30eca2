"""Messages: a text is rewritten, ways are chosen, what was given up is tried again."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect
from pytest_django import Settings

from apps.notifications.models import MessageText, MessageWishes
from core.clock import now
from core.models import OutboxMessage, User
from tests.browser.every_page import look
from tests.browser.hands import Hands
from tests.browser.visitors import Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANY_KEY = "A" * 42 + "E"


def looked_at(visitors: Visitors, user: User) -> Hands:
    """Somebody whose pages are looked at by axe, in a browser that has service workers."""
    context = visitors.context(user, has_workers=True)
    context.add_init_script(AXE_SCRIPT)
    return Hands(visitors.listen(context.new_page()))


def test_a_broken_text_is_told_kept_and_mended_before_it_is_saved(
    visitors: Visitors, cast: Cast
) -> None:
    office = looked_at(visitors, cast.admin)
    page = go(office.page, "office_message_text", "repair_completed")
    mail, reads = page.locator("[name=body]"), page.get_by_role("region", name="How it reads")
    broken = "Done.\nThe {unit} is ready."
    for button in ("See how it reads", "Save these texts"):
        mail.fill(broken)
        office.press(button)
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page.locator(".error-summary")).to_contain_text("Line 2: there is no field {unit}")
        expect(reads).to_contain_text("First correct what is marked.")
        expect(mail).to_have_value(broken)
    look(page, "broken-text")

    mail.fill("Unit {unit_number} is ready.")
    office.press("See how it reads")
    expect(reads).to_be_focused()
    expect(reads).to_contain_text("Unit 4127 is ready.")
    assert not MessageText.objects.exists()
    office.press("Save these texts")
    expect(page.get_by_text("Saved: messages read so from now on.")).to_be_visible()
    assert MessageText.objects.get().body == "Unit {unit_number} is ready."


@pytest.mark.parametrize("who", ["primary", "technician", "admin"])
def test_everybody_chooses_among_all_ways(
    visitors: Visitors, cast: Cast, settings: Settings, who: str
) -> None:
    settings.SMS_PROVIDER, settings.VAPID_PRIVATE_KEY = "console", ANY_KEY
    reader = looked_at(visitors, cast.member(who))
    page = go(reader.page, "own_messages")
    page.get_by_role("checkbox", name="Visits by text message").check()
    page.get_by_label("From").fill("21:00")
    reader.press("Save")
    expect(page.locator(".error-summary")).to_contain_text("Until: Fill in both, or neither.")
    expect(page.get_by_role("checkbox", name="Visits by text message")).to_be_checked()
    look(page, f"{who}-own-messages")
    page.get_by_label("Until").fill("07:00")
    reader.press("Save")
    assert MessageWishes.objects.get().choices == {"visits.sms": True}


def test_a_browser_that_has_no_push_service_is_told_so(
    visitors: Visitors, cast: Cast, settings: Settings
) -> None:
    settings.VAPID_PRIVATE_KEY = ANY_KEY
    reader = looked_at(visitors, cast.primary)
    page = go(reader.page, "own_messages")
    reader.use(reader.control("Show messages in this browser"))
    told = page.get_by_role("region", name="This browser").get_by_role("status")
    expect(told).to_contain_text("Not switched on")
    look(page, "no-push")
    # The browser says the same on its console.
    visitors.complaints.clear()


def test_what_was_given_up_is_tried_again(visitors: Visitors, cast: Cast) -> None:
    row = OutboxMessage.objects.create(
        kind="email.send", key="email:1", next_at=now(), dead_at=now(), last_error="SMTP 550"
    )
    office = looked_at(visitors, cast.admin)
    page = go(office.page, "office_background")
    expect(page.get_by_role("row", name="Send an e-mail")).to_contain_text("SMTP 550")
    office.press("Try again Send an e-mail, email:1")
    expect(page.get_by_text("It will be tried again in a moment.")).to_be_visible()
    expect(page.get_by_text("Nothing was given up.")).to_be_visible()
    row.refresh_from_db()
    assert row.dead_at is None
