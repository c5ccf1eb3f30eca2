"""One way to show any Django form field: label, help, error, input, tied together by ids."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.safestring import SafeString


class FieldError(NamedTuple):
    """A line of the error summary; without ``target`` it belongs to no field."""

    text: str
    target: str = ""


def kind_of(widget: forms.Widget) -> str:
    """Which of the field template's shapes a widget takes."""
    if widget.is_hidden:
        return "hidden"
    if own := getattr(widget, "field_kind", ""):
        return str(own)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "file" if isinstance(widget, forms.FileInput) else "control"


def described_by(bound: BoundField) -> str:
    """The ids of the help and of the error of a field, as they are shown."""
    ids = []
    if bound.help_text:
        ids.append(f"{bound.auto_id}_help")
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


def control(bound: BoundField, **given: Any) -> SafeString:
    """The input itself, with classes and the attributes that tie it to its texts."""
    attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in given.items()}
    if ids := described_by(bound):
        attrs["aria-describedby"] = ids
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs | _looks(bound.field.widget))


def _looks(widget: forms.Widget) -> dict[str, Any]:
    kind = kind_of(widget)
    if kind == "file":
        return {"data-files": True}
    if kind != "control":
        return {}
    own = widget.attrs.get("class", "")
    name = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return {"class": f"{name} {own}".strip()}


def errors_of(form: BaseForm) -> Iterator[FieldError]:
    """Every error of one form, those of the whole form first, then in the order of the fields."""
    for text in form.non_field_errors():
        yield FieldError(str(text))
    for bound in form:
        target = "" if bound.is_hidden else _focusable_id(bound)
        for text in bound.errors:
            yield FieldError(f"{bound.label}: {text}", target)


def all_errors(sources: Iterable[object]) -> list[FieldError]:
    """The errors of several forms and form sets, in the order given.

    Anything else has none: a template passes "" for a form that is not there.
    """
    found: list[FieldError] = []
    for source in sources:
        if isinstance(source, BaseFormSet):
            found += [FieldError(str(text)) for text in source.non_form_errors()]
            for form in source:
                found += errors_of(form)
        elif isinstance(source, BaseForm):
            found += errors_of(source)
    return found


def labels_to_enter_again(sources: Iterable[object]) -> list[str]:
    """What a refused form cannot keep: passwords are never sent back to the page."""
    bounds = [bound for form in sources if isinstance(form, BaseForm) for bound in form]
    return [str(b.label) for b in bounds if isinstance(b.field.widget, forms.PasswordInput)]


def _focusable_id(bound: BoundField) -> str:
    is_several = kind_of(bound.field.widget) in {"choices", "windshield"}
    first = "_0" if is_several else ""
    return f"{bound.auto_id}{first}"
