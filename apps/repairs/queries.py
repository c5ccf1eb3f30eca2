"""Reads of repairs, units and prices."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from apps.audit.models import AuditEntry
from apps.audit.queries import history_of
from apps.repairs import pricing, viscosity
from apps.repairs.approval import PolicyTerms, may_sign_on_spot
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import (
    CustomerPricing,
    Repair,
    RepairApproval,
    RepairPhoto,
    ResinTable,
    ShopPriceList,
    Unit,
    UnitRepairCount,
)
from apps.repairs.models.prices import TIER_FIELDS
from apps.repairs.rules import sees_internal
from core.clock import day_bounds, local_date, month_bounds, now
from core.enums import ApprovalPolicy, CustomerKind, SpotRule, SpotWish
from core.models import Customer, CustomerPreference, User
from core.money import ZERO
from core.rules import is_admin, is_sales_agent, is_technician, membership
from core.shop import shop_settings, shop_zone

STATUS_AND_PRICE = frozenset(
    {
        "queue_status",
        "reason_code",
        "voided_at",
        "cost",
        "discount",
        "asked_amount",
        "approved_amount",
        "offered_amount",
        "price",
        "decided",
        "clause",
    }
)


# What cards and tables of the portals show; reading all columns takes more than twice as long.
SHOWN = (
    *("unit_number", "queue_status", "reason_code", "damage_type", "description", "repair_date"),
    *("preferred_date", "contact_name", "contact_phone", "is_pinned", "voided_at", "version"),
    *("created_by", "repair_batch", "break_number", "cost", "discount", "priced_at"),
    *("approved_amount", "offered_amount", "customer__name", "customer__phone"),
    *("site__name", "site__address", "site__city"),
    *("technician__is_active", "technician__user__username"),
    *("technician__user__first_name", "technician__user__last_name"),
)


def repair_list(user: User) -> QuerySet[Repair]:
    """The repairs that this person may see, with what a list shows of each."""
    return Repair.objects.visible_to(user).select_related("customer", "technician__user", "site")


def shown_repairs(user: User) -> QuerySet[Repair]:
    """As ``repair_list``, without the columns that no card and no table shows."""
    return repair_list(user).only(*SHOWN)


def units_visible_to(user: User) -> QuerySet[Unit]:
    """The units of the customers whose units this person may see."""
    units = Unit.objects.select_related("customer")
    if is_admin(user):
        return units
    if is_technician(user):
        visible = Repair.objects.visible_to(user)
        return units.filter(pk__in=visible.values("unit_id"))
    if is_sales_agent(user):
        return units.filter(customer__owner=user)
    member = membership(user)
    return units.filter(customer_id=member.customer_id) if member else units.none()


def unit_summary(unit_id: int) -> QuerySet[Repair]:
    """A unit's repairs as whoever works on it may see them: no prices, no notes.

    The caller has found the unit by ``units_visible_to``, or by a repair that is visible.
    """
    return (
        Repair.objects.filter(unit_id=unit_id)
        .select_related("technician__user")
        .only(
            "unit_number",
            "repair_date",
            "damage_type",
            "damage_x",
            "damage_y",
            "queue_status",
            "reason_code",
            "technician__user__username",
            "technician__user__first_name",
            "technician__user__last_name",
        )
    )


def photos_visible_to(user: User) -> QuerySet[RepairPhoto]:
    """Pictures of repairs that one sees, for technicians of the units that they work on.

    Internal ones are for the shop's people only; sales agents see none.
    """
    photos = RepairPhoto.objects.select_related("stored")
    if is_sales_agent(user):
        return photos.none()
    if is_technician(user):
        return photos.filter(repair__unit_id__in=units_visible_to(user).values("pk"))
    photos = photos.filter(repair__in=Repair.objects.visible_to(user))
    return photos if sees_internal(user) else photos.filter(is_internal=False)


def repair_history(user: User, repair: Repair) -> list[AuditEntry]:
    """What happened to a repair, oldest first, as far as this person may know.

    The shop's people read everything, the customer's what is public, sales agents of that only
    status and price (DOMAIN, "Who sees what").
    """
    entries = history_of(repair, public_only=not sees_internal(user))
    if not is_sales_agent(user):
        return entries
    for entry in entries:
        entry.changes = [told for told in entry.changes if told["field"] in STATUS_AND_PRICE]
    return entries


def schedule_in_force(at: dt.datetime) -> pricing.Schedule:
    """The shop's tiers at an instant; the guide's while none were ever set."""
    row = ShopPriceList.objects.filter(valid_from__lte=at).order_by("-valid_from", "-id").first()
    if row is None:
        return pricing.Schedule()
    return pricing.Schedule(tuple(getattr(row, field) for field in TIER_FIELDS), row.pk)


def resins_in_force() -> tuple[ResinTable | None, tuple[viscosity.Range, ...]]:
    """The owner's table of resins, and its ranges; the built-in ones while none was set."""
    table = ResinTable.objects.select_related("created_by").first()
    return table, viscosity.from_stored(table.ranges) if table else viscosity.BUILT_IN


