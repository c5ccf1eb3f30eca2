"""Does this repair need the customer's approval? Pure: no database (DOMAIN, section 1)."""

from dataclasses import dataclass
from decimal import Decimal

from core.enums import ApprovalPolicy, SpotRule, SpotWish


@dataclass(frozen=True)
class PolicyTerms:
    """What the customer has set; ``None`` as a limit means no limit, 0 means never."""

    is_company: bool
    policy: ApprovalPolicy
    units_per_visit: int
    price_per_repair: Decimal | None
    price_per_month: Decimal | None


@dataclass(frozen=True)
class FieldRepair:
    """Damage found in the field.

    Attributes:
        amount: What it would cost.
        units_in_visit: Distinct units of this customer, site and local day, this one included.
        approved_this_month: Sum already approved by the policy in the calendar month.
    """

    amount: Decimal
    units_in_visit: int
    approved_this_month: Decimal


@dataclass(frozen=True)
class PolicyDecision:
    """Whether work may start without asking, and the clause that says so."""

    is_approved: bool
    clause: str


def decide(terms: PolicyTerms, repair: FieldRepair) -> PolicyDecision:
    """Apply the customer's policy to one field repair."""
    if not terms.is_company:
        return PolicyDecision(False, "Persons approve on the spot")
    if terms.policy == ApprovalPolicy.AUTO_APPROVE:
        return PolicyDecision(True, "The customer approves everything in advance")
    if terms.policy == ApprovalPolicy.UNIT_THRESHOLD:
        return _by_units(terms, repair)
    if terms.policy == ApprovalPolicy.PRICE_THRESHOLD:
        return _by_price(terms, repair)
    return PolicyDecision(False, "The customer wants to be asked each time")


def in_words(terms: PolicyTerms) -> str:
    """What the policy means to the customer, who is spoken to."""
    if not terms.is_company:
        return "We ask whoever is at the car before we start."
    if terms.policy == ApprovalPolicy.AUTO_APPROVE:
        return "We never ask: work starts at once, at the price of the list."
    if terms.policy == ApprovalPolicy.UNIT_THRESHOLD:
        units = "unit" if terms.units_per_visit == 1 else f"{terms.units_per_visit} units"
        return f"We start at once on the first {units} of a visit, and ask you about any other."
    if terms.policy == ApprovalPolicy.PRICE_THRESHOLD:
        return _price_in_words(terms)
    return "We ask you each time, and wait for your answer before we start."


def _price_in_words(terms: PolicyTerms) -> str:
    if 0 in (terms.price_per_repair, terms.price_per_month):
        return "We ask you each time, because one of your limits is $0.00."
    limits = [
        f"${limit:,.2f} a {each}"
        for limit, each in ((terms.price_per_repair, "repair"), (terms.price_per_month, "month"))
        if limit is not None
    ]
    if not limits:
        return "We start at once, whatever it costs, because you set no limit."
    return f"We start at once up to {' and '.join(limits)}, and ask you about anything above."


def _by_units(terms: PolicyTerms, repair: FieldRepair) -> PolicyDecision:
    limit = f"{terms.units_per_visit} units a visit"
    if repair.units_in_visit <= terms.units_per_visit:
        return PolicyDecision(True, f"Within the customer's limit of {limit}")
    return PolicyDecision(False, f"Above the customer's limit of {limit}")


def _by_price(terms: PolicyTerms, repair: FieldRepair) -> PolicyDecision:
    if not _within(terms.price_per_repair, repair.amount):
        return PolicyDecision(False, f"Above ${terms.price_per_repair:,.2f} a repair")
    if not _within(terms.price_per_month, repair.approved_this_month + repair.amount):
        return PolicyDecision(False, f"Above ${terms.price_per_month:,.2f} a month")
    return PolicyDecision(True, "Within the customer's price limits")


def _within(limit: Decimal | None, amount: Decimal) -> bool:
    return limit is None or (limit > 0 and amount <= limit)


def may_sign_on_spot(*, is_company: bool, rule: SpotRule, wish: SpotWish) -> bool:
    """Whether the name and signature of whoever stands at the vehicle approve a repair.

    What the customer wants counts before what the shop does, except that a shop that takes no
    signatures takes none.
    """
    if rule == SpotRule.NOBODY or wish == SpotWish.NO:
        return False
    return wish == SpotWish.YES or rule == SpotRule.EVERYBODY or not is_company
