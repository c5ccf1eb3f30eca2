import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.rewards_referrals.enums import ReferralStatus, RewardKind
from apps.rewards_referrals.models import Referral, Reward, RewardOption, RewardTerms, RewardType
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    give_points,
    make_customer,
    make_option,
    make_primary,
    redeem,
    refer,
)
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def correct(cast: Cast, who: str = "owner", **values: object) -> str:
    answer = send(cast.member(who), "office_reward_account", cast.fleet.pk, part="adjust", **values)
    if answer.status_code == 303:
        return folded(answer.client.get(answer["Location"]))
    return folded(answer)


def test_accounts_are_found_by_name_and_by_debt(cast: Cast) -> None:
    assert "No accounts yet" in text_of(cast.admin, "office_reward_accounts")
    give_points(cast.fleet, 1250)
    give_points(cast.other_fleet, 10)
    shown = text_of(cast.admin, "office_reward_accounts")
    assert shown.index("Demo Fleet") < shown.index("Other Fleet")
    assert "1,250" in shown
    narrowed = text_of(cast.admin, "office_reward_accounts", name="other")
    assert ("Other Fleet" in narrowed, "Demo Fleet" in narrowed) == (True, False)
    assert "No account fits" in text_of(cast.admin, "office_reward_accounts", debt="on")


def test_points_are_corrected_with_a_reason_and_in_the_history(cast: Cast) -> None:
    shown = correct(cast, points="300", reason="For the long wait")
    assert "Corrected: the balance is 300 points." in shown
    assert "Corrected by the shop: For the long wait" in shown
    assert "Olga Owner" in shown
    assert AuditEntry.objects.filter(verb="reward.adjusted", actor_id=cast.owner.pk).exists()
    assert "There are 300 points only." in correct(cast, points="-301", reason="Typing")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"points": "5001", "reason": "Kept"}, "Between 1 and 5,000 points, added or taken."),
        ({"points": "0", "reason": "Kept"}, "Between 1 and 5,000 points, added or taken."),
        ({"points": "5", "reason": ""}, "Reason: This field is required."),
        ({"points": "x", "reason": "Kept"}, "Enter a whole number."),
    ],
)
def test_a_correction_that_is_refused_keeps_what_was_written(
    cast: Cast, values: dict[str, str], told: str
) -> None:
    shown = correct(cast, **values)
    assert told in shown
    assert f'value="{values["points"]}"' in shown
    assert values["reason"] in shown
    assert not Reward.objects.exists()


def test_who_does_not_manage_prices_corrects_nothing(cast: Cast) -> None:
    assert "Admins who manage prices do this." in text_of(
        cast.admin, "office_reward_account", cast.fleet.pk
    )
    assert "Only admins who manage prices" in correct(cast, "admin", points="5", reason="x")
    assert not Reward.objects.exists()


def test_a_code_is_entered_until_the_first_completion(cast: Cast) -> None:
    code = use_cases.referral_code_of(actor=cast.stranger).code
    page = ("office_reward_account", cast.fleet.pk)
    wrong = folded(send(cast.admin, *page, part="code", referral_code="NOTHING"))
    assert "We do not know this code." in wrong
    assert 'value="NOTHING"' in wrong
    answer = send(cast.admin, *page, part="code", referral_code=code.lower())
    shown = folded(answer.client.get(answer["Location"]))
    assert "Entered: Other Fleet brought them." in shown
    assert f"by the code {code}" in shown
    again = folded(send(cast.admin, *page, part="code", referral_code=code))
    assert "one welcome each" in again
    completed_repair(technician=cast.technician_record, customer=cast.other_fleet)
    assert "A code counts until the first repair is completed." in text_of(
        cast.admin, "office_reward_account", cast.other_fleet.pk
    )


def test_what_the_shop_owes_is_told_with_what_it_counts(cast: Cast) -> None:
    give_points(cast.fleet, 1000)
    redeem(make_option(points=500), customer=cast.other_fleet)
    shown = text_of(cast.admin, "office_reward_liability")
    assert ">Points outstanding</a></dt><dd>1,000</dd>" in shown
    assert ">What they are worth</a></dt><dd>$10.00</dd>" in shown
    assert ">Points in those rewards</a></dt><dd>500</dd>" in shown
    # The figure leads to all that it counts, discounts too.
    assert f'href="{reverse("office_rewards")}?show=waiting">Redeemed, not given yet<' in shown
    file = b"".join(visit(cast.admin, "office_reward_liability_csv")).decode()
    assert "Figure,Value,What it counts" in file
    assert 'Points outstanding,"1,000",' in file


