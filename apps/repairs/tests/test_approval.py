"""Which damage found in the field needs the customer's word, and by which clause."""

from decimal import Decimal

import pytest

from apps.repairs.approval import FieldRepair, PolicyTerms, decide, in_words
from core.enums import ApprovalPolicy

D = Decimal


def terms(policy: ApprovalPolicy, **values: object) -> PolicyTerms:
    defaults: dict[str, object] = {
        "is_company": True,
        "units_per_visit": 5,
        "price_per_repair": None,
        "price_per_month": None,
    }
    return PolicyTerms(policy=policy, **defaults | values)  # type: ignore[arg-type] # by name


def found(amount: str = "50.00", units: int = 1, month: str = "0.00") -> FieldRepair:
    return FieldRepair(D(amount), units, D(month))


@pytest.mark.parametrize("policy", ApprovalPolicy)
def test_person_is_always_asked_on_the_spot(policy: ApprovalPolicy) -> None:
    decision = decide(terms(policy, is_company=False), found())
    assert (decision.is_approved, decision.clause) == (False, "Persons approve on the spot")


def test_require_approval_always_asks() -> None:
    decision = decide(terms(ApprovalPolicy.REQUIRE_APPROVAL), found("0.00"))
    assert (decision.is_approved, decision.clause) == (
        False,
        "The customer wants to be asked each time",
    )


def test_auto_approve_never_asks() -> None:
    decision = decide(terms(ApprovalPolicy.AUTO_APPROVE), found("99999.99", 50, "99999"))
    assert (decision.is_approved, decision.clause) == (
        True,
        "The customer approves everything in advance",
    )


@pytest.mark.parametrize(("units", "is_approved"), [(1, True), (5, True), (6, False)])
def test_unit_threshold_counts_units_of_the_visit(units: int, is_approved: bool) -> None:  # noqa: FBT001 - a column
    decision = decide(terms(ApprovalPolicy.UNIT_THRESHOLD), found(units=units))
    where = "Within" if is_approved else "Above"
    assert (decision.is_approved, decision.clause) == (
        is_approved,
        f"{where} the customer's limit of 5 units a visit",
    )


WITHIN = "Within the customer's price limits"


@pytest.mark.parametrize(
    ("a_repair", "a_month", "amount", "month", "clause"),
    [
        (None, None, "50.00", "9000.00", WITHIN),
        ("50.00", None, "50.00", "0", WITHIN),
        ("49.99", None, "50.00", "0", "Above $49.99 a repair"),
        ("0.00", None, "0.00", "0", "Above $0.00 a repair"),
        (None, "200.00", "50.00", "150.00", WITHIN),
        (None, "200.00", "50.00", "150.01", "Above $200.00 a month"),
        (None, "0.00", "0.00", "0", "Above $0.00 a month"),
        ("50.00", "1200.00", "50.00", "1190.00", "Above $1,200.00 a month"),
    ],
)
def test_price_threshold_knows_a_repair_and_a_month(
    a_repair: str | None, a_month: str | None, amount: str, month: str, clause: str
) -> None:
    limits = {
        "price_per_repair": None if a_repair is None else D(a_repair),
        "price_per_month": None if a_month is None else D(a_month),
    }
    decision = decide(terms(ApprovalPolicy.PRICE_THRESHOLD, **limits), found(amount, month=month))
    assert (decision.is_approved, decision.clause) == (clause == WITHIN, clause)


@pytest.mark.parametrize(
    ("policy", "values", "words"),
    [
        ("REQUIRE_APPROVAL", {}, "We ask you each time"),
        ("REQUIRE_APPROVAL", {"is_company": False}, "We ask whoever is at the car"),
        ("AUTO_APPROVE", {}, "We never ask"),
        ("UNIT_THRESHOLD", {}, "on the first 5 units of a visit"),
        ("UNIT_THRESHOLD", {"units_per_visit": 1}, "on the first unit of a visit"),
        ("PRICE_THRESHOLD", {}, "whatever it costs"),
        ("PRICE_THRESHOLD", {"price_per_repair": D(0)}, "because one of your limits is $0.00"),
        ("PRICE_THRESHOLD", {"price_per_month": D(1000)}, "up to $1,000.00 a month, and ask"),
        (
            "PRICE_THRESHOLD",
            {"price_per_repair": D(60), "price_per_month": D(1000)},
            "up to $60.00 a repair and $1,000.00 a month",
        ),
    ],
)
def test_policy_in_words(policy: str, values: dict[str, object], words: str) -> None:
    assert words in in_words(terms(ApprovalPolicy(policy), **values))
