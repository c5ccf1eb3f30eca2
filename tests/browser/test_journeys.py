"""What people come for, from the first tap to the last, in a real browser on the running shop."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Locator, ViewportSize, expect

from apps.photo_storage.models import StoredPhoto
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.enums import AssignmentMode
from core.models import User
from core.outbox import drain
from tests import factories
from tests.browser.hands import Hands, Keys
from tests.browser.visitors import DESK, PHONE, SMALLEST, Visitors, go, photo
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_PASSWORD = "a-truck-in-the-rain-7"


def unit_field(hands: Hands, row: int = 0) -> Locator:
    return hands.page.locator(f"[name$='-{row}-unit_number']")


def ask_for(hands: Hands, *units: str) -> None:
    """From the first page of the portal: request a repair of each unit, in one form."""
    go(hands.page, "customer_dashboard")
    hands.press("Request a repair", "link")
    for row, unit in enumerate(units):
        if row:
            hands.use(hands.control("Another unit"))
        hands.fill(unit_field(hands, row), unit)
    hands.press("Request")


def finish(hands: Hands, unit: str) -> None:
    """From the first page of the portal: take, start and finish the unit's repair."""
    go(hands.page, "technician_dashboard")
    hands.press(f"Unit {unit}", "link")
    hands.press("Take")
    hands.press("Start")
    hands.choose(hands.page.get_by_label("Photo of the finished glass"), photo())
    expect(hands.page.get_by_label("Photo of the finished glass")).to_have_attribute(
        "data-files", "kept"
    )
    hands.press("Finish")


@pytest.mark.parametrize(("way", "size"), [(Hands, PHONE), (Keys, SMALLEST)])
def test_requested_repaired_with_photo_at_a_falling_price(
    visitors: Visitors, cast: Cast, way: type[Hands], size: ViewportSize
) -> None:
    customer = way(visitors.open(cast.primary, size))
    technician = way(visitors.open(cast.technician, size))
    ask_for(customer, "4127", "4128")
    go(technician.page, "technician_dashboard")
    expect(technician.control("Unit 4128", "link")).to_be_visible()
    for price in ("50.00", "40.00"):
        finish(technician, "4127")
        expect(technician.page.get_by_text(f"Finished: unit 4127, ${price}.")).to_be_visible()
        expect(technician.page.locator(".card:has(#photos) img").first).to_be_visible()
        repair = Repair.objects.filter(queue_status=QueueStatus.COMPLETED).latest("completed_at")
        assert repair.cost == Decimal(price)
        go(customer.page, "customer_repair_detail", repair.pk)
        expect(customer.page.locator(".card:has(#price)")).to_contain_text(f"${price}")
        ask_for(customer, "#4127")


def test_field_repair_waits_and_is_approved_in_two_taps(visitors: Visitors, cast: Cast) -> None:
    technician = Hands(visitors.open(cast.technician))
    go(technician.page, "create_repair")
    technician.fill(technician.page.get_by_label("Name begins with"), "Demo")
    technician.press("Find")
    technician.press(re.compile("Demo Fleet"), "link")
    technician.fill(unit_field(technician), "4142")
    expect(technician.page.locator("#price")).to_contain_text("$50.00")
    technician.press("Save")
    repair = Repair.objects.get()
    assert repair.queue_status == QueueStatus.PENDING

    customer = Hands(visitors.open(cast.primary))
    go(customer.page, "customer_dashboard")
    customer.confirm("Approve")
    repair.refresh_from_db()
    assert repair.queue_status == QueueStatus.APPROVED
    go(customer.page, "customer_repair_detail", repair.pk)
    told = customer.page.locator(".timeline")
    expect(told).to_contain_text(re.compile("approved", re.IGNORECASE))
    expect(told).to_contain_text("Petra Primary")
    expect(told).to_contain_text("Tom Becker")
    expect(told.locator("time").first).to_be_visible()
    expect(customer.page.get_by_text("Your approval rule")).to_be_visible()


def test_who_loses_the_race_is_told_who_won(visitors: Visitors, cast: Cast) -> None:
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    repair = factories.request(customer=cast.fleet, unit_number="4127")
    slow = Hands(visitors.open(cast.other_technician))
    go(slow.page, "repair_detail", repair.pk)
    quick = Hands(visitors.open(cast.technician))
    go(quick.page, "technician_dashboard")
    quick.press("Take")
    slow.press("Take")
    expect(slow.page.get_by_text("Tom Becker has taken this repair.")).to_be_visible()


def mailed_address(to: str) -> str:
    """The way in that the last mail to this address has."""
    drain()
    message = next(each for each in reversed(mail.outbox) if to in each.to)
    found = re.search(r"https?://\S+", str(message.body))
    assert found, message.body
    return found.group()


def test_registers_invites_a_colleague_who_requests(visitors: Visitors, cast: Cast) -> None:
    page = visitors.open()
    hands = Hands(page)
    go(page, "register")
    page.get_by_label("My company", exact=True).check()
    hands.fill(page.get_by_label("Company name"), "Rivertown Haulage")
    hands.fill(page.get_by_label("First name"), "Rae")
    hands.fill(page.get_by_label("E-mail"), "rae@rivertown.example")
    hands.press("Register")
    page.goto(mailed_address("rae@rivertown.example"))
    hands.fill(page.get_by_label("New password"), NEW_PASSWORD)
    hands.press("Save the password")
    go(page, "customer_team")
    hands.fill(page.get_by_label("E-mail of your colleague"), "kim@rivertown.example")
    hands.press("Send the invitation")

    colleague = Hands(visitors.open())
    colleague.page.goto(mailed_address("kim@rivertown.example"))
    colleague.fill(colleague.page.get_by_label("First name"), "Kim")
    colleague.fill(colleague.page.get_by_label("Password"), NEW_PASSWORD)
    colleague.press("Join")
    ask_for(colleague, "R-1")
    repair = Repair.objects.get()
    assert repair.customer.name == "Rivertown Haulage"
    assert not repair.customer.is_confirmed


