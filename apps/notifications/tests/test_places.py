import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.places import faults, fill


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Unit {unit}, ${amount}", "Unit {amount}, $4"),
        ("{unit.__class__} {0} {}", "{unit.__class__} {0} {}"),
        ("{gone}", ""),
        ("First\nat most {empty}\nlast", "First\nlast"),
        ("{empty}", ""),
        ("All:\n{rows}", "All:\nUnit 1\n\nUnit 2"),
    ],
)
def test_places_take_their_values_and_nothing_else(text: str, filled: str) -> None:
    fields = {
        "unit": "{amount}",
        "amount": 4,
        "empty": "",
        "rows": [{"unit": "1"}, {"unit": "2"}],
    }
    assert fill(text, fields, row="Unit {unit}") == filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Unit {unit}", []),
        ("a\n{unti} b", ["Line 2: there is no field {unti} here. Use {amount}, {unit}."]),
        (
            "{unit.x} {",
            ["Line 1, at “{unit.x} {”: a brace stands alone. Write a field like {customer}."],
        ),
        (
            "{% include 'x' %}",
            ["Line 1, at “{% include '”: a brace stands alone. Write a field like {customer}."],
        ),
        (
            "ok {{ unit }}",
            ["Line 1, at “{{ unit }}”: a brace stands alone. Write a field like {customer}."],
        ),
        ("}", ["Line 1, at “}”: a brace stands alone. Write a field like {customer}."]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: list[str]) -> None:
    assert faults(text, {"unit", "amount"}) == told


def test_a_kind_without_fields_says_so() -> None:
    assert faults("{unit}", set()) == ["Line 1: there is no field {unit} here. Use none."]


@given(text=st.text(alphabet="{}unit. \n%()[]_x", max_size=40), value=st.text(max_size=10))
def test_a_text_that_is_let_through_can_be_filled(text: str, value: str) -> None:
    fields = {"unit": value}
    if not faults(text, fields):
        assert "{unit}" not in fill(text, {"unit": "7"})
    fill(text, fields)
