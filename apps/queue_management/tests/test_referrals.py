"""Who brought whom: codes, what is refused, what is paid once, and what merging does."""

import itertools

import pytest

from apps.notifications.models import Notification
from apps.people.services.accounts import Newcomer
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.models import Referral, ReferralCode, Reward, RewardEntry
from core.enums import CustomerKind
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _sound(cast: Cast) -> object:
    yield
    assert invariant_violations() == []


def points(*customers: Customer) -> list[int]:
    found = {row.customer_id: row.points for row in Reward.objects.all()}
    return [found.get(customer.pk, 0) for customer in customers]


def complete(cast: Cast, customer: Customer) -> Repair:
    return factories.completed_repair(customer=customer, technician=cast.technician_record)


def code(actor: User) -> str:
    return use_cases.referral_code_of(actor=actor).code


def register(text: str, company: str = "Hilltop Haulage", **fields: str) -> User | None:
    person = Newcomer(first_name="Hal", email=fields.pop("email", "hal@hilltop.example"))
    return use_cases.register_customer(
        person=person, kind=CustomerKind.COMPANY, company_name=company, referral_code=text
    )


def enter(cast: Cast, customer: Customer, text: str) -> Referral:
    return use_cases.enter_referral_code(actor=cast.admin, customer_id=customer.pk, code=text)


def void(cast: Cast, repair: Repair) -> None:
    use_cases.void_repair(actor=cast.admin, repair_id=repair.pk, reason="Mistake")


def merge(cast: Cast, customer: Customer, into: Customer) -> None:
    use_cases.merge_customers(actor=cast.owner, customer_id=customer.pk, into_id=into.pk)


def test_ones_code_is_made_once_and_needs_a_customer(cast: Cast) -> None:
    first = use_cases.referral_code_of(actor=cast.mate)
    assert len(first.code) == 8
    with nothing_written():
        assert use_cases.referral_code_of(actor=cast.mate) == first
    assert code(cast.primary) != first.code
    for actor in (cast.nobody, cast.technician):
        with refused(NotFound, "not_found"):
            use_cases.referral_code_of(actor=actor)


def test_registered_by_a_code_the_first_repair_pays_both_once(cast: Cast) -> None:
    user = register(f" {code(cast.primary).lower()[:4]} {code(cast.primary)[4:]} ")
    assert user is not None
    hilltop = user.customer_user.customer
    assert points(cast.fleet, hilltop) == [0, 0]
    done = complete(cast, hilltop)
    with nothing_written():
        use_cases.complete_repair(actor=cast.technician, repair_id=done.pk)
    complete(cast, hilltop)
    assert points(cast.fleet, hilltop) == [500, 200]
    referral = Referral.objects.get()
    assert (referral.status, referral.first_repair) == (ReferralStatus.PAID, done)
    notice = Notification.objects.get(kind="referral_paid")
    assert (notice.recipient, notice.text) == (
        cast.primary,
        "500 points for you: Hilltop Haulage had a first repair",
    )


def test_who_is_known_already_gets_no_second_account_and_no_referral(cast: Cast) -> None:
    assert register(code(cast.primary), email=cast.stranger.email) is None
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("text", "company", "refusal"),
    [("NOSUCHCODE", "Hilltop", "code_unknown"), ("", " demo  FLEET", "same_company")],
)
def test_a_registration_is_refused_with_a_code_that_does_not_count(
    cast: Cast, text: str, company: str, refusal: str
) -> None:
    own = code(cast.primary)
    with refused(Invalid, refusal) as caught:
        register(text or own, company=company)
    assert list(caught.value.errors) == ["referral_code"]


def test_the_office_enters_a_code_until_the_first_repair(cast: Cast) -> None:
    text = code(cast.primary)
    with refused(Forbidden):
        use_cases.enter_referral_code(actor=cast.sales_agent, customer_id=cast.fleet.pk, code=text)
    with refused(NotFound, "not_found"):
        use_cases.enter_referral_code(
            actor=cast.technician, customer_id=cast.other_fleet.pk, code=text
        )
    enter(cast, cast.other_fleet, text)
    with refused(Conflict, "already_referred"):
        enter(cast, cast.other_fleet, text)
    served = factories.make_customer("Served")
    complete(cast, served)
    with refused(Conflict, "already_served"):
        enter(cast, served, text)


