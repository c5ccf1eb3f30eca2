"""Work in the background: who does it, how much waits, what was given up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.queue_management.use_cases.background import try_again
from core import background
from core.pages import list_page, person, press, sent_once


def office_background(request: HttpRequest) -> HttpResponse:
    """The schedule's last times, signs of life, the queue, and what failed too often."""
    context = {
        "depth": background.depth(),
        "signs": background.signs(),
        "runs": background.last_runs(),
        "page": list_page(request, background.given_up(), ordering=("-id",)),
    }
    return render(request, "office_portal/background.html", context)


@sent_once
def office_background_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Try again what was given up."""
    return press(
        request,
        lambda: try_again(actor=person(request), message_id=message_id),
        success="It will be tried again in a moment.",
        back="office_background",
    )