def test_an_option_and_its_kind_are_entered_and_changed(cast: Cast) -> None:
    assert "Enter a kind of reward first." in text_of(cast.owner, "office_reward_offers")
    kind = {"name": "Tenth off", "kind": "percentage", "value": "10", "is_active": "on"}
    refused = folded(send(cast.owner, "office_reward_type_new", **kind | {"value": "101"}))
    assert "Write a percentage above 0 and up to 100." in refused
    send(cast.owner, "office_reward_type_new", **kind)
    made = RewardType.objects.get()
    option = {"reward_type": made.pk, "name": "10 % off", "points_required": 700}
    send(cast.owner, "office_reward_option_new", **option, for_persons="on", is_active="on")
    stored = RewardOption.objects.get()
    assert (stored.for_companies, stored.for_persons, stored.is_active) == (False, True, True)
    shown = text_of(cast.admin, "office_reward_offers")
    assert ("Persons" in shown, "10 %" in shown, "On offer" in shown) == (True, True, True)
    send(cast.owner, "office_reward_option", stored.pk, **option | {"name": "Ten"}, version=1)
    send(cast.owner, "office_reward_type", made.pk, **kind | {"name": "T"}, version=1)
    stale = send(cast.owner, "office_reward_option", stored.pk, **option, version=1)
    assert "changed by somebody else" in folded(stale)
    shown = text_of(cast.admin, "office_reward_offers")
    assert ("Nobody" in shown, "Not on offer" in shown, ">T</a>" in shown) == (True, True, True)
    assert "Olga Owner" in text_of(cast.admin, "office_reward_option", stored.pk)
    assert "Olga Owner" in text_of(cast.admin, "office_reward_type", made.pk)


def test_a_name_is_given_once_and_only_by_who_manages_prices(cast: Cast) -> None:
    option = make_option("Mug", kind=RewardKind.MERCHANDISE)
    values = {"reward_type": option.reward_type_id, "name": "mug", "points_required": 5}
    assert "Mug" in text_of(cast.owner, "office_reward_option", option.pk)
    assert 'value="mug"' in folded(send(cast.owner, "office_reward_option_new", **values))
    refused = folded(send(cast.admin, "office_reward_option", option.pk, **values))
    assert "Only admins who manage prices change" in refused
    assert list(RewardOption.objects.values_list("name", flat=True)) == ["Mug"]


def terms() -> dict[str, object]:
    present = RewardTerms.objects.current()
    names = [field.name for field in RewardTerms._meta.fields if field.name not in LEFT_OUT]
    return {name: getattr(present, name) for name in names if getattr(present, name) is not None}


LEFT_OUT = ("id", "created_at", "created_by")


def test_the_numbers_are_versions_with_their_history(cast: Cast) -> None:
    assert reverse("office_reward_terms") in text_of(cast.owner, "office_settings")
    assert "Nothing yet" in text_of(cast.owner, "office_reward_terms")
    changed = terms() | {"points_per_repair": 60, "version": 0}
    answer = send(cast.owner, "office_reward_terms", **changed)
    shown = folded(answer.client.get(answer["Location"]))
    assert "Saved: in force from now on. Past points stay." in shown
    assert "Olga Owner" in shown
    assert RewardTerms.objects.get().points_per_repair == 60
    stale = folded(send(cast.owner, "office_reward_terms", **changed | {"every": 30}))
    assert ("changed by somebody else" in stale, 'value="30"' in stale) == (True, True)
    impossible = send(cast.owner, "office_reward_terms", **changed | {"every": "-1"})
    assert "Extra at every so many repairs" in folded(impossible)
    refused = send(cast.admin, "office_reward_terms", **changed | {"version": ""})
    assert "Only admins who manage prices change" in folded(refused)
    assert RewardTerms.objects.count() == 1


def test_referrals_tell_what_looks_odd_and_one_is_not_counted(cast: Cast) -> None:
    assert "Nobody came by a code yet." in text_of(cast.admin, "office_referrals")
    for customer in (cast.fleet, cast.other_fleet):
        customer.phone = "+12125550100"
        customer.save()
    referral = refer(cast.other_fleet, cast.fleet)
    shown = text_of(cast.admin, "office_referrals")
    assert "Both have the same phone" in shown
    without = folded(send(cast.admin, "office_referral_refuse", referral.pk, reason=""))
    assert "Reason: This field is required." in without
    assert f'href="#why_{referral.pk}_reason"' in without
    answer = send(cast.admin, "office_referral_refuse", referral.pk, reason="One owner")
    shown = folded(answer.client.get(answer["Location"]))
    assert "Demo Fleet does not count as brought." in shown
    assert Referral.objects.get().status == ReferralStatus.REFUSED
    assert "No referral is in this state." in text_of(cast.admin, "office_referrals", status="PAID")


def test_a_paid_referral_is_not_refused(cast: Cast) -> None:
    referral = refer(cast.other_fleet, cast.fleet)
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    refused = folded(send(cast.admin, "office_referral_refuse", referral.pk, reason="Late"))
    assert "It was paid already" in refused


def test_referrals_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    refer(cast.other_fleet, cast.fleet)
    before = statements_of(cast.admin, "office_referrals")
    for name in ("Two", "Three"):
        customer = make_customer(name)
        make_primary(customer, f"{name} Primary")
        refer(cast.other_fleet, customer)
    assert (before, statements_of(cast.admin, "office_referrals")) == (11, 11)
