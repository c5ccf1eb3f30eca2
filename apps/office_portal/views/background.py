"""Work in the background: who does it, how much waits, what was given up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.queue_management.use_cases.background import try_again
from core import background
from core.models import OutboxMessage
from core.outbox import MAX_ATTEMPTS
from core.pages import list_page, person, press, sent_once
from core.schedule import registered

# Other kinds are told by their name.
WORDS = {
    "notice.write": "Write a notice",
    "email.send": "Send an e-mail",
    "sms.send": "Send a text message",
    "push.send": "Show a message in a browser",
    "approval.remind": "Remind of an approval",
    "approval.tell_office": "Tell the office of a late approval",
    "list_import.check": "Check a vehicle list",
    "list_import.write": "Import a vehicle list",
}


def office_background(request: HttpRequest) -> HttpResponse:
    """The schedule's last times, signs of life, the queue, and what failed too often."""
    page = list_page(request, background.given_up(), ordering=("-id",))
    context = {
        "depth": background.depth(),
        "signs": background.signs(),
        "runs": background.last_runs(),
        "page": page,
        "given_up": [(row, _in_words(row)) for row in page.rows],
        "tries": MAX_ATTEMPTS,
    }
    return render(request, "office_portal/background.html", context)


def _in_words(row: OutboxMessage) -> str:
    titles = {entry.name: entry.title for entry in registered()}
    return titles.get(row.payload.get("name", ""), WORDS.get(row.kind, row.kind))


@sent_once
def office_background_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Try again what was given up."""
    return press(
        request,
        lambda: try_again(actor=person(request), message_id=message_id),
        success="It will be tried again in a moment.",
        back="office_background",
    )
