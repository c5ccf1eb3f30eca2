import pytest
from django.core import mail
from django.template.loader import render_to_string

from apps.notifications.kinds import MessageKind, all_kinds, kind_of
from apps.notifications.models import Notification
from apps.notifications.services import notify, send_email
from apps.notifications.tests.conftest import MakeUser
from core.models import Customer, OutboxMessage, User
from core.outbox import drain, enqueue

SAID = {"customer", "company", "person", "inviter", "address"}


def test_a_promise_becomes_one_mail(technician: User, fleet: Customer) -> None:
    notify(
        kind="join_accepted",
        recipients=[technician],
        target=fleet,
        fields={"company": "Harbor & Sons"},
        key="joined:1",
    )
    assert (drain(), drain()) == (1, 0)
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["tech@example.com"], "You now belong to Harbor & Sons")
    assert sent.body.startswith("Hello tech,\n\nYou now belong to Harbor & Sons")


def test_a_repetition_carries_the_same_message_id(technician: User, fleet: Customer) -> None:
    send_email(to="a@example.com", kind="email_exists", fields={"address": "x"}, key="k")
    drain()
    OutboxMessage.objects.update(done_at=None)
    OutboxMessage.objects.update(next_at="2020-01-01T00:00Z")
    drain()
    first, again = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert first == again


def test_people_deactivated_since_get_nothing(technician: User, fleet: Customer) -> None:
    notify(
        kind="join_accepted",
        recipients=[technician],
        target=fleet,
        fields={"company": "A"},
        key="joined:1",
    )
    User.objects.update(is_active=False)
    assert drain() == 1
    assert mail.outbox == []
    assert OutboxMessage.objects.get().done_at is not None


def test_a_secret_is_forgotten_once_sent(db: None) -> None:
    send_email(
        to="a@example.com",
        kind="password_reset",
        fields={"address": "https://shop.example/reset/secret/"},
        key="reset:1",
    )
    drain()
    assert "https://shop.example/reset/secret/" in mail.outbox[0].body
    assert OutboxMessage.objects.get().payload["fields"] == {}


def test_a_promised_notice_is_written(make_user: MakeUser, fleet: Customer) -> None:
    manager = make_user("manager")
    enqueue(
        kind="notice.write",
        key="notice:join:1",
        payload={
            "kind": "join_accepted",
            "fields": {"company": "Harbor"},
            "recipients": [manager.pk],
            "target_type": "core.customer",
            "target_id": fleet.pk,
            "key": "join:1",
        },
    )
    drain()
    assert (Notification.objects.get().recipient, len(mail.outbox)) == (manager, 0)
    drain()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_every_kind_has_a_plain_text(kind: MessageKind) -> None:
    fields = {name: f"<{value}>" for name, value in kind.sample.items()}
    text = render_to_string(kind.template, fields)
    assert all(value in text for name, value in fields.items() if name in SAID)
    assert "&lt;" not in text


def test_an_amount_is_asked_for_only_where_it_is_known() -> None:
    kind = kind_of("approval_needed")
    assert "at most $40.00" in render_to_string(kind.template, kind.sample)
    assert "at most" not in render_to_string(kind.template, {**kind.sample, "at_most": ""})


def test_a_line_end_in_a_name_becomes_no_header(db: None) -> None:
    fields = {
        "inviter": "Bob\r\nBcc: all@example.com",
        "company": "A\nB",
        "address": "x",
        "expires": "",
    }
    send_email(to="a@example.com", kind="invitation", fields=fields, key="k")
    drain()
    [sent] = mail.outbox
    assert sent.subject == "Bob Bcc: all@example.com invites you to A B"
    assert "\nBcc:" not in sent.message().as_string().partition("\n\n")[0]
