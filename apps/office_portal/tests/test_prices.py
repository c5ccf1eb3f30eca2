"""A customer's approval and prices, with what was changed of them beside."""

from decimal import Decimal

import pytest

from apps.people.services.preferences import update_preference
from apps.queue_management import use_cases
from core.enums import ApprovalPolicy
from core.models import CustomerPreference
from tests.cast import Cast
from tests.factories import make_customer
from tests.pages import statements_of, text_of, visit

pytestmark = pytest.mark.django_db
PAGE = "office_customer_prices"


def change_approval(cast: Cast, *, units: int) -> None:
    preference = CustomerPreference.objects.get(customer=cast.fleet)
    update_preference(
        actor=cast.primary,
        customer_id=cast.fleet.pk,
        version=preference.version,
        changes={"approval_policy": ApprovalPolicy.UNIT_THRESHOLD, "units_per_visit": units},
    )


def change_prices(cast: Cast, *, first: str) -> None:
    use_cases.set_customer_pricing(
        actor=cast.owner, customer_id=cast.fleet.pk, values={"first": Decimal(first)}
    )


def beside(cast: Cast, section: str) -> str:
    """What the page tells beside one of its forms."""
    page = text_of(cast.owner, PAGE, cast.fleet.pk)
    return page.split(f'aria-labelledby="{section}"', 1)[1].split("</section>", 1)[0]


def test_changes_of_the_approval_stand_beside_it(cast: Cast) -> None:
    change_approval(cast, units=3)
    told = beside(cast, "policy-history")
    assert "Petra Primary" in told
    assert "before </span>5</del>" in told
    assert "now </span>3</ins>" in told
    preference = CustomerPreference.objects.get(customer=cast.fleet)
    assert f"?kind=core.customerpreference&amp;number={preference.pk}" in told
    assert "Nothing yet" in beside(cast, "price-history")


def test_changes_of_the_prices_stand_beside_them_the_newest_first(cast: Cast) -> None:
    change_prices(cast, first="45.00")
    change_prices(cast, first="40.00")
    told = beside(cast, "price-history")
    assert "Olga Owner" in told
    assert told.index("before </span>$45.00") < told.index("<ins>$45.00")
    assert "Nothing yet" in beside(cast, "policy-history")


def test_another_customers_changes_are_not_told(cast: Cast) -> None:
    use_cases.set_customer_pricing(
        actor=cast.owner, customer_id=cast.other_fleet.pk, values={"first": Decimal(1)}
    )
    bare = make_customer("Nothing Set")
    assert "Nothing yet" in beside(cast, "price-history")
    page = text_of(cast.owner, PAGE, bare.pk)
    assert page.count("Nothing yet") == 2


def test_a_sales_agent_does_not_see_them(cast: Cast) -> None:
    assert visit(cast.sales_agent, PAGE, cast.fleet.pk).status_code == 404


@pytest.mark.parametrize("changes", [1, 3])
def test_the_history_costs_the_same_whatever_its_length(cast: Cast, changes: int) -> None:
    for number in range(changes):
        change_approval(cast, units=10 + number)
        change_prices(cast, first=f"{30 + number}.00")
    assert statements_of(cast.owner, PAGE, cast.fleet.pk) == 13
