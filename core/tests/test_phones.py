"""Phone numbers are kept in one form."""

import pytest

from core.errors import Invalid
from core.phones import normalise_phone


@pytest.mark.parametrize(
    "text",
    [
        "(206) 555-0123",
        "206.555.0123",
        "2065550123",
        "1 206 555 0123",
        "+12065550123",
        " 206-555-0123 ",
    ],
)
def test_every_spelling_becomes_one_number(text: str) -> None:
    assert normalise_phone(text) == "+12065550123"


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert normalise_phone("+44 20 7946 0958") == "+442079460958"


def test_the_region_reads_a_number_without_country() -> None:
    assert normalise_phone("020 7946 0958", region="GB") == "+442079460958"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_blank_stays_empty(text: str) -> None:
    assert normalise_phone(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "call me",
        "12",
        "555-0123",
        "000-000-0000",
        "1111111111",
        "206 555 0123 ext. 5",
        "206-555-0123<script>",
        "2065550\x00123",
        "206\n5550123",
        "206 555 0123 or 206 555 0199",
        "9" * 300,
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_phone(text)
    assert refusal.value.code == "phone_not_valid"
    assert list(refusal.value.errors) == ["phone"]
