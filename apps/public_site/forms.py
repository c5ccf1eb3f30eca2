"""What people fill in on the public pages; what is true is decided by the use cases."""

from typing import Any, Self

from django import forms

from apps.notifications.models import MessageWishes
from apps.photo_storage.forms import PhotoField
from apps.repairs.forms import BreakForm, ReasonForm
from core.models import User

LONGEST_PASSWORD = 1024


class PasswordField(forms.CharField):
    """A password: never trimmed, never shown again."""

    def __init__(self, *, label: str, autocomplete: str, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=LONGEST_PASSWORD,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        )


def new_password(label: str = "Password") -> PasswordField:
    """A field for a password that somebody chooses."""
    return PasswordField(
        label=label,
        autocomplete="new-password",
        help_text="At least 8 characters; a few words are best.",
    )


def _text(label: str, autocomplete: str, *, required: bool = True, longest: int = 150) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


def _phone() -> forms.CharField:
    return forms.CharField(
        label="Phone",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )


def _email(label: str = "E-mail") -> forms.EmailField:
    return forms.EmailField(
        label=label, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SignInForm(forms.Form):
    """User name or e-mail, and password."""

    username = forms.CharField(
        label="User name or e-mail",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = PasswordField(label="Password", autocomplete="current-password")


class PersonForm(forms.Form):
    """Who somebody is."""

    first_name = _text("First name", "given-name")
    last_name = _text("Last name", "family-name", required=False)
    phone = _phone()


class RegistrationForm(PersonForm):
    """A stranger's registration."""

    COMPANY, PERSON, JOIN = "company", "person", "join"

    kind = forms.ChoiceField(
        label="Whose vehicles are they?",
        choices=[
            (COMPANY, "My company"),
            (PERSON, "Myself"),
            (JOIN, "My company, which is a customer already: ask to join it"),
        ],
        initial=COMPANY,
        widget=forms.RadioSelect,
    )
    company_name = forms.CharField(
        label="Company name",
        required=False,
        max_length=200,
        help_text="Leave it empty if the vehicle is your own.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = _email()
    referral_code = forms.CharField(
        label="Referral code",
        required=False,
        max_length=20,
        help_text="If another customer gave you one: you both get points with your first repair.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = (
        *("kind", "company_name", "first_name", "last_name", "email", "phone"),
        "referral_code",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a code of who comes to a company that is a customer already."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") == self.JOIN and values.get("referral_code"):
            message = "A code is for new customers: leave it empty to join a company."
            self.add_error("referral_code", message)
        return values


class InvitedForm(PersonForm):
    """Somebody invited, who has no account yet."""

    password = new_password()


class JoinForm(forms.Form):
    """A request to join a company."""

    company_name = forms.CharField(
        label="Company name",
        max_length=200,
        help_text="As it is written on its letters.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=500,
        help_text="So that they know who you are.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class QuietForm(forms.Form):
    """When somebody is not to be disturbed, and by which clock."""

    # Offered while one writes; every other zone can be written as well.
    ZONES = (
        *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
        *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"),
    )

    quiet_from = forms.TimeField(label="From", required=False, widget=_time_input())
    quiet_until = forms.TimeField(label="Until", required=False, widget=_time_input())
    time_zone = forms.CharField(
        label="Time zone",
        required=False,
        max_length=50,
        help_text="Like America/Chicago. Empty: the clock of your place, else of the shop.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "list": "zones"}
        ),
    )

    @classmethod
    def of(cls, wishes: MessageWishes) -> Self:
        """The form as these wishes fill it."""
        names = ("quiet_from", "quiet_until", "time_zone")
        return cls(initial={name: getattr(wishes, name) for name in names})


class AddressForm(forms.Form):
    """Where to send a way back in."""

    email = _email()


class NewPasswordForm(forms.Form):
    """A new password by a mailed address."""

    new_password = new_password("New password")


class PasswordChangeForm(NewPasswordForm):
    """A new password, knowing the present one."""

    current_password = PasswordField(label="Present password", autocomplete="current-password")

    field_order = ("current_password", "new_password")


class ProfileForm(PersonForm):
    """One's own name, phone and e-mail."""

    email = _email()
    current_password = PasswordField(
        label="Present password",
        autocomplete="current-password",
        help_text="Only needed for another e-mail.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["current_password"].required = False

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form as it stands, filled with what is stored."""
        names = ("first_name", "last_name", "phone", "email")
        return cls(initial={name: getattr(user, name) for name in names})


def _own_name() -> Any:
    return _text("Your name", "name", longest=100)


class NameForm(forms.Form):
    """Who decides about a repair by its link."""

    name = _own_name()


class DeclineForm(ReasonForm):
    """Who declines a repair by its link, and why."""

    name = _own_name()

    prefix = "decline"


class LinkMailForm(forms.Form):
    """Where a link to a repair is mailed."""

    email = _email("E-mail of who decides")


class DriverForm(BreakForm):
    """Damage that a driver reports by the unit's sticker."""

    unit_number = None  # type: ignore[assignment]  # the sticker says which unit it is
    photos = None  # type: ignore[assignment]  # one is enough of somebody whom nobody knows
    photo = PhotoField(label="Photo", required=False)
    requested_by_name = _own_name()
    contact_phone = _phone()

    field_order = (
        "damage_type",
        "position",
        "photo",
        "description",
        "requested_by_name",
        "contact_phone",
    )
