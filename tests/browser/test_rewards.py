"""A customer comes by a code, has a first repair, and the points come off the next one."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.people.services.passwords import way_in
from apps.queue_management import use_cases
from apps.rewards_referrals.enums import RedemptionStatus, RewardKind
from apps.rewards_referrals.models import Reward
from core.models import User
from tests import factories
from tests.browser.hands import Hands
from tests.browser.visitors import Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_code_brings_points_that_come_off_the_next_repair(visitors: Visitors, cast: Cast) -> None:
    option = factories.make_option("Half off", kind=RewardKind.PERCENTAGE, points=150)
    fleet = Hands(visitors.open(cast.primary))
    go(fleet.page, "customer_rewards")
    fleet.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fleet.use(fleet.control("Copy the code"))
    expect(fleet.page.get_by_text("Copied.")).to_be_visible()
    code = fleet.page.get_by_label("Your code").input_value()
    assert fleet.page.evaluate("navigator.clipboard.readText()") == code

    # Registered by the link; a wrong code is told in words, and what was written is kept.
    new = Hands(visitors.open())
    new.page.goto(f"{reverse('register')}?code={code}")
    expect(new.page.get_by_label("Referral code")).to_have_value(code)
    new.page.get_by_label("Company name").fill("Harbor Lines")
    new.page.get_by_label("First name").fill("Ana")
    new.page.get_by_label("E-mail").fill("ana@harbor.example")
    new.page.get_by_label("Referral code").fill("WRONG234")
    new.press("Register")
    expect(new.page.locator(".error-summary")).to_contain_text("We do not know this code.")
    new.page.get_by_label("Referral code").fill(code)
    new.press("Register")
    ana = User.objects.get(email="ana@harbor.example")
    new.page.goto(urlsplit(way_in(ana)).path)
    new.page.get_by_label("New password").fill("a few words are best")
    new.press("Save the password")
    customer = ana.customer_user.customer
    technician = cast.technician_record
    factories.completed_repair(technician=technician, customer=customer, unit_number="4127")
    assert dict(Reward.objects.values_list("customer__name", "points")) == {
        "Demo Fleet": 500,
        "Harbor Lines": 150,
    }

    # Two taps.
    go(new.page, "customer_rewards")
    new.press(f"Redeem {option.name}", "link")
    new.press("For my next repair")
    expect(new.page.get_by_text("It comes off your next repair")).to_be_visible()
    repair = factories.started_repair(technician=technician, customer=customer, unit_number="4127")
    go(new.page, "customer_repair_detail", repair.pk)
    expect(new.page.get_by_text("Half off will be used when")).to_be_visible()
    use_cases.complete_repair(actor=cast.technician, repair_id=repair.pk)
    new.page.reload()
    expect(new.page.get_by_role("row", name="Reward: Half off")).to_contain_text("$20.00")
    expect(new.page.locator("tfoot")).to_contain_text("$20.00")


def test_what_is_handed_out_by_mistake_is_taken_back_at_once(
    visitors: Visitors, cast: Cast
) -> None:
    option = factories.make_option("Pizza", kind=RewardKind.MERCHANDISE)
    pizza = factories.redeem(option, customer=cast.fleet)
    use_cases.approve_redemption(actor=cast.admin, redemption_id=pizza.pk)
    stop = Hands(visitors.open(cast.technician))
    stop.page.clock.install()
    go(stop.page, "technician_rewards")
    stop.use(stop.control("Handed out"))
    expect(stop.page.locator("#toasts")).to_contain_text("“Pizza” is handed out.")
    stop.use(stop.control("Undo"))
    stop.page.clock.fast_forward(9_000)
    pizza.refresh_from_db()
    assert pizza.status == RedemptionStatus.APPROVED
    stop.use(stop.control("Handed out"))
    with stop.page.expect_navigation():
        stop.page.clock.fast_forward(9_000)
    expect(stop.page.get_by_text("Nothing is ready to be handed out.")).to_be_visible()


def test_a_correction_over_the_limit_keeps_what_was_written(visitors: Visitors, cast: Cast) -> None:
    factories.give_points(cast.fleet, 650)
    office = Hands(visitors.open(cast.owner))
    page = go(office.page, "office_reward_account", cast.fleet.pk)
    page.get_by_text("Add or take points").click()
    page.get_by_label("Points", exact=True).fill("6000")
    page.get_by_label("Reason").fill("For the long wait")
    office.press("Correct the points")
    expect(page.locator(".error-summary")).to_contain_text("Between 1 and 5,000 points")
    expect(page.get_by_label("Reason")).to_have_value("For the long wait")
    page.get_by_label("Points", exact=True).fill("-600")
    office.press("Correct the points")
    expect(page.get_by_text("Corrected: the balance is 50 points.")).to_be_visible()
    assert Reward.objects.get().points == 50
