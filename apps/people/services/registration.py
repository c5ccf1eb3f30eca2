"""A stranger gets an account (DOMAIN, section 1).

A registration always makes a new customer, or none: nothing that is posted can reach into an
existing one, and no answer tells whether an address or a company is known. Nobody is let in
before they have chosen a password at the address mailed to them: what cannot be signed in to
right after registering tells nothing, and nobody registers in somebody else's name.
"""

from apps.audit.use_case import use_case
from apps.people.queries import user_by_email
from apps.people.services.accounts import Newcomer, build_newcomer, save_new_user
from apps.people.services.customers import open_customer
from apps.people.services.join_requests import ask_to_join
from apps.people.services.passwords import way_in
from apps.people.services.team import add_member
from core.clock import now
from core.enums import CustomerKind
from core.errors import Conflict, Invalid
from core.mails import address, promise_mail
from core.models import User


@use_case
def register_customer(*, person: Newcomer, kind: str, company_name: str = "") -> User | None:
    """Make an account, a new unconfirmed customer and its primary contact.

    1. check everything; 2. store the person, or write to who has the address already;
    3. open the customer; 4. make the person its primary contact.

    Args:
        person: Who registers.
        kind: ``company`` or ``person``.
        company_name: Of a company; a person's customer has the person's name.

    Returns:
        The new user, or ``None`` when the address has an account. Doors answer both alike.

    Raises:
        Invalid: With the messages by field.
    """
    user = build_newcomer(person)
    name = _customer_name(user, kind, company_name)
    if not _save_unless_known(user):
        return None
    customer = open_customer(
        actor=user, kind=kind, name=name, email=user.email, phone=user.phone, is_confirmed=False
    )
    add_member(actor=user, user=user, customer=customer, is_primary_contact=True)
    return user


@use_case
def register_and_ask_to_join(
    *, person: Newcomer, company_name: str, message: str = ""
) -> User | None:
    """Make an account without a customer, and ask to join a company by its name.

    Returns and raises like ``register_customer``.
    """
    user = build_newcomer(person)
    if not company_name.strip():
        raise _name_missing()
    if not _save_unless_known(user):
        return None
    ask_to_join(actor=user, company_name=company_name, message=message)
    return user


def _customer_name(user: User, kind: str, company_name: str) -> str:
    if kind == CustomerKind.PERSON:
        return user.get_full_name()[:200]
    if not company_name.strip():
        raise _name_missing()
    return company_name.strip()


def _name_missing() -> Invalid:
    message = "Please write your company's name."
    return Invalid(message, errors={"company_name": [message]})


def _save_unless_known(user: User) -> bool:
    """Whether the account was made; in either case a mail is on its way to the address."""
    known = user_by_email(user.email)
    if known is None and _save_first(user):
        _write(user, kind="welcome", way=way_in(user))
        return True
    known = known or user_by_email(user.email)
    if known is None or not known.is_active:
        return False
    if known.has_usable_password():
        _write(known, kind="email_exists", way=address("/login/"))
    else:
        _write(known, kind="welcome", way=way_in(known))
    return False


def _write(user: User, *, kind: str, way: str) -> None:
    """Promise the mail, of each kind one an hour."""
    hour = now().strftime("%Y%m%d%H")
    promise_mail(to=user.email, kind=kind, fields={"address": way}, key=f"{kind}:{user.pk}:{hour}")


def _save_first(user: User) -> bool:
    try:
        save_new_user(actor=None, user=user)
    except Conflict:
        return False
    return True
