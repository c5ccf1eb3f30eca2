"""Form of a kind's texts."""

from django import forms
from django.http import QueryDict

from apps.notifications.kinds import MessageKind
from apps.notifications.rewriting import Texts
from apps.notifications.texts import LONGEST_SMS, LONGEST_SUBJECT
from apps.office_portal.forms.shared import text


class MessageTextForm(forms.Form):
    """The three texts; which fields are known and how long they may get, the use case says."""

    notice = forms.CharField(
        label="Notice, and subject of the mail", max_length=LONGEST_SUBJECT, required=False
    )
    body = text("Mail", rows=8, most=3000)
    sms = text("Text message", rows=3, most=LONGEST_SMS)

    def __init__(self, data: QueryDict | None, *, kind: MessageKind, texts: Texts) -> None:
        initial = {"notice": texts.notice, "body": texts.body, "sms": texts.sms}
        super().__init__(data, initial=initial)
        if kind.is_bell_only:
            del self.fields["body"]
        if kind.is_bell_only or kind.is_personal:
            del self.fields["sms"]
        self._present = texts

    def texts(self) -> Texts:
        """What was entered; of a text that the kind does not have, the present one."""
        entered = self.cleaned_data
        return Texts(
            entered["notice"],
            entered.get("body", self._present.body),
            entered.get("sms", self._present.sms),
        )