def test_ones_own_code_a_colleagues_and_a_circle_are_refused(cast: Cast) -> None:
    mates = code(cast.mate)
    with refused(Invalid, "own_code"):
        enter(cast, cast.fleet, mates)
    twin = factories.make_customer("demo fleet", is_confirmed=False)
    with refused(Invalid, "same_company"):
        enter(cast, twin, mates)
    third = factories.make_customer("Third")
    factories.refer(cast.fleet, cast.other_fleet)
    factories.refer(cast.other_fleet, third)
    for last in (cast.other_fleet, third):
        theirs = code(factories.primary_of(last))
        with refused(Conflict, "referred_in_a_circle"):
            enter(cast, cast.fleet, theirs)


def test_a_referral_that_does_not_count_makes_no_circle(cast: Cast) -> None:
    referral = factories.refer(cast.fleet, cast.other_fleet)
    use_cases.refuse_referral(actor=cast.admin, referral_id=referral.pk, reason="Known before")
    enter(cast, cast.fleet, code(cast.stranger))
    complete(cast, cast.fleet)
    assert points(cast.fleet, cast.other_fleet) == [150, 500]


def test_a_circle_is_refused_however_long_it_is(cast: Cast) -> None:
    text, made = code(cast.primary), ReferralCode.objects.get()
    below = [factories.make_customer() for _ in range(60)]
    for one, other in itertools.pairwise([cast.fleet, *below]):
        Referral.objects.create(code=made, referrer=one, referred=other, entered_by=cast.admin)
    last = code(factories.primary_of(below[-1]))
    with refused(Conflict, "referred_in_a_circle"):
        enter(cast, cast.fleet, last)
    enter(cast, cast.other_fleet, text)


def test_what_brings_no_points_is_not_told(cast: Cast) -> None:
    use_cases.set_reward_terms(
        actor=cast.owner, version=None, changes={"referrer_points": 0, "referred_points": 0}
    )
    factories.refer(cast.fleet, cast.other_fleet)
    complete(cast, cast.other_fleet)
    assert not Notification.objects.filter(kind="referral_paid").exists()
    told = Notification.objects.get(kind="points_earned")
    assert told.text == "50 points for Other Fleet: a completed repair"


def test_a_code_that_is_no_longer_in_use_is_unknown(cast: Cast) -> None:
    made = use_cases.referral_code_of(actor=cast.primary)
    made.is_active = False
    made.save()
    with refused(Invalid, "code_unknown"):
        enter(cast, cast.other_fleet, made.code)
    assert code(cast.primary) != made.code


def test_voiding_the_first_repair_takes_back_both_halves_and_the_next_pays(cast: Cast) -> None:
    factories.refer(cast.fleet, cast.other_fleet)
    first = complete(cast, cast.other_fleet)
    void(cast, first)
    assert points(cast.fleet, cast.other_fleet) == [0, 0]
    lost = Notification.objects.filter(kind="points_taken_back").order_by("id")
    assert [(notice.recipient, notice.text) for notice in lost] == [
        (cast.stranger, "150 points of Other Fleet were taken back: a repair was voided"),
        (cast.primary, "500 points of Demo Fleet were taken back: a repair was voided"),
    ]
    complete(cast, cast.other_fleet)
    assert points(cast.fleet, cast.other_fleet) == [500, 150]


def test_the_office_lets_a_referral_not_count(cast: Cast) -> None:
    referral = factories.refer(cast.fleet, cast.other_fleet)

    def refuse(actor: User = cast.admin, reason: str = "One family") -> Referral:
        return use_cases.refuse_referral(actor=actor, referral_id=referral.pk, reason=reason)

    with refused(NotFound, "not_found"):
        refuse(cast.stranger)
    with refused(Forbidden):
        refuse(cast.primary)
    with refused(Invalid, "reason_required"):
        refuse(reason=" ")
    assert refuse().status == ReferralStatus.REFUSED
    with nothing_written():
        refuse()
    complete(cast, cast.other_fleet)
    assert points(cast.fleet, cast.other_fleet) == [0, 50]


