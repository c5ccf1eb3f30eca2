"""What every way out takes and raises."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """One message, ready to be handed over.

    Attributes:
        to: Where it goes: an e-mail address, a phone number, the id of whose browsers show it.
        subject: One line.
        text: All of it as plain text.
        html: The same for programs that show it; empty for ways that have none.
        id: The same at each repetition of the same message.
        link: Where it leads, for ways that show it beside the text.
    """

    to: str
    subject: str
    text: str
    html: str
    id: str
    link: str = ""


class Refused(Exception):
    """The other side will never take this message: trying again is no use.

    Its text is shown in the office, so it names no secret.
    """


class Channel(Protocol):
    """A way out."""

    def send(self, message: Outgoing) -> None:
        """Hand the message over.

        Raises:
            Refused: It will never be taken.
            Exception: Anything else: to be tried again later.
        """
