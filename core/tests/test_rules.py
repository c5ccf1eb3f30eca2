"""Who somebody is."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core import rules
from core.models import User
from tests.cast import PARTS, Cast
from tests.factories import make_user


def who(cast: Cast, rule: object) -> set[str]:
    assert callable(rule)
    return {part for part in PARTS if rule(cast.member(part))}


def test_each_rule_names_its_people(cast: Cast) -> None:
    assert who(cast, rules.is_admin) == {"admin", "owner"}
    assert who(cast, rules.manages_people) == {"owner"}
    assert who(cast, rules.manages_prices) == {"owner"}
    assert who(cast, rules.is_technician) == {"technician", "other_technician"}
    assert who(cast, rules.is_sales_agent) == {"sales_agent", "other_sales_agent"}
    assert who(cast, rules.membership) == {"primary", "approver", "requester", "mate", "stranger"}
    assert who(cast, rules.is_signed_in) == set(PARTS)


def test_who_is_deactivated_is_nobody(cast: Cast) -> None:
    for part in PARTS:
        user = cast.member(part)
        user.is_active = False
        every = (rules.is_admin, rules.manages_people, rules.is_technician, rules.is_sales_agent)
        assert not any(rule(user) for rule in every)
        assert rules.membership(user) is None
        assert not rules.is_signed_in(user)


def test_background_work_counts_as_an_admin_that_cannot_sign_in(db: None) -> None:
    system = User.objects.system()
    assert rules.is_admin(system)
    assert rules.manages_prices(system)
    assert not rules.is_signed_in(system)
    assert not system.has_usable_password()
    assert User.objects.system().pk == system.pk
    assert system not in User.objects.people()


def test_visitor_is_not_signed_in() -> None:
    assert not rules.is_signed_in(AnonymousUser())


def test_rights_are_of_the_own_customer_only(cast: Cast) -> None:
    def may(part: str, right: str) -> bool:
        return rules.has_customer_right(cast.member(part), cast.fleet.pk, right)

    rights = ["can_request", "can_approve", "can_redeem", "can_manage_team"]
    table = {part: [right for right in rights if may(part, right)] for part in PARTS}
    assert {part: own for part, own in table.items() if own} == {
        "primary": rights,
        "approver": ["can_request", "can_approve"],
        "requester": ["can_request"],
    }


def test_agents_own_customers(cast: Cast) -> None:
    assert list(rules.owned_customers(cast.sales_agent)) == [cast.fleet]
    assert list(rules.owned_customers(cast.other_sales_agent)) == []


@pytest.mark.parametrize(
    "key", ["tom.becker", "TOM.Becker", "tom@shop.example", "Tom@SHOP.example"]
)
def test_somebody_is_found_by_name_or_address_in_any_case(db: None, key: str) -> None:
    tom = make_user(username="Tom.Becker", email="Tom@shop.example")
    make_user()

    assert User.objects.get_by_natural_key(key) == tom


@pytest.mark.parametrize("key", ["tom", "", None])
def test_no_name_or_address_finds_nobody(db: None, key: str | None) -> None:
    make_user(username="Tom.Becker", email="")

    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(key)