def test_one_that_was_paid_is_not_refused(cast: Cast) -> None:
    referral = factories.refer(cast.fleet, cast.other_fleet)
    complete(cast, cast.other_fleet)
    with refused(Conflict, "already_paid"):
        use_cases.refuse_referral(actor=cast.admin, referral_id=referral.pk, reason="Late")


def test_who_leaves_takes_nothing_along(cast: Cast) -> None:
    factories.make_option(points=500)
    text = code(cast.mate)
    use_cases.deactivate_person(actor=cast.owner, user_id=cast.mate.pk)
    enter(cast, cast.other_fleet, text)
    complete(cast, cast.other_fleet)
    assert points(cast.fleet) == [500]


def test_merging_moves_points_rewards_codes_and_referrals(cast: Cast) -> None:
    third = factories.make_customer("Third")
    factories.refer(cast.other_fleet, third)
    complete(cast, cast.other_fleet)
    option = factories.make_option()
    waiting = factories.redeem(option, customer=cast.other_fleet)
    complete(cast, cast.fleet)
    first = Repair.objects.get(customer=cast.fleet)
    merge(cast, cast.other_fleet, cast.fleet)
    assert points(cast.fleet, cast.other_fleet) == [100, 0]
    account = Reward.objects.get(customer=cast.fleet)
    waiting.refresh_from_db()
    assert (account.completed, account.waiting, waiting.reward) == (2, 1, account)
    complete(cast, third)
    assert points(cast.fleet, third) == [600, 150]
    void(cast, first)
    assert points(cast.fleet) == [550]
    for _ in range(4):
        complete(cast, cast.fleet)
    assert points(cast.fleet) == [550 + 4 * 50 + 250]


def test_merging_without_any_account_makes_none(cast: Cast) -> None:
    merge(cast, cast.other_fleet, cast.fleet)
    assert not Reward.objects.exists()


def test_merging_a_debt_moves_it(cast: Cast) -> None:
    done = complete(cast, cast.other_fleet)
    option = factories.make_option(points=50)
    use_cases.redeem_reward(actor=cast.stranger, option_id=option.pk)
    void(cast, done)
    merge(cast, cast.other_fleet, cast.fleet)
    assert points(cast.fleet, cast.other_fleet) == [-50, 0]


@pytest.mark.parametrize("is_paid", [False, True])
def test_merging_who_brought_whom_takes_the_referral_back(cast: Cast, *, is_paid: bool) -> None:
    factories.refer(cast.fleet, cast.other_fleet)
    if is_paid:
        complete(cast, cast.other_fleet)
    merge(cast, cast.other_fleet, cast.fleet)
    referral = Referral.objects.get()
    assert (referral.status, referral.reason) == (ReferralStatus.REFUSED, "Both are one customer")
    assert points(cast.fleet) == [50 if is_paid else 0]


def test_merging_keeps_a_welcome_that_waits_unless_the_company_is_known(cast: Cast) -> None:
    third, fresh = factories.make_customer("Third"), factories.make_customer("Fresh")
    waiting = factories.refer(third, cast.other_fleet)
    merge(cast, cast.other_fleet, fresh)
    waiting.refresh_from_db()
    assert (waiting.referred, waiting.status) == (fresh, ReferralStatus.PENDING)
    complete(cast, cast.fleet)
    merge(cast, fresh, cast.fleet)
    waiting.refresh_from_db()
    assert (waiting.referred, waiting.reason) == (fresh, "The customer was known already")
    again = factories.make_customer("Again")
    complete(cast, factories.refer(third, again).referred)
    merge(cast, again, cast.fleet)
    assert RewardEntry.objects.filter(kind="referred").count() == 1
    last, other = factories.make_customer("Last"), factories.make_customer("Other")
    factories.refer(third, last)
    factories.refer(third, other)
    merge(cast, last, other)
    assert Referral.objects.get(referred=last).status == ReferralStatus.REFUSED
