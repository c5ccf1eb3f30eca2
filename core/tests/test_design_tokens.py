"""The palette: every text on every ground it stands on has a contrast of at least 6:1."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR, "static/css/_tokens.scss").read_text(encoding="utf-8")
TEXT_ON_GROUND = [
    (text, ground) for text in ("ink", "muted", "brand") for ground in ("canvas", "surface")
] + [
    ("ink", "sunken"),
    ("brand-strong", "brand-ground"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("danger", "surface"),
    ("danger", "canvas"),
    ("on-danger", "danger"),
]


def palette(theme: str) -> dict[str, str]:
    """The colours of a theme's mixin by name."""
    body = re.search(rf"@mixin {theme} \{{(.*?)\n\}}", TOKENS, re.DOTALL)
    assert body
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body[1]))


def statuses(theme: str) -> dict[str, tuple[str, str]]:
    """Text and ground of each status."""
    body = re.search(rf"\$status-{theme}: \((.*?)\n\);", TOKENS, re.DOTALL)
    assert body
    found = re.findall(r"([\w-]+): \((#\w{6}), (#\w{6})\)", body[1])
    return {name: (text, ground) for name, text, ground in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour[1:]
    digits = "".join(2 * each for each in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(colours[text], colours[ground]) >= 6


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_of_every_status_stand_out(theme: str) -> None:
    found = {name: contrast(*pair) for name, pair in statuses(theme).items()}
    assert len(found) == 6
    assert {name: ratio for name, ratio in found.items() if ratio < 6} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_of_controls_are_seen(theme: str) -> None:
    colours = palette(theme)
    assert contrast(colours["line-strong"], colours["surface"]) >= 3
