"""Inputs of forms, drawn in Python: Django's own renderer runs two templates for each option.

What it draws is what ``DjangoTemplates`` draws, but for an empty line behind each option; what is
not known here goes there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
OF_ONE_LINE = ("text", "number", "email", "url", "password", "hidden", "date", "checkbox")
WIDGETS = "django/forms/widgets"


class FormRenderer(DjangoTemplates):
    """As its parent, with the frequent inputs drawn at once."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The widget or form of this template."""
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return _safe(draw(context["widget"]))


def _input(widget: Widget) -> str:
    value = widget["value"]
    told = "" if value is None else f' value="{conditional_escape(value)}"'
    kind, name = widget["type"], conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{told}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    name, value = conditional_escape(widget["name"]), widget["value"]
    told = conditional_escape(value) if value else ""
    return f'<textarea name="{name}"{_attributes(widget)}>\n{told}</textarea>'


def _select(widget: Widget) -> str:
    name = conditional_escape(widget["name"])
    groups = "".join(_group(label, options) for label, options, _ in widget["optgroups"])
    return f'<select name="{name}"{_attributes(widget)}>{groups}\n</select>'


def _group(label: Any, options: list[Widget]) -> str:
    told = "".join(f"\n  {_option(option)}" for option in options)
    if not label:
        return told
    return f'\n  <optgroup label="{conditional_escape(label)}">{told}\n  </optgroup>'


def _option(option: Widget) -> str:
    value, label = conditional_escape(option["value"]), conditional_escape(option["label"])
    return f'<option value="{value}"{_attributes(option)}>{label}</option>'


def _attributes(widget: Widget) -> str:
    given = widget["attrs"].items()
    return "".join(_attribute(name, value) for name, value in given if value is not False)


def _attribute(name: str, value: Any) -> str:
    told = "" if value is True else f'="{conditional_escape(value)}"'
    return f" {conditional_escape(name)}{told}"


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308  # every value in it was escaped above


DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"{WIDGETS}/{kind}.html": _input for kind in OF_ONE_LINE},
    f"{WIDGETS}/textarea.html": _textarea,
    f"{WIDGETS}/select.html": _select,
}
