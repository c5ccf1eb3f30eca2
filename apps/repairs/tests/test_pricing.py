"""The price and its explanation, rule by rule and in their order."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.repairs.pricing import (
    Basis,
    Line,
    Override,
    OwnPrices,
    Quote,
    Schedule,
    lines_from_stored,
    ordinal,
    quote,
    tier_amount,
)

D = Decimal
FIRST = Basis(unit_number="4127", nth=1)
NONE = (None,) * 5


def own(*amounts: str | None, **terms: object) -> OwnPrices:
    padded = [*amounts, *[None] * (5 - len(amounts))]
    return OwnPrices(
        tuple(None if amount is None else D(amount) for amount in padded),
        version=7,
        **terms,  # type: ignore[arg-type] # volume terms by name
    )


def rules(found: Quote) -> list[tuple[str, str]]:
    return [(line.rule, str(line.amount)) for line in found.lines]


@pytest.mark.parametrize(
    ("nth", "amount", "text"),
    [
        (1, "50.00", "1st repair on unit 4127"),
        (2, "40.00", "2nd repair on unit 4127"),
        (3, "35.00", "3rd repair on unit 4127"),
        (4, "30.00", "4th repair on unit 4127"),
        (5, "25.00", "5th repair on unit 4127"),
        (6, "25.00", "6th repair on unit 4127"),
        (112, "25.00", "112th repair on unit 4127"),
    ],
)
def test_company_pays_the_tier_of_the_place(nth: int, amount: str, text: str) -> None:
    assert quote(replace(FIRST, nth=nth)) == Quote(D(amount), (Line("tier", 0, text, D(amount)),))


def test_person_pays_the_first_tier_each_time() -> None:
    found = quote(replace(FIRST, nth=4, is_company=False))
    assert found == Quote(D("50.00"), (Line("tier", 0, "Repair", D("50.00")),))


def test_shop_tiers_tell_their_version() -> None:
    schedule = Schedule(tuple(D(price) for price in (60, 50, 40, 30, 20)), version=3)
    (line,) = quote(replace(FIRST, nth=2, schedule=schedule)).lines
    assert (line.version, line.amount) == (3, D(50))


def test_own_price_replaces_the_tier() -> None:
    found = quote(replace(FIRST, own=own("45.00")))
    assert rules(found) == [("tier", "50.00"), ("customer_price", "-5.00")]
    assert (found.amount, found.lines[1].version) == (D("45.00"), 7)


def test_own_price_may_be_dearer() -> None:
    assert quote(replace(FIRST, own=own("70.00"))).amount == D("70.00")


def test_empty_own_tier_falls_back() -> None:
    assert rules(quote(replace(FIRST, nth=2, own=own("45.00")))) == [("tier", "40.00")]


def test_zero_is_a_price() -> None:
    found = quote(replace(FIRST, own=own("0.00")))
    assert rules(found) == [("tier", "50.00"), ("customer_price", "-50.00")]
    assert found.amount == 0


def test_last_own_tier_holds_for_all_later_ones() -> None:
    assert quote(replace(FIRST, nth=9, own=own(*NONE[:4], "20.00"))).amount == D("20.00")


@pytest.mark.parametrize(("nth_in_month", "amount"), [(9, "50.00"), (10, "45.00"), (11, "45.00")])
def test_volume_discount_starts_with_the_nth_of_the_month(nth_in_month: int, amount: str) -> None:
    terms = own(volume_from=10, volume_percent=D("10.00"))
    assert quote(replace(FIRST, own=terms, nth_in_month=nth_in_month)).amount == D(amount)


def test_volume_discount_comes_off_the_own_price_rounded_half_up_once() -> None:
    terms = own("45.05", volume_from=1, volume_percent=D("10.00"))
    found = quote(replace(FIRST, own=terms))
    assert rules(found)[-1] == ("volume_discount", "-4.51")
    assert found.amount == D("40.54")
    assert found.lines[-1].text == "10 % off from the 1st repair of a month"


def test_volume_discount_of_nothing_is_no_line() -> None:
    terms = own(volume_from=1, volume_percent=D(0))
    assert rules(quote(replace(FIRST, own=terms))) == [("tier", "50.00")]


def test_override_comes_after_the_lists() -> None:
    terms = own("45.00", volume_from=1, volume_percent=D(10))
    found = quote(replace(FIRST, own=terms, override=Override(D("30.00"))))
    assert [rule for rule, _ in rules(found)] == [
        "tier",
        "customer_price",
        "volume_discount",
        "override",
    ]
    assert found.amount == D("30.00")


def test_override_to_zero_is_a_price() -> None:
    assert quote(replace(FIRST, override=Override(D(0)))).amount == 0


def test_approved_limit_caps_and_says_so() -> None:
    found = quote(replace(FIRST, approved=D("40.00")))
    assert rules(found) == [("tier", "50.00"), ("approved_limit", "-10.00")]
    assert (found.amount, found.lines[-1].text) == (D("40.00"), "Approved: at most $40.00")


def test_approved_limit_above_the_price_is_no_line() -> None:
    assert rules(quote(replace(FIRST, nth=5, approved=D("50.00")))) == [("tier", "25.00")]


def test_approved_limit_caps_an_override_too() -> None:
    found = quote(replace(FIRST, override=Override(D("80.00")), approved=D("50.00")))
    assert found.amount == D("50.00")


def test_approved_limit_of_zero_is_a_limit() -> None:
    assert quote(replace(FIRST, approved=D("0.00"))).amount == 0


def test_redo_is_free_whatever_else_holds() -> None:
    found = quote(replace(FIRST, is_redo=True, override=Override(D(30)), own=own("45.00")))
    assert rules(found) == [("redo", "0.00")]


def test_offer_stands_whatever_the_place_is_now() -> None:
    offer = quote(replace(FIRST, nth=3)).lines
    assert quote(replace(FIRST, nth=1, offer=offer)).amount == D("35.00")


def test_offer_is_overridden_and_capped_like_a_list_price() -> None:
    offer = quote(replace(FIRST, nth=3)).lines
    basis = replace(FIRST, offer=offer, override=Override(D("34.00")), approved=D("33.00"))
    assert rules(quote(basis)) == [
        ("tier", "35.00"),
        ("override", "-1.00"),
        ("approved_limit", "-1.00"),
    ]


def test_stored_lines_come_back_as_they_were() -> None:
    found = quote(replace(FIRST, own=own("45.00"), approved=D("40.00")))
    assert lines_from_stored(found.stored_lines()) == found.lines
    assert found.stored_lines()[0] == {
        "rule": "tier",
        "version": 0,
        "text": "1st repair on unit 4127",
        "amount": "50.00",
    }


@pytest.mark.parametrize(
    ("number", "word"),
    [
        *[(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th")],
        *[(12, "12th"), (13, "13th"), (21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th")],
    ],
)
def test_ordinal(number: int, word: str) -> None:
    assert ordinal(number) == word


@pytest.mark.parametrize("nth", [0, -1])
def test_tiers_count_from_one(nth: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        tier_amount([D(1)], nth)


prices = st.decimals(min_value=0, max_value=D("99999.99"), places=2)
maybe = st.none() | prices
percents = st.decimals(min_value=0, max_value=100, places=2)


bases = st.builds(
    Basis,
    unit_number=st.just("1"),
    nth=st.integers(1, 40),
    schedule=st.builds(Schedule, st.tuples(*[prices] * 5), st.just(1)),
    own=st.builds(
        OwnPrices,
        amounts=st.tuples(*[maybe] * 5),
        version=st.just(1),
        volume_from=st.none() | st.integers(1, 20),
        volume_percent=percents,
    ),
    nth_in_month=st.integers(1, 40),
    is_company=st.booleans(),
    override=st.none() | st.builds(Override, prices),
    approved=maybe,
)


@given(bases)
def test_every_quote_adds_up_and_stays_within_bounds(basis: Basis) -> None:
    found = quote(basis)
    place = min(basis.nth, 5) - 1 if basis.is_company else 0
    agreed = basis.own.amounts[place] if basis.own else None
    most = basis.schedule.amounts[place] if agreed is None else agreed
    if basis.override is not None:
        most = basis.override.amount
    assert sum(line.amount for line in found.lines) == found.amount
    assert found.amount == found.amount.quantize(D("0.01"))
    assert 0 <= found.amount <= most
    assert basis.approved is None or found.amount <= basis.approved
