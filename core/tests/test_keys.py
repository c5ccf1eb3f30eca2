"""Keys: what counts as the same name, the same unit."""
# ruff: noqa: RUF001 - full-width writings are the point

import pytest

from core.keys import fold_key, is_printable, name_key, unit_key


@pytest.mark.parametrize(
    "number",
    [
        "4127",
        "#4127",
        "Unit 4127",
        "unit #4127",
        "UNIT # 4127",
        "unit4127",
        "Unit: 4127",
        "unit-4127",
        "unit.4127",
        " 4 1 2 7 ",
        "\t4127\n",
        "４１２７",
        "＃４１２７",
        "Ｕｎｉｔ\u30004127",
        "4127\u00a0",
    ],
)
def test_writings_of_one_unit(number: str) -> None:
    assert unit_key(number) == "4127"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("unit", "unit"),
        ("Unit", "unit"),
        ("#", "#"),
        ("unit #", "unit#"),
        ("A/B", "a/b"),
        ("Unit A/B", "a/b"),
        ("United 7", "united7"),
        ("UNIT-A", "a"),
        ("units 7", "units7"),
        ("007", "007"),
        ("7-unit", "7-unit"),
        ("Straße 1", "strasse1"),
        ("ﬁ-9", "fi-9"),
    ],
)
def test_other_numbers_keep_what_tells_them_apart(number: str, key: str) -> None:
    assert unit_key(number) == key


def test_different_units_stay_apart() -> None:
    numbers = ["4127", "4127A", "41 27-1", "A/B", "AB", "unit", "#", "00412 7"]
    assert len({unit_key(number) for number in numbers}) == len(numbers)


def test_fold_key_makes_inner_blanks_one() -> None:
    assert fold_key("  ACME \u00a0 Glass\n") == "acme glass"


@pytest.mark.parametrize("text", ["İstanbul", "ǅ", "ﬀ", "ΐ", "Ǆ K\u030c"])
def test_fold_key_of_a_key_is_itself(text: str) -> None:
    assert fold_key(fold_key(text)) == fold_key(text)


def test_name_key_takes_all_blanks_out() -> None:
    assert name_key("Mc Donald's  Trucking") == name_key("mcdonald's trucking")


@pytest.mark.parametrize("text", ["A/B", "<b>", "Müller & Söhne", "東京", ""])
def test_printable(text: str) -> None:
    assert is_printable(text)


@pytest.mark.parametrize("text", ["\0", "a\nb", "a\tb", "\u200b", "\u202e7214", "\ud800", "\ue000"])
def test_not_printable(text: str) -> None:
    assert not is_printable(text)
