"""Where on the windshield a break is: percent from the left and from the top, seen from outside."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

Position = tuple[Decimal, Decimal]
WORDS = (
    ("upper left", "upper centre", "upper right"),
    ("left", "centre", "right"),
    ("lower left", "lower centre", "lower right"),
)
HUNDRED = Decimal(100)


def glass_words(x: Decimal | float, y: Decimal | float) -> str:
    """A position in words: the third of the glass that it lies in."""
    return WORDS[_third(y)][_third(x)]


def where_of(x: Decimal | None, y: Decimal | None) -> str:
    """``glass_words`` of a repair's columns; empty where nobody marked the break."""
    return "" if x is None or y is None else glass_words(x, y)


def _third(percent: Decimal | float) -> int:
    return min(int(percent * 3 / 100), 2)


class GlassWidget(forms.MultiWidget):
    """Two numbers; with a script a drawn windshield to tap stands for them."""

    field_kind = "windshield"

    def __init__(self) -> None:
        # The script says where the mark is in the same words as the pages.
        words = "|".join(word for row in WORDS for word in row)
        super().__init__([_number("From the left, %", words), _number("From the top, %", words)])

    def decompress(self, value: Position | None) -> Sequence[Decimal | None]:
        """The two numbers of a position."""
        return value or (None, None)


def _number(label: str, words: str) -> forms.NumberInput:
    attrs = {"aria-label": label, "placeholder": label, "class": "form-control"}
    limits = {"min": 0, "max": 100, "step": "any", "inputmode": "decimal", "data-words": words}
    return forms.NumberInput(attrs=attrs | limits)


class GlassField(forms.MultiValueField):
    """Cleans to a ``Position``, or ``None`` where nothing is marked."""

    widget = GlassWidget

    def __init__(self, *, label: str = "Where on the glass") -> None:
        percent = [
            forms.DecimalField(min_value=0, max_value=HUNDRED, decimal_places=2, required=True)
            for _ in range(2)
        ]
        super().__init__(
            percent,
            label=label,
            required=False,
            require_all_fields=False,
            help_text="Seen from outside, standing in front of the vehicle.",
        )

    def compress(self, data_list: list[Any]) -> Position | None:
        """The two numbers as one position."""
        return (data_list[0], data_list[1]) if data_list else None
