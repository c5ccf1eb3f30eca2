"""Text messages: to the console, a file, an address of your own, or Twilio."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.notifications.channels.base import Outgoing, Refused

TIMEOUT = 20
BAD_REQUEST, FIRST_GOOD, LAST_GOOD = 400, 200, 299


class SmsChannel:
    """Text messages by the provider that ``SMS_PROVIDER`` names."""

    def send(self, message: Outgoing) -> None:
        """Hand one text message over."""
        PROVIDERS[settings.SMS_PROVIDER](message)


def _to_console(message: Outgoing) -> None:
    print(f"SMS to {message.to}: {message.text}")  # noqa: T201 - what this provider is for


def _to_file(message: Outgoing) -> None:
    folder = Path(settings.SMS_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sms.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": message.id, "to": message.to, "text": message.text}) + "\n")


def _to_webhook(message: Outgoing) -> None:
    """Whoever answers knows a repetition by its key."""
    told = {"id": message.id, "to": message.to, "text": message.text}
    _post(settings.SMS_WEBHOOK_URL, json=told, headers={"Idempotency-Key": message.id})


def _to_twilio(message: Outgoing) -> None:
    """Twilio's REST API; it has no key for repetitions, see decision 13."""
    account = settings.TWILIO_ACCOUNT_SID
    _post(
        f"{settings.TWILIO_API_URL}/2010-04-01/Accounts/{account}/Messages.json",
        data={"To": message.to, "From": settings.TWILIO_FROM, "Body": message.text},
        auth=(account, settings.TWILIO_AUTH_TOKEN),
    )


def _post(url: str, **body: Any) -> None:
    """Post, and tell "never" from "not now".

    Raises:
        Refused: The message itself is at fault.
        RuntimeError: Not now, or our credentials are wrong, which the owner can mend.
    """
    import requests  # noqa: PLC0415 - no start of the product should wait for it

    answer = requests.post(url, timeout=TIMEOUT, allow_redirects=False, **body)
    if answer.status_code == BAD_REQUEST:
        raise Refused(f"The SMS service does not take it{_code_of(answer)}")
    if not FIRST_GOOD <= answer.status_code <= LAST_GOOD:
        raise RuntimeError(f"The SMS service answered {answer.status_code}")


def _code_of(answer: Any) -> str:
    try:
        code = answer.json()["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f" (code {code})" if isinstance(code, int) else ""


PROVIDERS = {
    "console": _to_console,
    "file": _to_file,
    "webhook": _to_webhook,
    "twilio": _to_twilio,
}
