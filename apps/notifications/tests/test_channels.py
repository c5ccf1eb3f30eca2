"""The ways out against servers that speak the services' protocols."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from apps.notifications.channels import CHANNELS, Outgoing, Refused
from apps.notifications.enums import Way
from apps.notifications.tests.servers import Service, as_json, http_service, smtp_server

pytestmark = pytest.mark.once
MAIL = Outgoing(to="a@example.com", subject="Done", text="It is.", html="<p>It is.</p>", id="abc")
TEXT = Outgoing(to="+12125550100", subject="", text="It is done.", html="", id="abc")


def send(message: Outgoing) -> None:
    CHANNELS[Way.EMAIL if message is MAIL else Way.SMS].send(message)


@pytest.fixture
def service() -> Iterator[Service]:
    with http_service() as found:
        yield found


def by_smtp(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "rs_systems.mail.PunctualSmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = False


def test_a_mail_server_takes_text_and_html_under_one_id(settings: Any) -> None:
    with smtp_server("250 ok") as (port, taken):
        by_smtp(settings, port)
        send(MAIL)
    [mail] = taken
    assert "Message-ID: <abc@rs-systems>" in mail
    assert ("It is." in mail, "<p>It is.</p>" in mail) == (True, True)


def test_an_address_nobody_has_is_refused_for_good(settings: Any) -> None:
    with smtp_server("550 no such person") as (port, _):
        by_smtp(settings, port)
        with pytest.raises(Refused, match="does not know the address"):
            send(MAIL)


def test_a_server_that_cannot_now_is_asked_again(settings: Any) -> None:
    with smtp_server("451 later") as (port, _):
        by_smtp(settings, port)
        with pytest.raises(OSError, match="451"):
            send(MAIL)


def test_a_mail_service_by_its_own_protocol(settings: Any, service: Service) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t0ken", "POSTMARK_API_URL": service.url}
    service.status = 200
    service.answer = json.dumps(
        {"ErrorCode": 0, "Message": "OK", "MessageID": "x", "To": "a@example.com"}
    ).encode()
    send(MAIL)
    [(path, headers, body)] = service.calls
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "t0ken")
    told = as_json(body)
    assert (told["To"], told["TextBody"], told["HtmlBody"]) == (MAIL.to, MAIL.text, MAIL.html)
    assert {"Name": "Message-ID", "Value": "<abc@rs-systems>"} in told["Headers"]
    service.status = 422
    told = "Found inactive addresses: a@example.com. Inactive recipients are ones that bounced."
    service.answer = json.dumps({"ErrorCode": 406, "Message": told}).encode()
    with pytest.raises(Refused, match="does not take the address"):
        send(MAIL)


def test_twilio_is_told_who_what_and_by_whom(settings: Any, service: Service) -> None:
    settings.SMS_PROVIDER, settings.TWILIO_API_URL = "twilio", service.url
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"
    settings.TWILIO_FROM = "+15550100"
    send(TEXT)
    [(path, headers, body)] = service.calls
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC1:secret"
    assert parse_qs(body.decode()) == {
        "To": ["+12125550100"],
        "From": ["+15550100"],
        "Body": ["It is done."],
    }


@pytest.mark.parametrize(
    ("status", "answer", "error", "told"),
    [
        (400, b'{"code": 21211, "message": "no"}', Refused, r"does not take it \(code 21211\)$"),
        (400, b'{"code": "<b>"}', Refused, "does not take it$"),
        (400, b"[]", Refused, "does not take it$"),
        (401, b"{}", RuntimeError, "answered 401"),
        (429, b"{}", RuntimeError, "answered 429"),
        (503, b"{}", RuntimeError, "answered 503"),
        (302, b"{}", RuntimeError, "answered 302"),
    ],
)
def test_never_and_not_now_are_told_apart(
    settings: Any,
    service: Service,
    *,
    status: int,
    answer: bytes,
    error: type[Exception],
    told: str,
) -> None:
    settings.SMS_PROVIDER, settings.SMS_WEBHOOK_URL = "webhook", service.url
    service.status, service.answer = status, answer
    with pytest.raises(error, match=told):
        send(TEXT)
    assert len(service.calls) == 1


def test_an_address_of_ones_own_is_told_a_repetition_by_its_key(
    settings: Any, service: Service
) -> None:
    settings.SMS_PROVIDER, settings.SMS_WEBHOOK_URL = "webhook", f"{service.url}/sms"
    send(TEXT)
    [(path, headers, body)] = service.calls
    assert (path, headers["Idempotency-Key"]) == ("/sms", "abc")
    assert as_json(body) == {"id": "abc", "to": "+12125550100", "text": "It is done."}


def test_a_file_keeps_each_text_message(settings: Any, tmp_path: Path) -> None:
    settings.SMS_PROVIDER, settings.SMS_FILE_PATH = "file", tmp_path / "sms"
    send(TEXT)
    send(TEXT)
    lines = (tmp_path / "sms" / "sms.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["It is done."] * 2
