"""The owner's prices: the shop's tiers by version, a customer's own list."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import check_fields, found
from apps.repairs import services
from apps.repairs.models import CustomerPricing, ShopPriceList
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.pricing import DEFAULT_SCHEDULE
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import Customer, User
from core.rules import manages_prices

PRICING_FIELDS = frozenset({*TIER_FIELDS, "volume_from", "volume_percent"})


@use_case
def set_shop_prices(
    *, actor: User, amounts: Sequence[Decimal], valid_from: dt.datetime | None = None
) -> ShopPriceList:
    """Add a version of the shop's five tiers, in force from an instant on, by default now.

    Raises:
        Forbidden: Only admins who manage prices.
        Invalid: Not five amounts within bounds, or a start in the past.
    """
    _check_prices(actor)
    start = valid_from or now()
    if len(amounts) != len(TIER_FIELDS):
        raise Invalid("Give five prices.", code="prices_not_valid")
    if start < now() - dt.timedelta(minutes=1):
        message = "Prices are in force from now on or later."
        raise Invalid(message, code="prices_not_valid", errors={"valid_from": [message]})
    before = snapshot(_in_force(start))
    prices = ShopPriceList(
        **dict(zip(TIER_FIELDS, amounts, strict=True)), valid_from=start, created_by=actor
    )
    check_fields(prices, TIER_FIELDS)
    prices.save()
    record(actor=actor, verb="prices.shop_changed", target=prices, before=before)
    return prices


def _in_force(at: dt.datetime) -> ShopPriceList:
    """The version that a new one follows; the guide's prices while none was ever set."""
    row = ShopPriceList.objects.filter(valid_from__lte=at).order_by("-valid_from", "-id").first()
    built_in = dict(zip(TIER_FIELDS, DEFAULT_SCHEDULE, strict=True))
    return row or ShopPriceList(**built_in)


@use_case
def withdraw_shop_prices(*, actor: User, price_list_id: int) -> None:
    """Take back tiers that are planned for later; nothing was priced by them yet.

    Raises:
        Forbidden: Only admins who manage prices.
        NotFound: There is no such version.
        Conflict: ``in_force``: they are in force already, or were.
    """
    _check_prices(actor)
    rows = ShopPriceList.objects.select_for_update(no_key=True)
    prices = found(rows, price_list_id)
    if prices.valid_from <= now():
        raise Conflict("These prices are in force: put others in force.", code="in_force")
    told = [change(name, getattr(prices, name), None) for name in (*TIER_FIELDS, "valid_from")]
    record(
        actor=actor,
        verb="prices.shop_withdrawn",
        target=prices,
        before=snapshot(prices),
        changes=told,
    )
    prices.delete()


@use_case
def set_customer_pricing(
    *, actor: User, customer_id: int, values: Mapping[str, Any], version: int | None = None
) -> CustomerPricing:
    """Change a customer's own prices; ``None`` falls back to the shop's tier, 0 is a price.

    Raises:
        Forbidden: Only admins who manage prices.
        Invalid: Unknown or bad fields.
    """
    _check_prices(actor)
    if unknown := values.keys() - PRICING_FIELDS:
        told = {name: ["There is no such field."] for name in sorted(unknown)}
        raise Invalid("Some fields are unknown.", code="unknown_field", errors=told)
    if not Customer.objects.filter(pk=customer_id).exists():
        raise NotFound
    services.locked_customer(customer_id)
    pricing, is_new = CustomerPricing.objects.get_or_create(customer_id=customer_id)
    services.check_version(pricing, version)
    before = snapshot(pricing)
    for name, value in values.items():
        setattr(pricing, name, value)
    check_fields(pricing, values.keys())
    pricing.version += 0 if is_new else 1
    pricing.save()
    record(actor=actor, verb="prices.customer_changed", target=pricing, before=before)
    return pricing


def _check_prices(actor: User) -> None:
    if not manages_prices(actor):
        raise Forbidden("Only admins who manage prices change them.")