def sign_in_as(hands: Hands, name: str, password: str = factories.PASSWORD) -> None:
    """By the page, as people do."""
    go(hands.page, "login")
    hands.fill(hands.page.get_by_label("User name or e-mail"), name)
    hands.fill(hands.page.get_by_label("Password"), password)
    hands.press("Sign in")


def test_forgotten_password_is_chosen_anew_by_mail(visitors: Visitors, cast: Cast) -> None:
    hands = Hands(visitors.open())
    go(hands.page, "login")
    hands.press("Forgot your password?", "link")
    hands.fill(hands.page.get_by_label("E-mail"), cast.primary.email)
    hands.press("Send the mail")
    hands.page.goto(mailed_address(cast.primary.email))
    hands.fill(hands.page.get_by_label("New password"), NEW_PASSWORD)
    hands.press("Save the password")
    sign_in_as(hands, cast.primary.username, NEW_PASSWORD)
    expect(hands.page.get_by_role("heading", name="Demo Fleet")).to_be_visible()


def test_office_assigns_what_waits_in_two_taps(visitors: Visitors, cast: Cast) -> None:
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    repair = factories.request(customer=cast.fleet)
    hands = Hands(visitors.open(cast.admin, DESK))
    go(hands.page, "office_dashboard")
    hands.press("See whom to give it to", "link")
    hands.press("Assign one as suggested")
    repair.refresh_from_db()
    assert repair.technician == cast.technician_record
    expect(hands.page.get_by_text("Every open repair has a technician.")).to_be_visible()


def test_office_voids_a_repair_with_its_reason(visitors: Visitors, cast: Cast) -> None:
    repair = factories.completed_repair(
        customer=cast.fleet, technician=cast.technician_record, unit_number="4127"
    )
    hands = Hands(visitors.open(cast.admin, DESK))
    go(hands.page, "office_repair_detail", repair.pk)
    hands.page.get_by_text("Take it out of revenue").click()
    section = hands.page.locator(".card:has(#void)")
    hands.fill(section.get_by_role("textbox"), "Booked on the wrong unit")
    hands.confirm("Void the repair")
    repair.refresh_from_db()
    assert (repair.void_reason, repair.cost) == ("Booked on the wrong unit", Decimal("50.00"))
    expect(hands.page.get_by_text("It is out of revenue.")).to_be_visible()


def test_deactivating_a_technician_releases_their_work(visitors: Visitors, cast: Cast) -> None:
    repair = factories.approved_repair(customer=cast.fleet, technician=cast.technician_record)
    hands = Hands(visitors.open(cast.owner, DESK))
    go(hands.page, "office_person", cast.technician.pk)
    hands.confirm("Deactivate")
    repair.refresh_from_db()
    assert repair.technician == cast.other_technician_record
    assert not User.objects.get(pk=cast.technician.pk).is_active
    expect(hands.page.get_by_text("Deactivated", exact=False).first).to_be_visible()


def test_refused_form_keeps_words_and_picture(visitors: Visitors, cast: Cast) -> None:
    hands = Hands(visitors.open(cast.technician))
    page = hands.page
    page.goto(f"{reverse('create_repair')}?customer={cast.fleet.pk}")
    hands.use(page.get_by_text("A note on this break"))
    hands.fill(page.get_by_label("Note on this break"), "Gravel on the bypass")
    hands.choose(page.get_by_label("Photo"), photo())
    expect(page.get_by_label("Photo")).to_have_attribute("data-files", "kept")
    hands.press("Save")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Note on this break")).to_have_value("Gravel on the bypass")
    expect(page.locator(".file-input__chosen")).to_contain_text("glass.jpg")
    hands.fill(unit_field(hands), "4142")
    hands.press("Save")
    repair = Repair.objects.get()
    assert repair.description == "Gravel on the bypass"
    assert repair.photos.count() == StoredPhoto.objects.count() == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_double_click_is_one_repair(visitors: Visitors, cast: Cast, *, has_script: bool) -> None:
    page = visitors.open(cast.primary, has_script=has_script)
    go(page, "customer_request_repair")
    page.locator("[name$='-0-unit_number']").fill("4127")
    page.get_by_role("button", name="Request", exact=True).dblclick()
    # The second click may cut off the first one's answer, which waiting for a navigation reports.
    expect(page).not_to_have_url(re.compile("/request/$"))
    assert Repair.objects.count() == 1


def test_sign_in_leads_to_no_other_host(visitors: Visitors, cast: Cast) -> None:
    hands = Hands(visitors.open())
    hands.page.goto(f"{reverse('login')}?next=https://evil.example/")
    hands.fill(hands.page.get_by_label("User name or e-mail"), cast.primary.username)
    hands.fill(hands.page.get_by_label("Password"), factories.PASSWORD)
    hands.press("Sign in")
    expect(hands.page.get_by_role("heading", name="Demo Fleet")).to_be_visible()
    assert hands.page.url == f"{visitors.address}{reverse('customer_dashboard')}"


def test_after_signing_out_the_back_button_shows_nothing(visitors: Visitors, cast: Cast) -> None:
    factories.request(customer=cast.fleet, unit_number="4127")
    hands = Hands(visitors.open(cast.primary, DESK))
    page = go(hands.page, "customer_repairs")
    expect(page.get_by_text("4127")).to_be_visible()
    hands.use(page.locator("details.menu summary"))
    hands.press("Sign out")
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("4127")).to_have_count(0)
