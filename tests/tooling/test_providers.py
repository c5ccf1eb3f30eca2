"""Who carries messages is read from the environment; what cannot work is refused at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from rs_systems.environment import Environment
from rs_systems.providers import mail_settings, push_key, sms_provider


@pytest.mark.parametrize(
    ("values", "provider", "backend"),
    [
        ({}, "console", "rs_systems.mail.ConsoleAndFileBackend"),
        ({"EMAIL_HOST": "h"}, "smtp", "rs_systems.mail.PunctualSmtpBackend"),
        (
            {"EMAIL_HOST": "h", "EMAIL_PROVIDER": "console"},
            "console",
            "rs_systems.mail.ConsoleAndFileBackend",
        ),
        ({"EMAIL_PROVIDER": "ses"}, "ses", "anymail.backends.amazon_ses.EmailBackend"),
        (
            {"EMAIL_PROVIDER": "Resend", "RESEND_API_KEY": "k"},
            "resend",
            "anymail.backends.resend.EmailBackend",
        ),
    ],
)
def test_the_provider_is_the_one_named_else_the_server_else_the_console(
    values: dict[str, str], provider: str, backend: str
) -> None:
    found = mail_settings(Environment(values))
    assert (found.provider, found.backend) == (provider, backend)


def test_a_service_gets_its_key_its_domain_and_its_region() -> None:
    url = "https://api.eu.mailgun.net/v3"
    values = {"EMAIL_PROVIDER": "mailgun", "MAILGUN_API_KEY": "k", "MAILGUN_API_URL": url}
    found = mail_settings(Environment(values | {"MAILGUN_SENDER_DOMAIN": "mg.example.com"}))
    assert found.anymail == {
        "MAILGUN_API_KEY": "k",
        "MAILGUN_SENDER_DOMAIN": "mg.example.com",
        "MAILGUN_API_URL": url,
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"EMAIL_PROVIDER": "pigeon"}, "EMAIL_PROVIDER='pigeon' is unknown"),
        ({"EMAIL_PROVIDER": "smtp"}, "cannot work yet. Set EMAIL_HOST as well."),
        ({"EMAIL_PROVIDER": "mailgun"}, "Set MAILGUN_API_KEY as well."),
        (
            {"EMAIL_PROVIDER": "postmark", "POSTMARK_SERVER_TOKEN": "t", "POSTMARK_API_URL": "x"},
            "POSTMARK_API_URL='x' is not an address we can use",
        ),
    ],
)
def test_a_mail_provider_that_cannot_work_is_refused(values: dict[str, str], told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        mail_settings(Environment(values))


def test_text_messages_are_sent_by_nobody_unless_somebody_is_named() -> None:
    assert sms_provider(Environment({})) == ""
    assert sms_provider(Environment({"SMS_PROVIDER": "Console"})) == "console"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"SMS_PROVIDER": "pigeon"}, "Write one of: console, file, webhook, twilio."),
        ({"SMS_PROVIDER": "webhook"}, "Set SMS_WEBHOOK_URL as well."),
        (
            {"SMS_PROVIDER": "twilio", "TWILIO_FROM": "+1"},
            "Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN as well.",
        ),
    ],
)
def test_a_provider_of_text_messages_that_cannot_work_is_refused(
    values: dict[str, str], told: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        sms_provider(Environment(values))


@pytest.mark.parametrize("key", ["", "A" * 43, "_-" * 21 + "A", "A" * 43 + "="])
def test_the_key_of_messages_in_browsers_may_be_there_or_not(key: str) -> None:
    assert push_key(Environment({"VAPID_PRIVATE_KEY": key})) == key


@pytest.mark.parametrize("key", ["secret", "A" * 44, "é" * 43])
def test_a_key_that_is_none_is_refused_untold(key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"VAPID_PRIVATE_KEY='\*\*\*' is no key"):
        push_key(Environment({"VAPID_PRIVATE_KEY": key}))
