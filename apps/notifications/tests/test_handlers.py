import pytest
from django.core import mail
from django.template.loader import render_to_string

from apps.notifications.kinds import MessageKind, all_kinds, kind_of
from apps.notifications.models import Delivery, Notification
from apps.notifications.services import notify, send_email
from apps.notifications.tests.conftest import MakeUser, html_of
from core.models import Customer, OutboxMessage, User
from core.outbox import drain, enqueue

SAID = {"customer", "company", "person", "inviter", "address"}


def accept(user: User, fleet: Customer, company: str = "A", key: str = "joined:1") -> None:
    fields = {"company": company}
    notify(kind="join_accepted", recipients=[user], target=fleet, fields=fields, key=key)


def test_a_promise_becomes_one_mail_of_text_and_html(technician: User, fleet: Customer) -> None:
    accept(technician, fleet, "Harbor & <b>Sons</b>")
    assert (drain(), drain()) == (1, 0)
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (
        ["tech@example.com"],
        "You now belong to Harbor & <b>Sons</b>",
    )
    assert str(sent.body).startswith("Hello tech,\n\nYou now belong to Harbor & <b>Sons</b>")
    assert "You now belong to Harbor &amp; &lt;b&gt;Sons&lt;/b&gt;" in html_of(sent)


def test_what_was_sent_says_when_and_where(technician: User, fleet: Customer) -> None:
    accept(technician, fleet)
    planned = Delivery.objects.get()
    assert (planned.state, planned.address, planned.sent_at) == ("planned", "", None)
    drain()
    sent = Delivery.objects.get()
    assert (sent.state, sent.address, sent.reason) == ("sent", "tech@example.com", "")
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{sent.message_id}@rs-systems>"


def test_a_repetition_carries_the_same_message_id(technician: User, fleet: Customer) -> None:
    send_email(to="a@example.com", kind="email_exists", fields={"address": "x"}, key="k")
    drain()
    # A crash between the server's word and our own mark.
    OutboxMessage.objects.update(done_at=None, next_at="2020-01-01T00:00Z")
    Delivery.objects.update(state="planned", sent_at=None)
    drain()
    first, again = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert first == again


def test_a_promise_whose_mail_was_sent_sends_nothing_again(db: None) -> None:
    send_email(to="a@example.com", kind="email_exists", fields={"address": "x"}, key="k")
    drain()
    OutboxMessage.objects.update(done_at=None, next_at="2020-01-01T00:00Z")
    assert (drain(), len(mail.outbox)) == (1, 1)


def test_people_deactivated_since_get_nothing(technician: User, fleet: Customer) -> None:
    accept(technician, fleet)
    User.objects.update(is_active=False)
    assert drain() == 1
    assert mail.outbox == []
    assert OutboxMessage.objects.get().done_at is not None
    skipped = Delivery.objects.get()
    assert (skipped.state, skipped.reason) == ("skipped", "They no longer have an account")


def test_an_address_taken_away_since_is_told(technician: User, fleet: Customer) -> None:
    accept(technician, fleet)
    User.objects.update(email="", email_key=None)
    drain()
    assert Delivery.objects.get().reason == "There is no address or number any more"


def test_a_mail_goes_to_the_address_of_the_day(technician: User, fleet: Customer) -> None:
    accept(technician, fleet)
    technician.email = "new@example.com"
    technician.save()
    drain()
    assert mail.outbox[0].to == ["new@example.com"]


def test_a_secret_is_forgotten_once_sent(db: None) -> None:
    fields = {"address": "https://shop.example/reset/secret/"}
    send_email(to="a@example.com", kind="password_reset", fields=fields, key="reset:1")
    drain()
    assert "https://shop.example/reset/secret/" in mail.outbox[0].body
    assert "secret" not in str([OutboxMessage.objects.get().payload, Delivery.objects.get().fields])


def test_a_mail_that_another_package_promised_is_told_as_well(db: None) -> None:
    payload = {"kind": "password_reset", "fields": {"address": "https://a.example/x/"}}
    enqueue(kind="email.send", key="email:r", payload=payload | {"to": "a@example.com"})
    enqueue(kind="email.send", key="email:n", payload=payload | {"to": ""})
    enqueue(kind="email.send", key="email:gone", payload={"delivery": "email:gone"})
    assert (drain(), len(mail.outbox)) == (3, 1)
    told = Delivery.objects.order_by("pk").values_list("key", "state", "reason", "fields")
    assert list(told) == [
        ("email:r", "sent", "", {}),
        ("email:n", "skipped", "There is no e-mail address", payload["fields"]),
    ]
    assert OutboxMessage.objects.get(key="email:r").payload["fields"] == {}


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


def test_the_button_of_a_mail_leads_to_the_page_or_the_way_in(
    technician: User, fleet: Customer
) -> None:
    fields = kind_of("repair_assigned").sample
    notify(kind="repair_assigned", recipients=[technician], target=fleet, fields=fields, key="a")
    drain()
    page = f"/tech/repairs/{fleet.pk}/"
    assert f"See it here: http://127.0.0.1:8000{page}" in str(mail.outbox[0].body)
    assert f'href="http://127.0.0.1:8000{page}">Open</a>' in html_of(mail.outbox[0])
    address = {"address": "https://shop.example/reset/abc/"}
    send_email(to="a@example.com", kind="password_reset", fields=address, key="k")
    drain()
    assert str(mail.outbox[1].body).count("https://shop.example/reset/abc/") == 1
    assert 'href="https://shop.example/reset/abc/">Open</a>' in html_of(mail.outbox[1])
