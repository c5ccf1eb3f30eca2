from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.repairs import viscosity
from apps.repairs.viscosity import BUILT_IN, Range, faults, in_words, resin_for


def table(*bounds: int | None) -> list[Range]:
    return [
        Range(None if bound is None else Decimal(bound), f"R{place}")
        for place, bound in enumerate(bounds)
    ]


@pytest.mark.parametrize(
    ("temperature", "resin"),
    [("-20", "Thin"), ("59.9", "Thin"), ("60", "Medium"), ("89.9", "Medium"), ("90", "Thick")],
)
def test_a_bound_belongs_to_the_warmer_range(temperature: str, resin: str) -> None:
    assert resin_for(BUILT_IN, Decimal(temperature)) == resin


@given(
    st.lists(st.integers(-49, 250), unique=True, max_size=11),
    st.decimals(-60, 260, places=1),
)
def test_every_temperature_has_one_resin(bounds: list[int], temperature: Decimal) -> None:
    whole = table(*sorted(bounds), None)
    assert faults(whole) == {}
    assert resin_for(whole, temperature) in {each.resin for each in whole}
    assert viscosity.from_stored(viscosity.stored(whole)) == tuple(whole)


@pytest.mark.parametrize(
    ("bounds", "places"),
    [
        ((), ["rows"]),
        ((*range(12), None), ["rows"]),
        ((60,), ["rows.0.below"]),
        ((60, 60, None), ["rows.1.below"]),
        ((60, 50, 40, None), ["rows.1.below", "rows.2.below"]),
        ((0, -1, None), ["rows.1.below"]),
        ((None, 60, None), ["rows.0.below"]),
        ((-50, None), ["rows.0.below"]),
        ((251, None), ["rows.0.below"]),
    ],
)
def test_a_table_with_a_gap_or_an_overlap_is_no_table(
    bounds: tuple[int | None, ...], places: list[str]
) -> None:
    assert list(faults(table(*bounds))) == places


def test_the_table_in_words() -> None:
    assert in_words(table(None)) == [("At any temperature", "R0")]
    assert in_words(table(60, 100, None)) == [
        ("Below 60 °F", "R0"),
        ("60 to below 100 °F", "R1"),
        ("From 100 °F", "R2"),
    ]
