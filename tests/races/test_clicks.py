"""One form, or one key, sent sixteen times at the same moment: points are redeemed once."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.rewards_referrals.enums import EntryKind
from apps.rewards_referrals.models import Reward, RewardEntry, RewardOption, RewardRedemption
from apps.security.sessions import open_session
from core import idempotency
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.pages import signed_in
from tests.races.harness import CROWD, at_once, failed, happens, succeeded

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    Clicks = Callable[[User, RewardOption], list[Answer | Exception]]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
COST = 7
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def clicks_on_the_page(user: User, option: RewardOption) -> "list[Answer | Exception]":
    """The form as it was shown once, sent by sixteen clicks of one browser."""
    browser, address = signed_in(user), reverse("customer_reward_redeem", args=[option.pk])
    shown = KEY.search(browser.get(address).content.decode())
    assert shown is not None
    form = {"idempotency_key": shown[1], "repair": ""}
    clients = [Client() for _ in range(CROWD)]
    for client in clients:
        client.cookies.load({name: kept.value for name, kept in browser.cookies.items()})
    return at_once([partial(client.post, address, form) for client in clients])


def calls_of_the_api(user: User, option: RewardOption) -> "list[Answer | Exception]":
    """One call under one key, sent sixteen times."""
    return at_once([api_call(user, option)] * CROWD)


def api_call(user: User, option: RewardOption) -> "Callable[[], Answer]":
    pair = open_session(user=user, address="127.0.0.1", user_agent="test")
    headers = {"Authorization": f"Bearer {pair.access}", "Idempotency-Key": "one-and-only"}
    body = json.dumps({"option": option.pk})

    def call() -> "Answer":
        return Client().post(
            "/api/rewards/redeem/", body, content_type="application/json", headers=headers
        )

    return call


def shop() -> tuple[Customer, User, RewardOption]:
    """A customer with points for all sixteen, who may redeem, and what for."""
    customer = factories.make_customer()
    factories.give_points(customer, COST * CROWD)
    return customer, factories.primary_of(customer), factories.make_option(points=COST)


def check_redeemed_once(customer: Customer) -> RewardRedemption:
    redemption = RewardRedemption.objects.get()
    entry = RewardEntry.objects.get(kind=EntryKind.REDEMPTION)
    assert (entry.points, entry.source) == (-COST, str(redemption.pk))
    assert Reward.objects.get(customer=customer).points == COST * (CROWD - 1)
    assert invariant_violations() == []
    return redemption


def test_sixteen_clicks_on_one_form_redeem_once_and_lead_to_the_same_page() -> None:
    customer, user, option = shop()
    outcomes = clicks_on_the_page(user, option)
    assert failed(outcomes) == []
    answers = succeeded(outcomes)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, reverse("customer_rewards"))
    }
    assert sum(answer.has_header("Idempotent-Replayed") for answer in answers) == CROWD - 1
    check_redeemed_once(customer)


def test_sixteen_calls_under_one_key_redeem_once_and_tell_the_same_or_to_wait() -> None:
    customer, user, option = shop()
    outcomes = calls_of_the_api(user, option)
    assert failed(outcomes) == []
    answers = succeeded(outcomes)
    redemption = check_redeemed_once(customer)
    done = [answer.content for answer in answers if answer.status_code == 201]
    assert len(set(done)) == 1
    assert json.loads(done[0])["id"] == redemption.pk
    others = [answer for answer in answers if answer.status_code != 201]
    assert {(answer.status_code, answer.json()["code"]) for answer in others} <= {
        (409, "still_running")
    }
    later = api_call(user, option)()
    assert (later.status_code, later.content) == (201, done[0])
    assert later["Idempotent-Replayed"] == "true"
    check_redeemed_once(customer)


@pytest.mark.parametrize("send", [clicks_on_the_page, calls_of_the_api])
def test_control_without_the_key_sixteen_are_several_redemptions(
    monkeypatch: pytest.MonkeyPatch, send: "Clicks"
) -> None:
    monkeypatch.setattr(idempotency, "_lock", lambda _call, **_how: None)
    monkeypatch.setattr(idempotency, "_keep", lambda _call, response, _is_kept: response)

    def is_redeemed_twice() -> bool:
        customer, user, option = shop()
        send(user, option)
        return RewardRedemption.objects.filter(reward__customer=customer).count() > 1

    assert happens(is_redeemed_twice)
