"""A page with every component that has a script, and the doors ``base.html`` names."""

from django import forms
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

PAGE = Template(
    """{% extends "base.html" %}{% load ui %}
{% block title %}Components{% endblock %}
{% block content %}
  {% error_summary form %}
  {% include "components/page_header.html" with heading="Components" %}
  <div class="alert alert-success"><div>Saved.</div>
    <button class="alert__close" type="button" data-dismiss>{% icon "x" "Dismiss" %}</button></div>
  <details class="menu"><summary class="btn">More</summary>
    <p class="menu__panel">Inside</p></details>
  <form id="draft" method="post" enctype="multipart/form-data" data-draft="request" novalidate>
    {% field form.unit %}{% field form.damage %}{% field form.photo %}
    <button class="btn btn-primary">Send</button>
  </form>
  <form id="rows" method="post" action="/done/" data-draft="rows" novalidate>
    {% include "components/formset.html" with row_label="Unit" add_label="Add another unit" %}
    <button class="btn btn-primary">Send all</button>
  </form>
  <div id="part"><button class="btn" hx-get="/part/" hx-target="#part">Load more</button></div>
  {% post_button "/slow/" "Start" %}
  {% post_button "/done/?back" "Put back" undo="Unit 4127 goes back to the queue." %}
  {% post_button "/done/" "Decline" look="danger" confirm="Decline unit 4127?" %}
  <form method="post" action="/logout/" data-sign-out><button class="btn">Sign out</button></form>
  <button class="btn" type="button" data-theme-toggle>Light or dark</button>
{% endblock %}
{% block action_bar %}<a class="btn btn-primary" href="/">Request a repair</a>{% endblock %}"""
)


class RequestForm(forms.Form):
    """Refuses everything but unit 4127 with a photo."""

    unit = forms.CharField(label="Unit number", help_text="As painted on the truck.")
    damage = forms.ChoiceField(
        label="Damage", widget=forms.RadioSelect, choices=[("Chip", "Chip"), ("Crack", "Crack")]
    )
    photo = forms.FileField(label="Photo", required=False)

    def clean_unit(self) -> str:
        """The only unit there is."""
        unit: str = self.cleaned_data["unit"]
        if unit != "4127":
            raise forms.ValidationError("No such unit.")
        return unit


class RowForm(forms.Form):
    """A row of several units at once."""

    number = forms.CharField(label="Number")


def page(request: HttpRequest) -> HttpResponse:
    """The page; a good form is answered with the empty one."""
    form = RequestForm(request.POST or None, request.FILES or None)
    return done(request) if form.is_valid() else show(form)


def show(form: RequestForm) -> HttpResponse:
    """The page with this form."""
    rows = formset_factory(RowForm, max_num=3)(prefix="rows")
    return HttpResponse(PAGE.render(Context({"form": form, "formset": rows})))


def part(request: HttpRequest) -> HttpResponse:
    """A piece of a page for htmx."""
    return HttpResponse("Loaded" if request.headers.get("HX-Request") else "Alone")


def done(_request: HttpRequest) -> HttpResponse:
    """After a form was accepted; no redirect, because a routed browser page follows none."""
    return show(RequestForm())


def stay(_request: HttpRequest) -> HttpResponse:
    """An answer that leaves the browser where it is."""
    return HttpResponse(status=204)


urlpatterns = [
    path("", page),
    path("done/", done),
    path("part/", part),
    path("slow/", stay),
    path("login/", page, name="login"),
    path("logout/", done, name="logout"),
]
