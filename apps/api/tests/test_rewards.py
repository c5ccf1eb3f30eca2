"""Rewards over the API: what is told, what is redeemed, who may what."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.api import urls
from apps.api.tests.conftest import CallAs, Caller
from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import Reward, RewardOption, RewardRedemption
from core.models import User
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def option() -> RewardOption:
    return factories.make_option("$5 off", description="Off one repair")


@pytest.fixture
def redemption(cast: Cast, option: RewardOption) -> RewardRedemption:
    return factories.redeem(option, customer=cast.fleet)


def test_rewards_tell_the_balance_how_it_came_and_what_is_offered(
    call_as: CallAs, cast: Cast, option: RewardOption
) -> None:
    fresh = call_as(cast.mate).get("/api/rewards/").json()
    assert (fresh["balance"], fresh["rewards"], fresh["options"][0]["missing"]) == (0, [], 500)
    redeemed = factories.redeem(option, customer=cast.fleet)
    done = factories.completed_repair(customer=cast.fleet)
    told = call_as(cast.mate).get("/api/rewards/").json()
    account = Reward.objects.get(customer=cast.fleet)
    assert {name: told[name] for name in list(told)[:6]} == {
        "balance": 50,
        "available": 50,
        "held": 0,
        "completed_repairs": 1,
        "next_milestone": {"repairs": 5, "points": 250},
        "rewards": [{"id": account.pk, "customer": cast.fleet.pk, "points": 50}],
    }
    assert [(e["kind"], e["points"], e["balance"], e["repair"]) for e in told["entries"]] == [
        ("repair", 50, 50, done.pk),
        ("redemption", -500, 0, None),
        ("adjustment", 500, 500, None),
    ]
    assert told["options"] == [
        {
            "id": option.pk,
            "name": "$5 off",
            "description": "Off one repair",
            "points_required": 500,
            "kind": "fixed_amount",
            "value": "5.00",
            "missing": 450,
        }
    ]
    (row,) = told["redemptions"]
    assert (row["id"], row["status"], row["repair"], row["amount_off"]) == (
        redeemed.pk,
        "FULFILLED",
        done.pk,
        "5.00",
    )


def test_whose_rewards_are_told(call_as: CallAs, cast: Cast) -> None:
    factories.give_points(cast.fleet, 70)
    mine = f"/api/rewards/?customer={cast.fleet.pk}"
    assert call_as(cast.primary).get(mine).json()["balance"] == 70
    assert call_as(cast.admin).get(mine).json()["balance"] == 70
    assert call_as(cast.admin).get("/api/rewards/").json()["errors"] == {
        "customer": ["Say whose rewards."]
    }
    assert call_as(cast.stranger).get(mine).status_code == 404
    assert call_as(cast.nobody).get("/api/rewards/").status_code == 404


def test_redeeming_answers_with_the_redemption_and_a_repeated_call_is_one(
    call_as: CallAs, cast: Cast, option: RewardOption
) -> None:
    factories.give_points(cast.fleet, 1100)
    repair = factories.request(customer=cast.fleet)
    caller = call_as(cast.primary)
    body = {"option": option.pk, "repair": repair.pk}
    answers = [
        caller.post("/api/rewards/redeem/", body, Idempotency_Key="click-1") for _ in range(16)
    ]
    assert {answer.status_code for answer in answers} == {201}
    made = RewardRedemption.objects.get()
    assert {answer.json()["id"] for answer in answers} == {made.pk}
    assert caller.get(answers[0]["Location"]).json() == answers[0].json()
    again = caller.post("/api/rewards/redeem/", body)
    assert (again.status_code, again.json()["code"]) == (409, "repair_has_reward")
    assert caller.post("/api/rewards/redeem/", {"option": option.pk}).status_code == 201
    poor = caller.post("/api/rewards/redeem/", {"option": option.pk})
    assert (poor.status_code, poor.json()["code"], poor.json()["missing"]) == (
        409,
        "not_enough_points",
        400,
    )


def test_half_off_a_repair_of_35_is_told_as_17_50_everywhere(call_as: CallAs, cast: Cast) -> None:
    for _ in range(2):
        factories.completed_repair(customer=cast.fleet, unit_number="4127")
    half = factories.make_option("Half", kind=RewardKind.PERCENTAGE)
    factories.redeem(half, customer=cast.fleet)
    repair = factories.started_repair(
        customer=cast.fleet, unit_number="4127", technician=cast.technician_record
    )
    caller = call_as(cast.primary)
    price = f"/api/repairs/{repair.pk}/price/"

    def told() -> tuple[str, str, str]:
        answer = caller.get(price).json()
        last = answer["lines"][-1]
        return answer["amount"], last["text"], last["amount"]

    assert told() == ("17.50", "Reward: Half", "-17.50")
    use_cases.complete_repair(actor=cast.technician, repair_id=repair.pk)
    assert told() == ("17.50", "Reward: Half", "-17.50")
    row = caller.get(f"/api/repairs/{repair.pk}/").json()
    assert (row["cost"], row["discounted_cost"]) == ("35.00", "17.50")
    rows = caller.get("/api/repairs/?status=COMPLETED").json()["results"]
    assert sorted(each["discounted_cost"] for each in rows) == ["17.50", "40.00", "50.00"]
    analytics = call_as(cast.admin).get("/api/analytics/").json()
    assert "107.50" in str(analytics)


def test_the_steps_of_a_redemption(call_as: CallAs, cast: Cast) -> None:
    pizza = factories.make_option(kind=RewardKind.MERCHANDISE)
    one, two, three = (factories.redeem(pizza, customer=cast.fleet) for _ in range(3))
    admin, primary = call_as(cast.admin), call_as(cast.primary)

    def step(caller: Caller, pk: int, name: str, body: object = None) -> tuple[int, str]:
        answer = caller.post(f"/api/redemptions/{pk}/{name}/", body or {})
        return answer.status_code, answer.json().get("status_label", answer.json().get("code"))

    assert step(admin, one.pk, "approve") == (200, "Ready")
    for _ in range(2):
        assert step(call_as(cast.technician), one.pk, "fulfil") == (200, "Done")
    assert step(admin, two.pk, "reject", {"reason": "Sold out"}) == (
        200,
        "Declined by the shop",
    )
    assert step(primary, three.pk, "cancel") == (200, "Cancelled")
    assert step(primary, one.pk, "cancel") == (409, "not_waiting")
    assert step(call_as(cast.mate), two.pk, "cancel") == (403, "forbidden")
    found = primary.get("/api/redemptions/?status=REJECTED").json()["results"]
    assert [(row["id"], row["reason"]) for row in found] == [(two.pk, "Sold out")]


def test_the_repair_of_a_redemption_is_chosen(
    call_as: CallAs, cast: Cast, redemption: RewardRedemption
) -> None:
    repair = factories.approved_repair(customer=cast.fleet, technician=cast.technician_record)
    path = f"/api/redemptions/{redemption.pk}/choose/"
    chosen = call_as(cast.primary).post(path, {"repair": repair.pk}).json()
    assert chosen["repair"] == repair.pk
    assert call_as(cast.technician).post(path, {"repair": None}).json()["repair"] is None


def test_points_are_corrected_by_who_manages_prices(call_as: CallAs, cast: Cast) -> None:
    body = {"customer": cast.fleet.pk, "points": -20, "reason": "Twice"}
    path = "/api/rewards/adjustments/"
    factories.give_points(cast.fleet, 100)
    told = call_as(cast.owner).post(path, body).json()
    assert (told["points"], told["balance"], told["reason"]) == (-20, 80, "Twice")
    assert call_as(cast.admin).post(path, body).status_code == 403
    too_many = call_as(cast.owner).post(path, body | {"points": 9000})
    assert too_many.json()["errors"] == {"points": ["Between 1 and 5,000 points, added or taken."]}


def test_what_is_offered_is_kept(call_as: CallAs, cast: Cast) -> None:
    owner = call_as(cast.owner)
    kind = owner.post("/api/reward-types/", {"name": "Mug", "kind": "merchandise"})
    assert (kind.status_code, kind.json()["value"]) == (201, "0.00")
    body = {"reward_type": kind.json()["id"], "name": "A mug", "points_required": 900}
    made = owner.post("/api/reward-options/", body)
    assert (made.status_code, made.json()["kind"]) == (201, "merchandise")
    taken = owner.post("/api/reward-options/", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    wrong = owner.post("/api/reward-options/", body | {"reward_type": 9_000_000})
    assert wrong.json()["errors"] == {"reward_type": ["There is no such kind of reward."]}
    for path, change in ((made["Location"], "points_required"), (kind["Location"], "name")):
        value: Any = 950 if change == "points_required" else "Cup"
        assert owner.call("PATCH", path, {change: value}).status_code == 428
        edited = owner.call("PATCH", path, {change: value}, If_Match='"1"')
        assert (edited.json()[change], edited["ETag"]) == (value, '"2"')
        assert owner.get(path).json() == edited.json()
        assert owner.call("PATCH", path, {change: value}, If_Match='"1"').status_code == 412
    assert [row["name"] for row in owner.get("/api/reward-types/").json()["results"]] == ["Cup"]
    inactive = owner.get("/api/reward-options/?active=false").json()["results"]
    assert inactive == []


def test_terms_are_read_and_changed_by_version(call_as: CallAs, cast: Cast) -> None:
    owner = call_as(cast.owner)
    first = owner.get("/api/rewards/terms/")
    assert (first.json()["points_per_repair"], first["ETag"]) == (50, '"0"')
    changed = owner.call("PATCH", "/api/rewards/terms/", {"expiry_days": 365}, If_Match='"0"')
    assert (changed.json()["expiry_days"], changed.json()["points_per_repair"]) == (365, 50)
    stale = owner.call("PATCH", "/api/rewards/terms/", {"hold_days": 1}, If_Match='"0"')
    assert stale.status_code == 412


def test_referrals_are_told_to_who_made_them(call_as: CallAs, cast: Cast) -> None:
    primary, admin = call_as(cast.primary), call_as(cast.admin)
    code = primary.get("/api/referrals/code/").json()
    assert code == primary.get("/api/referrals/code/").json()
    assert code["link"] == f"{settings.PUBLIC_BASE_URL}/register/?code={code['code']}"
    body = {"customer": cast.other_fleet.pk, "code": code["code"]}
    made = admin.post("/api/referrals/", body)
    assert (made.status_code, made.json()["referred_name"]) == (201, "Other Fleet")
    assert admin.post("/api/referrals/", body).json()["code"] == "already_referred"
    (row,) = primary.get("/api/referrals/").json()["results"]
    assert (row["id"], row["status"]) == (made.json()["id"], "PENDING")
    assert call_as(cast.stranger).get("/api/referrals/").json()["results"] == []
    refused = admin.post(f"/api/referrals/{row['id']}/refuse/", {"reason": "One family"})
    assert refused.json()["status_label"] == "Not counted"


def test_lists_cost_the_same_with_one_row_and_with_three(
    call_as: CallAs, cast: Cast, option: RewardOption
) -> None:
    caller = call_as(cast.primary)

    def cost(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert caller.get(path).status_code == 200
        return len(statements)

    paths = ("/api/rewards/", "/api/rewards/entries/", "/api/redemptions/", "/api/referrals/")

    def grow() -> None:
        factories.redeem(option, customer=cast.fleet)
        factories.refer(cast.fleet, factories.make_customer())

    grow()
    before = [cost(path) for path in paths]
    assert before == [7, 2, 2, 2]
    grow()
    grow()
    assert [cost(path) for path in paths] == before


# --- Who may what ---------------------------------------------------------------------------

PEOPLE = ("owner", "admin", "technician", "sales_agent", "primary", "mate", "stranger", "nobody")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What is sent is wrong on purpose (400), so that who may do it changes nothing either.
WRONG = {"bogus": 1}
N = 404
OFFICES = (405, 405, N, N, N, N, N, N)
OWNERS = (400, 403, N, N, N, N, N, N)
OFFICE = (400, 400, N, N, N, N, N, N)
SHARED = (405, 405, N, N, 405, 405, 405, 405)
HANDED = (405, 405, 405, N, 405, 405, 405, 405)
EXPECTED: dict[str, dict[str, tuple[int, ...]]] = {
    "rewards": {"GET": (400, 400, N, N, 200, 200, 200, N), "": SHARED},
    "rewards-redeem": {
        "POST": (N, N, N, N, 400, 403, 400, N),
        "": (N, N, N, N, 405, 405, 405, 405),
    },
    "reward-entry-list": {"GET": (200, 200, N, N, 200, 200, 200, 200), "": SHARED},
    "reward-adjustment-list": {"POST": OWNERS, "": OFFICES},
    "reward-terms": {"GET": (200, 200, N, N, N, N, N, N), "PATCH": OWNERS, "": OFFICES},
    "redemption-list": {"GET": (200, 200, 200, N, 200, 200, 200, 200), "": HANDED},
    "redemption-detail": {"GET": (200, 200, N, N, 200, 200, N, N), "": HANDED},
    "redemption-cancel": {"POST": (400, 400, N, N, 400, 403, N, N), "": SHARED},
    "redemption-choose": {"POST": (400, 400, N, N, 400, 400, N, N), "": HANDED},
    "redemption-approve": {"POST": OFFICE, "": OFFICES},
    "redemption-reject": {"POST": OFFICE, "": OFFICES},
    "redemption-fulfil": {"POST": OFFICE, "": (405, 405, 405, N, N, N, N, N)},
    "reward-type-list": {"GET": (200, 200, N, N, N, N, N, N), "POST": OWNERS, "": OFFICES},
    "reward-type-detail": {"GET": (200, 200, N, N, N, N, N, N), "PATCH": OWNERS, "": OFFICES},
    "reward-option-list": {"GET": (200, 200, N, N, N, N, N, N), "POST": OWNERS, "": OFFICES},
    "reward-option-detail": {"GET": (200, 200, N, N, N, N, N, N), "PATCH": OWNERS, "": OFFICES},
    "referral-list": {
        "GET": (200, 200, N, N, 200, 200, 200, 200),
        "POST": (400, 400, N, N, 403, 403, 403, 403),
        "": SHARED,
    },
    "referral-code": {
        "GET": (N, N, N, N, 200, 200, 200, N),
        "": (N, N, N, N, 405, 405, 405, 405),
    },
    "referral-refuse": {"POST": OFFICE, "": OFFICES},
}


@pytest.fixture
def path_of(cast: Cast, redemption: RewardRedemption) -> Callable[[str], str]:
    for member in (cast.primary, cast.mate, cast.stranger):
        use_cases.referral_code_of(actor=member)
    ids = {
        "redemption": redemption.pk,
        "reward-type": redemption.reward_option.reward_type_id,
        "reward-option": redemption.reward_option_id,
        "referral": factories.refer(cast.fleet, cast.other_fleet).pk,
    }

    def path(name: str) -> str:
        pattern = next(str(each.pattern) for each in urls.urlpatterns if each.name == name)
        own = [ids[name.rpartition("-")[0]]] if "<id:pk>" in pattern else []
        return reverse(f"api:{name}", args=own)

    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_everybody_gets_the_expected_answer(
    call_as: CallAs, cast: Cast, path_of: Callable[[str], str], name: str
) -> None:
    path = path_of(name)
    people: list[User] = [cast.member(part) for part in PEOPLE]
    callers = [call_as(person) for person in people]
    before = AuditEntry.objects.count()
    found: dict[str, Any] = {}
    for method in METHODS:
        body = None if method == "GET" else WRONG
        found[method] = tuple(each.call(method, path, body).status_code for each in callers)
        assert call_as(None).call(method, path, body).status_code == 401
    expected = EXPECTED[name]
    assert found == {method: expected.get(method, expected[""]) for method in METHODS}
    assert AuditEntry.objects.count() == before
