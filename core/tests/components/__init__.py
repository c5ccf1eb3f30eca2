"""What the tests of the components share."""

import datetime as dt
from typing import Any

from django import forms
from django.template import Context, Template

NOON = dt.datetime(2026, 3, 12, 16, 0, tzinfo=dt.UTC)  # 12:00 in New York


def shown(source: str, **context: Any) -> str:
    """What a template with these tags renders, blanks folded."""
    text = Template("{% load ui %}" + source).render(Context(context))
    return " ".join(text.split())


class RequestForm(forms.Form):
    unit = forms.CharField(label="Unit number", help_text="As painted on the truck.")
    site = forms.ChoiceField(choices=[("1", "Yard")], required=False)
    damage = forms.ChoiceField(widget=forms.RadioSelect, choices=[("chip", "Chip"), ("x", "X")])
    note = forms.CharField(widget=forms.Textarea(attrs={"class": "mono"}), required=False)
    photo = forms.FileField(required=False)
    rush = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)
