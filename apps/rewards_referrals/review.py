"""What looks odd about a referral, for the office to look at; nothing is refused by it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from apps.repairs.models import Unit
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.models import Referral
from apps.rewards_referrals.queries import referrers_above
from core.keys import fold_key
from core.models import CustomerUser, Site

# Everybody's: having an address there in common says nothing.
PUBLIC_DOMAINS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
        *("yahoo.com", "ymail.com", "icloud.com", "me.com", "aol.com", "proton.me"),
        *("protonmail.com", "gmx.com", "gmx.net", "mail.com", "zoho.com", "comcast.net"),
    }
)
MANY = 5
WITHIN = dt.timedelta(days=7)

Traits = dict[int, set[str]]


def oddities(referrals: Sequence[Referral]) -> dict[int, list[str]]:
    """What the two customers of each referral have in common, by its id; five statements.

    Args:
        referrals: Read with ``referrer`` and ``referred``.

    Returns:
        Sentences for the office; a referral without any is missing.
    """
    ids = {pk for each in referrals for pk in (each.referrer_id, each.referred_id)}
    common = {
        "the same e-mail domain": _domains(ids, referrals),
        "the same phone": _phones(ids, referrals),
        "the same address": _addresses(ids, referrals),
        "a vehicle with the same VIN": _vins(ids),
    }
    recent, circles = _recent(referrals), _circles(referrals)
    found: dict[int, list[str]] = {}
    for each in referrals:
        told = [
            f"Both have {name}"
            for name, traits in common.items()
            if traits[each.referrer_id] & traits[each.referred_id]
        ]
        if recent[each.pk] >= MANY:
            told.append(f"{recent[each.pk]} customers by this code within a week")
        if each.pk in circles:
            told.append(_circle(circles[each.pk]))
        if told:
            found[each.pk] = told
    return found


def _customers(referrals: Iterable[Referral]) -> Iterable[tuple[int, str, str, str]]:
    for each in referrals:
        for customer in (each.referrer, each.referred):
            yield customer.pk, customer.email, customer.phone, customer.billing_address


def _members(ids: set[int]) -> Iterable[tuple[int, str, str]]:
    return CustomerUser.objects.filter(customer__in=ids).values_list(
        "customer_id", "user__email", "user__phone"
    )


def _domains(ids: set[int], referrals: Iterable[Referral]) -> Traits:
    traits: Traits = defaultdict(set)
    addresses = [(pk, email) for pk, email, _, _ in _customers(referrals)]
    for pk, email in [*addresses, *((pk, email) for pk, email, _ in _members(ids))]:
        domain = email.rpartition("@")[2].casefold()
        if domain and domain not in PUBLIC_DOMAINS:
            traits[pk].add(domain)
    return traits


def _phones(ids: set[int], referrals: Iterable[Referral]) -> Traits:
    traits: Traits = defaultdict(set)
    own = [(pk, phone) for pk, _, phone, _ in _customers(referrals)]
    for pk, phone in [*own, *((pk, phone) for pk, _, phone in _members(ids))]:
        if phone:
            traits[pk].add(phone)
    return traits


def _addresses(ids: set[int], referrals: Iterable[Referral]) -> Traits:
    traits: Traits = defaultdict(set)
    for pk, _, _, address in _customers(referrals):
        if address.strip():
            traits[pk].add(fold_key(address))
    sites = Site.objects.filter(customer__in=ids).exclude(address="")
    for pk, street, zip_code in sites.values_list("customer_id", "address", "zip_code"):
        traits[pk].add(fold_key(f"{street} {zip_code}"))
    return traits


def _vins(ids: set[int]) -> Traits:
    traits: Traits = defaultdict(set)
    units = Unit.objects.filter(customer__in=ids).exclude(vin="")
    for pk, vin in units.values_list("customer_id", "vin"):
        traits[pk].add(vin.upper())
    return traits


def _recent(referrals: Sequence[Referral]) -> dict[int, int]:
    """How many came by the same code in the week up to each, itself included."""
    instants: dict[int, list[dt.datetime]] = defaultdict(list)
    rows = Referral.objects.filter(code__in={each.code_id for each in referrals})
    for code_id, at in rows.values_list("code_id", "created_at"):
        instants[code_id].append(at)
    return {
        each.pk: sum(
            each.created_at - WITHIN < at <= each.created_at for at in instants[each.code_id]
        )
        for each in referrals
    }


def _circles(referrals: Iterable[Referral]) -> dict[int, int]:
    """Of the referrals that close a circle, how many customers there are in it."""
    counted = [each for each in referrals if each.status != ReferralStatus.REFUSED]
    above = referrers_above({each.referrer_id for each in counted})
    return {
        each.pk: len(above[each.referrer_id])
        for each in counted
        if each.referred_id in above[each.referrer_id]
    }


def _circle(number: int) -> str:
    if number == 2:  # noqa: PLR2004 - the two of this referral
        return "The referred customer has referred this one"
    return f"One of a circle of {number} customers who brought one another"
