"""Who carries mail and text messages, read from the environment."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from rs_systems.environment import Environment, refusal

ANYMAIL = "anymail.backends"
# By provider: its backend, and what it needs. The names of the variables are django-anymail's.
SERVICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "mailgun": (f"{ANYMAIL}.mailgun.EmailBackend", ("MAILGUN_API_KEY",)),
    "sendgrid": (f"{ANYMAIL}.sendgrid.EmailBackend", ("SENDGRID_API_KEY",)),
    "postmark": (f"{ANYMAIL}.postmark.EmailBackend", ("POSTMARK_SERVER_TOKEN",)),
    "brevo": (f"{ANYMAIL}.brevo.EmailBackend", ("BREVO_API_KEY",)),
    "resend": (f"{ANYMAIL}.resend.EmailBackend", ("RESEND_API_KEY",)),
    "ses": (f"{ANYMAIL}.amazon_ses.EmailBackend", ()),
}
KEY_BYTES = 32
# Names stand for themselves and what is below them; a whole origin for exactly that.
USUAL_PUSH_SERVICES = (
    "fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com"
)
OPTIONAL = ("MAILGUN_SENDER_DOMAIN",)
# Where a service is reached, for its other regions and for tests.
API_URLS = ("MAILGUN_API_URL", "SENDGRID_API_URL", "POSTMARK_API_URL")
CONSOLE, SMTP = (
    "rs_systems.mail.ConsoleAndFileBackend",
    "rs_systems.mail.PunctualSmtpBackend",
)
SMS: dict[str, tuple[str, ...]] = {
    "console": (),
    "file": (),
    "webhook": ("SMS_WEBHOOK_URL",),
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
}


@dataclass(frozen=True)
class Mail:
    """The provider of mail, Django's backend for it, and django-anymail's settings."""

    provider: str
    backend: str
    anymail: dict[str, object] = field(default_factory=dict)


def mail_settings(env: Environment) -> Mail:
    """Who carries mail: ``EMAIL_PROVIDER``, else a server named by ``EMAIL_HOST``, else nobody.

    Raises:
        ImproperlyConfigured: The provider is unknown, or what it needs is missing.
    """
    usual = "smtp" if env.text("EMAIL_HOST") else "console"
    provider = env.choice(
        "EMAIL_PROVIDER", default=usual, options=("smtp", "console", *sorted(SERVICES))
    )
    if provider == "console":
        return Mail(provider, CONSOLE)
    if provider == "smtp":
        demand(env, "EMAIL_PROVIDER", provider, ("EMAIL_HOST",))
        return Mail(provider, SMTP)
    backend, needed = SERVICES[provider]
    demand(env, "EMAIL_PROVIDER", provider, needed)
    found: dict[str, object] = {
        name: text for name in (*needed, *OPTIONAL) if (text := env.text(name))
    }
    for name in API_URLS:
        if url := env.url(name, schemes=("https", "http")):
            found[name] = url
    return Mail(provider, backend, found)


def sms_provider(env: Environment) -> str:
    """Who carries text messages; empty when nobody does.

    Raises:
        ImproperlyConfigured: The provider is unknown, or what it needs is missing.
    """
    if not env.text("SMS_PROVIDER"):
        return ""
    provider = env.choice("SMS_PROVIDER", default="", options=tuple(SMS))
    demand(env, "SMS_PROVIDER", provider, SMS[provider])
    return provider


def push_key(env: Environment) -> str:
    """The private key by which push services know us; empty: no messages in browsers.

    Raises:
        ImproperlyConfigured: It is no number of 32 bytes. It is not told: it is a secret.
    """
    text = env.text("VAPID_PRIVATE_KEY")
    if not text:
        return ""
    try:
        is_key = (
            len(base64.b64decode(f"{text.rstrip('=')}=", altchars="-_", validate=True)) == KEY_BYTES
        )
    except ValueError:
        is_key = False
    if not is_key:
        way_out = "Make one with: manage.py make_push_keys"
        raise refusal("VAPID_PRIVATE_KEY", "***", "is no key", way_out)
    return text


def together_seconds(env: Environment) -> int:
    """How long a message waits for others to go with it; 0: each goes at once and alone."""
    return env.number("MESSAGES_TOGETHER_SECONDS", default=60, lowest=0, highest=600)


def demand(env: Environment, name: str, provider: str, needed: tuple[str, ...]) -> None:
    """Refuse a provider without what it needs."""
    missing = [each for each in needed if not env.text(each)]
    if missing:
        raise refusal(name, provider, "cannot work yet", f"Set {', '.join(missing)} as well.")
