"""A customer brings another one: the code, and who came by it."""

from apps.audit.use_case import use_case
from apps.people.rules import customers_visible_to
from apps.people.services import registration
from apps.people.services.accounts import Newcomer
from apps.repairs.services import locked_customer
from apps.rewards_referrals import rules, services
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.models import Referral, ReferralCode
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import Customer, User
from core.rules import membership


@use_case
def referral_code_of(*, actor: User) -> ReferralCode:
    """One's own code, made when it is first asked for; it belongs to the customer.

    Raises:
        NotFound: Who belongs to no customer.
    """
    member = membership(actor)
    if member is None:
        raise NotFound
    found = services.known_code(member)
    if found is not None:
        return found
    services.lock_referrals()
    member.refresh_from_db(fields=["customer"])
    locked_customer(member.customer_id)
    return services.code_of(member=member)


@use_case
def register_customer(
    *, person: Newcomer, kind: str, company_name: str = "", referral_code: str = ""
) -> User | None:
    """Make an account and a new customer, who may have come by a code.

    Returns and raises like ``people.services.registration.register_customer``; a code that does
    not count is refused by ``Invalid`` at ``referral_code``, before anything is written.
    """
    code = None
    if referral_code.strip():
        services.lock_referrals()
        code = services.find_code(referral_code)
        services.check_newcomer(code, company_name=company_name)
    user = registration.register_customer(person=person, kind=kind, company_name=company_name)
    if user is not None and code is not None:
        customer = user.customer_user.customer
        _lock_both(customer, code)
        services.refer(actor=user, customer=customer, code=code)
    return user


@use_case
def enter_referral_code(*, actor: User, customer_id: int, code: str) -> Referral:
    """Write down by whose code a customer came, until their first repair is completed.

    1. lock referrals, so that what is read of them stays; 2. check; 3. lock both customers; 4. look
    for what speaks against it, and write.

    Raises:
        NotFound: No such customer that they see.
        Forbidden: Not of the office.
        Invalid: ``code_unknown``, ``own_code``, ``same_company``, at ``referral_code``.
        Conflict: ``already_referred``, ``already_served``, ``referred_in_a_circle``.
    """
    services.lock_referrals()
    customer = customers_visible_to(actor).filter(pk=customer_id, merged_into=None).first()
    if customer is None:
        raise NotFound
    if not rules.may_enter_code(actor):
        raise Forbidden("Only the office enters a code afterwards.")
    found = services.find_code(code)
    _lock_both(customer, found)
    return services.refer(actor=actor, customer=customer, code=found)


@use_case
def refuse_referral(*, actor: User, referral_id: int, reason: str) -> Referral:
    """Let a referral that waits not count, after the office looked at it.

    Raises:
        NotFound, Forbidden.
        Invalid: Without a reason.
        Conflict: ``already_paid``.
    """
    services.lock_referrals()
    seen = Referral.objects.visible_to(actor).filter(pk=referral_id).first()
    if seen is None:
        raise NotFound
    if not rules.may_decide(actor):
        raise Forbidden("Only the office decides about referrals.")
    if not reason.strip():
        message = "Say why."
        raise Invalid(message, code="reason_required", errors={"reason": [message]})
    locked_customer(seen.referred_id)
    referral = Referral.objects.select_related("referrer", "referred", "code").get(pk=referral_id)
    if referral.status == ReferralStatus.PAID:
        raise Conflict("It was paid already; correct the points instead.", code="already_paid")
    if referral.status == ReferralStatus.PENDING:
        services.refuse(actor=actor, referral=referral, reason=reason)
    return referral


def _lock_both(customer: Customer, code: ReferralCode) -> None:
    ids = [customer.pk, code.customer_id]
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
