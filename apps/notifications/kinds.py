"""The register of message kinds: what each says, and what it needs to say it.

Packages above register theirs in ``AppConfig.ready``; this one knows no repair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Fields = Mapping[str, object]


@dataclass(frozen=True)
class MessageKind:
    """One kind of message.

    Attributes:
        code: Its name; the mail's text is ``templates/notifications/<code>.txt``.
        text: One sentence with ``{field}`` places: the notice, and the mail's subject.
        sample: A value for every field it needs, for previews and tests.
        pages: URL name of the page about the target, by the recipient's role; it takes the
            target's id.
        is_personal: About the recipient's own account: sent whatever the customer prefers.
        is_secret: The fields hold a way in; they are forgotten once the mail is sent.
        is_notice_only: Too small and too frequent for a mail.
    """

    code: str
    text: str
    sample: Fields
    pages: Mapping[str, str] = field(default_factory=dict)
    is_personal: bool = False
    is_secret: bool = False
    is_notice_only: bool = False

    @property
    def template(self) -> str:
        """Where the mail's text stands."""
        return f"notifications/{self.code}.txt"

    def sentence(self, fields: Fields) -> str:
        """The text with its fields, on one line.

        Raises:
            ValueError: A field is missing; the message names it.
        """
        missing = sorted(set(self.sample) - set(fields))
        if missing:
            raise ValueError(f"“{self.code}” needs the fields {', '.join(missing)}.")
        return " ".join(self.text.format_map(dict(fields)).split())


_kinds: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    """Make kinds known.

    Raises:
        ValueError: Another kind has the code already.
    """
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"There are two kinds of message named “{kind.code}”.")


def kind_of(code: str) -> MessageKind:
    """The kind of that code; ``KeyError`` when nobody registered it."""
    return _kinds[code]


def all_kinds() -> list[MessageKind]:
    """Every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
