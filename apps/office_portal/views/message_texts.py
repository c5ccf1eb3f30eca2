"""What messages say: every kind, and one of them to rewrite."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.notifications.enums import MessageGroup
from apps.notifications.kinds import MessageKind, all_kinds
from apps.notifications.models import MessageText
from apps.notifications.queries import rewritten_kinds
from apps.notifications.rewriting import Texts, checked, preview, set_message_texts, texts_of
from apps.notifications.texts import text_in_force
from apps.office_portal.forms.message_texts import MessageTextForm
from core.pages import REFUSED, attempt, person, press, see_other, sent_once, version_from

MOST_VERSIONS = 10


def office_message_texts(request: HttpRequest) -> HttpResponse:
    """All kinds by what they are about, and which of them the owner rewrote."""
    rewritten = rewritten_kinds()
    place = {group.value: number for number, group in enumerate(MessageGroup)}
    kinds = sorted(all_kinds(), key=lambda kind: (place[kind.group], kind.code))
    groups = [
        {
            "label": MessageGroup(group).label,
            "kinds": [
                {
                    "code": kind.code,
                    "reads": kind.sentence(kind.sample),
                    "is_rewritten": kind.code in rewritten,
                }
                for kind in members
            ],
        }
        for group, members in groupby(kinds, key=lambda kind: kind.group)
    ]
    return render(request, "office_portal/message_texts.html", {"groups": groups})


@sent_once
def office_message_text(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind's texts: a POST shows how they read, saves them, or goes back to the original."""
    said = _kind(kind)
    user, version = person(request), version_from(request)
    if "original" in request.POST:
        return press(
            request,
            lambda: set_message_texts(actor=user, kind=kind, wanted=None, version=version),
            success="The texts are as delivered again.",
            back="office_message_text",
            kind=kind,
        )
    present = texts_of(said)
    form = MessageTextForm(
        request.POST if request.method == "POST" else None, kind=said, texts=present
    )
    shown = present
    if form.is_bound and form.is_valid():
        shown = form.texts()
        if "preview" in request.POST:
            attempt(form, lambda: checked(said, shown))
            return _show(request, said, form, shown)
        saved = attempt(
            form,
            lambda: set_message_texts(actor=user, kind=kind, wanted=shown, version=version),
        )
        if saved is not None:
            messages.success(request, "Saved: messages read so from now on.")
            return see_other("office_message_text", kind=kind)
    return _show(request, said, form, shown)


def _kind(code: str) -> MessageKind:
    found = next((kind for kind in all_kinds() if kind.code == code), None)
    if found is None:
        raise Http404
    return found


def _example(value: object) -> str:
    return "a line or more" if isinstance(value, list) else str(value)


def _show(
    request: HttpRequest, kind: MessageKind, form: MessageTextForm, shown: Texts
) -> HttpResponse:
    present = text_in_force(kind.code)
    versions = MessageText.objects.filter(kind=kind.code).select_related("created_by")
    context: dict[str, Any] = {
        "kind": kind,
        "form": form,
        "reads": kind.sentence(kind.sample),
        "is_asked_for": "preview" in request.POST,
        # How a broken text reads would hide what is broken.
        "preview": None if form.errors else preview(kind, shown),
        "fields": [(f"{{{name}}}", _example(value)) for name, value in kind.sample.items()],
        "version": version_from(request) or present.pk or 0,
        "is_rewritten": bool(present.notice or present.body or present.sms),
        "versions": versions[:MOST_VERSIONS],
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/message_text.html", context, status=status)