def own_prices(customer_id: int) -> pricing.OwnPrices | None:
    """The customer's own list, if they have one."""
    row = CustomerPricing.objects.filter(customer_id=customer_id).first()
    if row is None:
        return None
    return pricing.OwnPrices(
        amounts=tuple(getattr(row, field) for field in TIER_FIELDS),
        version=row.version,
        volume_from=row.volume_from,
        volume_percent=row.volume_percent,
    )


def completed_this_month(customer_id: int, at: dt.datetime) -> int:
    """How many repairs of the customer were completed in the shop's calendar month."""
    zone = shop_zone()
    start, end = month_bounds(local_date(zone, at), zone)
    return Repair.objects.filter(
        customer_id=customer_id,
        queue_status=QueueStatus.COMPLETED,
        completed_at__gte=start,
        completed_at__lt=end,
    ).count()


def completed_count(unit_id: int) -> int:
    """Completed repairs of a unit since its last new windshield."""
    row = UnitRepairCount.objects.filter(unit_id=unit_id).first()
    return row.count if row else 0


class PriceReader:
    """Prices several repairs of one customer from one reading of the lists."""

    def __init__(self, customer: Customer, at: dt.datetime) -> None:
        self.is_company = customer.kind == CustomerKind.COMPANY
        self.schedule = schedule_in_force(at)
        self.own = own_prices(customer.pk)
        has_volume = self.own is not None and self.own.volume_from is not None
        self.in_month = completed_this_month(customer.pk, at) if has_volume else 0

    def basis(self, *, unit_number: str, nth: int, ahead: int = 0) -> pricing.Basis:
        """The basis of the n-th repair of a unit, ``ahead`` others of the month before it."""
        return pricing.Basis(
            unit_number=unit_number,
            nth=nth,
            schedule=self.schedule,
            own=self.own,
            nth_in_month=self.in_month + 1 + ahead,
            is_company=self.is_company,
        )


def quote_now(repair: Repair) -> pricing.Quote:
    """What the repair would be charged if it were completed now, limit of approval included.

    For a completed one: what it was charged, by the explanation kept then.
    """
    if repair.priced_at is not None:
        lines = pricing.lines_from_stored(repair.price_lines)
        return pricing.Quote(repair.get_discounted_cost(), lines)
    reader = PriceReader(repair.customer, now())
    return quote_from(reader, repair, nth=completed_count(repair.unit_id) + 1)


def quote_from(reader: PriceReader, repair: Repair, *, nth: int) -> pricing.Quote:
    """The quote of an open repair as the n-th of its unit."""
    override = repair.cost_override
    return pricing.quote(
        replace(
            _listed(reader, repair, nth),
            override=None if override is None else pricing.Override(override),
            asked=repair.asked_amount,
            approved=repair.approved_amount,
        )
    )


