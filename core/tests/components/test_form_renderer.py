"""Inputs are drawn as Django's own renderer draws them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from core.form_renderer import DRAWN, FormRenderer

UGLY = '<"it\'s" & that>'
WIDGETS: tuple[type[forms.Widget], ...] = (
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput),
    *(forms.PasswordInput, forms.DateInput, forms.CheckboxInput, forms.Textarea),
)
CHOICES: tuple[Any, ...] = (
    ("", gettext_lazy("All")),
    (1, "One"),
    (UGLY, UGLY),
    (2, mark_safe("<b>safe</b>")),
    (UGLY, [(3, "Three"), (4, UGLY)]),
)


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", 0, 12, True, UGLY, mark_safe("&amp;"), "two\nlines"])
@pytest.mark.parametrize(
    "attrs", [{}, {"id": UGLY, UGLY: "x", "required": True, "disabled": False, "rows": 3}]
)
def test_an_input_is_what_django_draws(
    widget: type[forms.Widget], value: Any, attrs: dict[str, Any]
) -> None:
    drawn = _drawn(widget(), value, attrs)
    assert drawn == widget().render(UGLY, value, attrs, DjangoTemplates())
    assert isinstance(drawn, SafeString)


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("value", [None, "", 1, "3", UGLY, [1, "4"]])
def test_a_choice_is_what_django_draws(widget: type[forms.Select], value: Any) -> None:
    made = widget(attrs={"class": "form-select"}, choices=CHOICES)
    theirs = made.render(UGLY, value, {"id": "a"}, DjangoTemplates())
    assert _drawn(made, value, {"id": "a"}) == theirs.replace("</option>\n", "</option>")


def test_what_is_not_known_is_left_to_django() -> None:
    assert forms.RadioSelect.template_name not in DRAWN
    made = forms.RadioSelect(choices=CHOICES[:2])
    assert _drawn(made, 1, {}) == made.render(UGLY, 1, {}, DjangoTemplates())


def _drawn(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> str:
    return widget.render(UGLY, value, attrs, FormRenderer())
