"""Every template: it parses, and the content policy will let all of it work."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR, "templates")
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
# ReDoc writes styles at run time: its one view has a looser policy (INTERFACE, "Means").
LOOSER = {"api/redoc.html"}
# Mail is shown by mail programs, which know no style sheets and no policy of ours.
MAIL = {name for name in TEMPLATES if name.startswith("notifications/")}
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=|\shx-on", re.IGNORECASE),
    "other origin": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_parses(name: str) -> None:
    assert get_template(name) is not None


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - LOOSER - MAIL))
def test_template_keeps_the_content_policy(name: str) -> None:
    source = (ROOT / name).read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize(
    "source",
    ['<p style="color: red">', "<script>alert(1)</script>", '<a onclick="go()">', "hx-on:click"],
)
def test_breach_of_the_content_policy_is_found(source: str) -> None:
    assert any(pattern.search(f" {source}") for pattern in FORBIDDEN.values())
