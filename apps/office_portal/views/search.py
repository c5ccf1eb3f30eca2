"""Ctrl-K: everything by its name or number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.search import find
from core.pages import person


def office_search(request: HttpRequest) -> HttpResponse:
    """What begins with what was typed; the dialog shows the same answer."""
    text = request.GET.get("q", "").replace("\0", "")
    context = {"text": text, "groups": find(person(request), text)}
    return render(request, "office_portal/search.html", context)
