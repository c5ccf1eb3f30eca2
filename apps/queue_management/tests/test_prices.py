"""The owner's prices: versions of the shop's tiers, a customer's own list."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import set_customer_pricing, set_shop_prices
from apps.repairs.models import CustomerPricing, Repair, ShopPriceList
from apps.repairs.queries import quote_now, schedule_in_force
from core.clock import now
from core.errors import DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from tests.books import refused
from tests.cast import Cast
from tests.factories import completed_repair, make_person, request

pytestmark = pytest.mark.django_db
NEW = [Decimal(price) for price in (60, 50, 45, 40, 35)]


def test_new_tiers_hold_from_their_moment_and_past_prices_stay(cast: Cast) -> None:
    done = completed_repair(customer=cast.fleet, technician=cast.technician_record)
    prices = set_shop_prices(actor=cast.owner, amounts=NEW)
    quote = quote_now(request(customer=cast.fleet))
    assert (quote.amount, quote.lines[0].version) == (Decimal(60), prices.pk)
    assert Repair.objects.get(pk=done.pk).cost == Decimal(50)
    assert AuditEntry.objects.filter(verb="prices.shop_changed").count() == 1


def test_tiers_may_be_set_ahead(cast: Cast) -> None:
    tomorrow = now() + dt.timedelta(days=1)
    set_shop_prices(actor=cast.owner, amounts=NEW, valid_from=tomorrow)
    assert schedule_in_force(now()).amounts[0] == Decimal(50)
    assert schedule_in_force(tomorrow).amounts[0] == Decimal(60)


@pytest.mark.parametrize(
    ("amounts", "valid_from"),
    [
        (NEW[:4], None),
        ([*NEW, Decimal(1)], None),
        ([Decimal(-1), *NEW[1:]], None),
        ([Decimal("50.001"), *NEW[1:]], None),
        (NEW, dt.timedelta(days=-1)),
    ],
)
def test_tiers_that_are_none(
    cast: Cast, amounts: list[Decimal], valid_from: dt.timedelta | None
) -> None:
    start = None if valid_from is None else now() + valid_from
    with refused(Invalid, "prices_not_valid" if len(amounts) != 5 or start else "invalid"):
        set_shop_prices(actor=cast.owner, amounts=amounts, valid_from=start)
    assert not ShopPriceList.objects.exists()


@pytest.mark.parametrize("part", ["admin", "technician", "primary", "sales_agent"])
def test_only_who_manages_prices_changes_them(cast: Cast, part: str) -> None:
    with refused(Forbidden):
        set_shop_prices(actor=cast.member(part), amounts=NEW)
    with refused(Forbidden):
        own(cast, part, first=Decimal(1))


def own(
    cast: Cast, part: str = "owner", version: int | None = None, **values: Any
) -> CustomerPricing:
    return set_customer_pricing(
        actor=cast.member(part), customer_id=cast.fleet.pk, values=values, version=version
    )


def test_own_list_is_kept_with_versions_and_told(cast: Cast) -> None:
    first = own(cast, first=Decimal("45.00"), volume_from=10, volume_percent=Decimal(5))
    second = own(cast, version=first.version, first=None, second=Decimal("0.00"))
    assert (first.version, second.version) == (1, 2)
    assert (second.first, second.second, second.volume_from) == (None, 0, 10)
    entry = AuditEntry.objects.latest("position")
    told = {change["field"]: (change["old"], change["new"]) for change in entry.changes}
    assert told == {"first": ("45.00", None), "second": (None, "0.00")}


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"first": Decimal(-1)}, Invalid),
        ({"volume_percent": Decimal(101)}, Invalid),
        ({"volume_from": 0}, Invalid),
        ({"sixth": Decimal(1)}, Invalid),
    ],
)
def test_own_list_that_is_none(
    cast: Cast, values: dict[str, Any], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        own(cast, **values)
    assert not CustomerPricing.objects.exists()


def test_own_list_of_nobody_and_of_an_old_version(cast: Cast) -> None:
    with refused(NotFound):
        set_customer_pricing(actor=cast.owner, customer_id=0, values={})
    own(cast, first=Decimal(45))
    with refused(PreconditionFailed, "stale"):
        own(cast, version=7, first=Decimal(1))


def test_volume_counts_the_customers_completed_of_the_month(cast: Cast) -> None:
    own(cast, volume_from=2, volume_percent=Decimal(10))
    costs = [
        completed_repair(customer=cast.fleet, technician=cast.technician_record).cost
        for _ in range(3)
    ]
    assert costs == [Decimal("50.00"), Decimal("45.00"), Decimal("45.00")]


def test_person_pays_the_first_tier_each_time(cast: Cast) -> None:
    person = make_person()
    costs = {
        completed_repair(
            customer=person, technician=cast.technician_record, unit_number="ABC 123"
        ).cost
        for _ in range(3)
    }
    assert costs == {Decimal("50.00")}
