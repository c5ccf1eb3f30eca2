import pytest
from django.core import mail

from apps.audit.models import AuditEntry
from apps.notifications.kinds import MessageKind, all_kinds, kind_of
from apps.notifications.models import MessageText, Notification
from apps.notifications.rewriting import (
    Texts,
    checked,
    originals_of,
    preview,
    set_message_texts,
    texts_of,
)
from apps.notifications.services import notify, send_email
from apps.notifications.tests.conftest import MakeUser, html_of
from core.enums import Role
from core.errors import Forbidden, Invalid, PreconditionFailed
from core.models import Customer, User
from core.outbox import drain
from tests.books import nothing_written, refused

KIND = "repair_completed"


@pytest.fixture
def admin(make_user: MakeUser) -> User:
    return make_user("boss", role=Role.ADMIN)


def rewrite(admin: User, *, kind: str = KIND, version: int | None = None, **texts: str) -> None:
    present = originals_of(kind_of(kind))
    wanted = Texts(**{"notice": present.notice, "body": present.body, "sms": present.sms} | texts)
    set_message_texts(actor=admin, kind=kind, wanted=wanted, version=version)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_the_original_of_every_kind_can_be_begun_with(kind: MessageKind) -> None:
    original = originals_of(kind)
    assert checked(kind, original) == Texts("", "", "")
    # Saved with another word in it, the same text still stands.
    changed = checked(kind, Texts(original.notice, f"{original.body}\nBye", original.sms))
    assert changed.body == f"{original.body}\nBye"
    assert preview(kind, original).notice == kind.sentence(kind.sample)


def test_the_owners_words_are_said_from_then_on(
    admin: User, technician: User, fleet: Customer
) -> None:
    rewrite(
        admin,
        notice="Unit {unit_number} is whole again",
        body="<b>Done</b> & dusted: {unit_number}.\nBy {technician}",
    )
    fields = dict(kind_of(KIND).sample) | {"technician": ""}
    notify(kind=KIND, recipients=[technician], target=fleet, fields=fields, key="1")
    drain()
    assert Notification.objects.get().text == "Unit 4127 is whole again"
    [sent] = mail.outbox
    assert sent.subject == "Unit 4127 is whole again"
    assert "\n\n<b>Done</b> & dusted: 4127.\n\n" in str(sent.body)
    assert "&lt;b&gt;Done&lt;/b&gt; &amp; dusted" in html_of(sent)


def test_a_list_is_told_row_by_row(admin: User) -> None:
    rewrite(admin, kind="approval_link", body="Please decide:\n\n{repairs}")
    kind = kind_of("approval_link")
    send_email(to="a@example.com", kind=kind.code, fields=kind.sample, key="k")
    drain()
    told = "Please decide:\n\nUnit 4127 (Star Break), at most $40.00\nhttps://shop.example/r/abc/"
    assert told in str(mail.outbox[0].body)


def test_each_change_is_a_version_and_the_original_comes_back(admin: User) -> None:
    rewrite(admin, notice="Done", version=0)
    with nothing_written():
        rewrite(admin, notice="  Done ")
    first = MessageText.objects.get()
    set_message_texts(actor=admin, kind=KIND, wanted=None, version=first.pk)
    assert texts_of(kind_of(KIND)) == originals_of(kind_of(KIND))
    assert MessageText.objects.count() == 2
    entries = AuditEntry.objects.filter(verb="messagetext.changed").order_by("position")
    assert [entry.changes[-1]["new"] for entry in entries] == ["Done", ""]


UNKNOWN = (
    "Line 1: there is no field {unit} here. Use {amount}, {at_most}, {customer}, {damage_type}, "
    "{repair_id}, {status}, {technician}, {unit_number}."
)
STRAY = "Line 2, at “{% load x %}”: a brace stands alone. Write a field like {customer}."


@pytest.mark.parametrize(
    ("texts", "errors"),
    [
        ({"notice": "{unit}"}, {"notice": [UNKNOWN]}),
        ({"body": "Fine\n{% load x %}"}, {"body": [STRAY]}),
        (
            {"sms": "{customer}" * 17},
            {"sms": ["With the sample's values it has 340 characters; 320 fit."]},
        ),
        ({"notice": "a\0b"}, {"notice": ["Please leave out invisible characters."]}),
    ],
)
def test_a_broken_text_cannot_be_saved(
    admin: User, texts: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with refused(Invalid) as caught:
        rewrite(admin, version=None, **texts)
    assert caught.value.errors == errors


def test_a_mail_keeps_its_way_in(admin: User) -> None:
    with refused(Invalid) as caught:
        rewrite(admin, kind="password_reset", body="Choose a new one.")
    told = "Leave {address} in: without it the mail leads nowhere."
    assert caught.value.errors == {"body": [told]}


def test_only_the_office_rewrites_and_not_from_an_older_view(admin: User, technician: User) -> None:
    with refused(Forbidden):
        rewrite(technician, notice="Mine")
    rewrite(admin, notice="Done")
    with refused(PreconditionFailed):
        rewrite(admin, notice="Finished", version=0)
