"""Codes, and customers who came by one. Use cases above check who may."""

import secrets

from django.db import connection

from apps.audit.recorder import record, snapshot
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.models import CODE_LENGTH, Referral, ReferralCode
from apps.rewards_referrals.queries import completed_of, referrers_above
from apps.rewards_referrals.services.ledger import open_account
from core.errors import Conflict, Invalid
from core.keys import name_key
from core.models import Customer, CustomerUser, User

# Nothing that is read as something else: no 0 and O, 1 and I and L, no vowels that make words.
ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"


# Two numbers: one alone is of the other kind, which repeated calls take (core.idempotency).
REFERRALS_LOCK = (6, 1)


def lock_referrals() -> None:
    """Wait until nobody else changes who brought whom, and keep them out until the end.

    The first of all locks. Without it several could each see no circle, and close one together; or
    write a referral to a customer who is merged into another one at this moment.
    """
    # SQLite needs none: a second transaction waits at BEGIN IMMEDIATE.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", REFERRALS_LOCK)


def known_code(member: CustomerUser) -> ReferralCode | None:
    """The person's code for their customer, if it was made."""
    return ReferralCode.objects.filter(
        customer=member.customer_id, owner=member.user_id, is_active=True
    ).first()


def code_of(*, member: CustomerUser) -> ReferralCode:
    """The person's code for their customer, made when there is none; the customer is locked."""
    if (mine := known_code(member)) is not None:
        return mine
    customer = member.customer
    open_account(customer, completed=completed_of(customer.pk))
    code = ReferralCode.objects.create(
        code=_free_code(), customer=customer, customer_user=member, owner=member.user
    )
    record(actor=member.user, verb="referralcode.created", target=code)
    return code


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        taken = ReferralCode.objects.filter(code_key=name_key(code))
        if not taken.exists():  # pragma: no branch - one in 28^8 is drawn again
            return code


def find_code(text: str) -> ReferralCode:
    """The code that somebody wrote down, whatever case and blanks.

    Raises:
        Invalid: ``code_unknown``: there is none, or it is no longer in use.
    """
    key = name_key(text.replace("-", ""))
    codes = ReferralCode.objects.select_related("customer", "owner")
    found = codes.filter(code_key=key[:20], is_active=True, customer__is_active=True).first()
    if found is None:
        raise refusal("We do not know this code. Please check each sign.", "code_unknown")
    return found


def refusal(message: str, code: str) -> Invalid:
    """Why a code does not count, told at its field."""
    return Invalid(message, code=code, errors={"referral_code": [message]})


def check_newcomer(code: ReferralCode, *, company_name: str) -> None:
    """Refuse a code of one's own company, before an account is made.

    Whether the address is that of the code's owner is not told: it has an account, and gets a mail.

    Raises:
        Invalid: ``same_company``.
    """
    if company_name and name_key(company_name) == name_key(code.customer.name):
        raise refusal(
            "This code is of your own company. Ask your company to invite you instead.",
            "same_company",
        )


def refer(*, actor: User, customer: Customer, code: ReferralCode) -> Referral:
    """Write down by whose code a customer came; referrals and both customers are locked.

    Raises:
        Invalid: ``own_code``, ``same_company``.
        Conflict: ``already_referred``, ``already_served``, ``referred_in_a_circle``.
    """
    if code.customer_id == customer.pk:
        raise refusal("This is the customer's own code: it is for others.", "own_code")
    if customer.is_company and name_key(code.customer.name) == name_key(customer.name):
        raise refusal("This code is of the same company.", "same_company")
    if Referral.objects.filter(referred=customer).exists():
        raise Conflict("A code was entered already: one welcome each.", code="already_referred")
    if completed_of(customer.pk):
        raise Conflict(
            "A code counts until the first repair is done, and one was done already.",
            code="already_served",
        )
    if customer.pk in referrers_above([code.customer_id])[code.customer_id]:
        raise Conflict(
            "This customer has brought the other one: codes do not go in a circle.",
            code="referred_in_a_circle",
        )
    referral = Referral.objects.create(
        code=code, referrer=code.customer, referred=customer, entered_by=actor
    )
    record(actor=actor, verb="referral.created", target=referral)
    return referral


def refuse(*, actor: User, referral: Referral, reason: str) -> None:
    """A referral that waits does not count; the caller has locked who was referred."""
    before = snapshot(referral)
    referral.status, referral.reason = ReferralStatus.REFUSED, reason.strip()[:300]
    referral.save()
    record(actor=actor, verb="referral.refused", target=referral, before=before)
