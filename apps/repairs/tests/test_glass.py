"""The position on the glass: its words, its field, its columns."""

from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict

from apps.repairs.forms import BreakForm, position_columns, rows_as_sent
from apps.repairs.glass import GlassField, glass_words, where_of
from core.templatetags.fields import all_errors
from core.templatetags.ui import field


class PlaceForm(forms.Form):
    place = GlassField()


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0, 0, "upper left"),
        (50, 50, "centre"),
        (100, 100, "lower right"),
        (34, 10, "upper centre"),
        (Decimal("66.70"), Decimal("33.30"), "upper right"),
    ],
)
def test_words_name_the_third_of_the_glass(x: float, y: float, words: str) -> None:
    assert glass_words(x, y) == words


def test_a_repair_without_a_mark_is_nowhere() -> None:
    assert where_of(None, None) == ""
    assert where_of(Decimal(90), Decimal(90)) == "lower right"


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [("12.5", "100", (Decimal("12.5"), Decimal(100))), ("", "", None)],
)
def test_position_is_two_numbers_or_nothing(x: str, y: str, expected: object) -> None:
    form = PlaceForm({"place_0": x, "place_1": y})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["place"] == expected


@pytest.mark.parametrize(
    ("x", "y"), [("101", "5"), ("-1", "5"), ("5", ""), ("a", "5"), ("NaN", "5")]
)
def test_impossible_position_is_refused_at_its_first_number(x: str, y: str) -> None:
    form = PlaceForm({"place_0": x, "place_1": y})
    assert not form.is_valid()
    assert {error.target for error in all_errors([form])} == {"id_place_0"}


def test_field_is_shown_as_a_windshield() -> None:
    assert field(PlaceForm()["place"])["kind"] == "windshield"


def test_row_with_nothing_but_a_position_is_filled_in() -> None:
    form = BreakForm(
        {"position_0": "10", "position_1": "20"}, empty_permitted=True, use_required_attribute=False
    )
    assert form.has_changed()


def test_columns_of_a_row() -> None:
    marked = {"position": (Decimal(10), Decimal(20))}
    assert position_columns(marked) == {"damage_x": Decimal(10), "damage_y": Decimal(20)}
    assert position_columns({"position": None}) == {"damage_x": None, "damage_y": None}


def test_one_row_more_keeps_the_position() -> None:
    posted = QueryDict("rows-TOTAL_FORMS=1&rows-0-position_0=10&rows-0-position_1=20")
    rows = rows_as_sent(posted, empty=1)
    assert len(rows.forms) == 2
    assert rows.forms[0]["position"].value() == ["10", "20"]
