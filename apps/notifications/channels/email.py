"""E-mail, text and HTML, by the backend that ``EMAIL_PROVIDER`` names."""

from smtplib import SMTPRecipientsRefused

from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from apps.notifications.channels.base import Outgoing, Refused

# From here on a mail server means "never"; below it, "not now" (RFC 5321, 4.2.1).
NEVER = 500


class EmailChannel:
    """Mail; its Message-ID comes from the message, so a repetition is the same mail."""

    def send(self, message: Outgoing) -> None:
        """Hand one mail to the provider."""
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=message.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.to],
            headers={
                "Message-ID": f"<{message.id}@rs-systems>",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(message.html, "text/html")
        try:
            mail.send()
        except SMTPRecipientsRefused as refusal:
            if any(code < NEVER for code, _ in refusal.recipients.values()):
                raise
            raise Refused("The mail server does not know the address") from refusal
        except AnymailRecipientsRefused as refusal:
            raise Refused("The mail service does not take the address") from refusal