def listed_price(repair: Repair) -> Decimal:
    """What the lists or its offer say of an open repair, whatever was set by hand or approved."""
    reader = PriceReader(repair.customer, now())
    nth = completed_count(repair.unit_id) + 1
    return pricing.quote(_listed(reader, repair, nth)).amount


def _listed(reader: PriceReader, repair: Repair, nth: int) -> pricing.Basis:
    return replace(
        reader.basis(unit_number=repair.unit_number, nth=nth),
        is_redo=repair.redo_of_id is not None,
        offer=pricing.lines_from_stored(repair.offered_lines),
    )


def policy_terms(customer: Customer) -> PolicyTerms:
    """The approval policy in force for a customer."""
    row = CustomerPreference.objects.filter(customer=customer).first() or CustomerPreference()
    return terms_of(customer, row)


def terms_of(customer: Customer, row: CustomerPreference) -> PolicyTerms:
    """The approval policy that these preferences of a customer state."""
    return PolicyTerms(
        is_company=customer.is_company,
        policy=ApprovalPolicy(row.approval_policy),
        units_per_visit=row.units_per_visit,
        price_per_repair=row.price_per_repair,
        price_per_month=row.price_per_month,
    )


def takes_signatures(customer: Customer) -> bool:
    """Whether whoever stands at this customer's vehicle may approve on the spot."""
    row = CustomerPreference.objects.filter(customer=customer).first() or CustomerPreference()
    return may_sign_on_spot(
        is_company=customer.is_company,
        rule=SpotRule(shop_settings().on_the_spot),
        wish=SpotWish(row.on_the_spot),
    )


def signed_approvals_visible_to(user: User) -> QuerySet[RepairApproval]:
    """Approvals with a drawn signature, of the repairs that this person may see."""
    visible = Repair.objects.visible_to(user)
    signed = RepairApproval.objects.exclude(signature=None).select_related("signature")
    return signed.filter(repair__in=visible)


def spot_approval_of(repair: Repair) -> RepairApproval | None:
    """The newest approval by the word of whoever stood at the vehicle, with its witness."""
    given = RepairApproval.objects.filter(repair=repair, method=ApprovalMethod.ON_SPOT)
    return given.select_related("decided_by").order_by("-pk").first()


def newest_signature() -> Subquery:
    """Id of a repair's newest approval with a drawn signature, as a column of its row."""
    signed = RepairApproval.objects.filter(repair=OuterRef("pk")).exclude(signature=None)
    return Subquery(signed.order_by("-pk").values("pk")[:1])


def units_in_visit(
    *, customer_id: int, site_id: int | None, zone: str, at: dt.datetime
) -> set[int]:
    """Ids of the units with field repairs of this customer, site and local day."""
    start, end = day_bounds(local_date(zone, at), zone)
    return set(
        Repair.objects.filter(
            Q(site_id=site_id) if site_id is not None else Q(site=None),
            customer_id=customer_id,
            requested_at=None,
            created_at__gte=start,
            created_at__lt=end,
        )
        .exclude(queue_status=QueueStatus.DENIED)
        .values_list("unit_id", flat=True)
    )


def approved_by_policy(customer_id: int, at: dt.datetime) -> Decimal:
    """What the policy has let through in the shop's calendar month, in money."""
    zone = shop_zone()
    start, end = month_bounds(local_date(zone, at), zone)
    total = RepairApproval.objects.filter(
        repair__customer_id=customer_id,
        method=ApprovalMethod.POLICY,
        is_approved=True,
        decided_at__gte=start,
        decided_at__lt=end,
    ).aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def open_repair_of(unit_ids: Sequence[int]) -> Repair | None:
    """An open repair of one of the units: what a new one would be the duplicate of."""
    return Repair.objects.filter(unit_id__in=unit_ids).open().order_by("id").first()
