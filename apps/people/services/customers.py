"""Customers: opened, changed, confirmed, refused, laid aside."""

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import (
    CORRECT,
    Changes,
    apply,
    check_version,
    locked,
    refuse_others,
    save_next,
    save_or_conflict,
)
from apps.people.queries import confirmed_company, persons_with_phone
from apps.people.rules import (
    customers_visible_to,
    may_create_customer,
    may_edit_customer,
)
from core.enums import CustomerKind, Role
from core.errors import Conflict, Forbidden, Invalid
from core.models import Customer, CustomerPreference, User
from core.phones import normalise_phone
from core.rules import is_admin, is_sales_agent

CONTACT = ("email", "phone", "billing_address")
OFFICE = ("name", "kind", "owner_id", *CONTACT)


@use_case
def create_customer(
    *,
    actor: User,
    kind: str,
    name: str,
    email: str = "",
    phone: str = "",
    billing_address: str = "",
    owner_id: int | None = None,
    confirm_same_phone: bool = False,
) -> Customer:
    """Open a customer: admins any (confirmed at once), sales agents their own, technicians persons.

    Raises:
        Forbidden: Not theirs to open.
        Invalid: With the messages by field.
        Conflict: ``company_exists``; ``same_phone`` for a person, until confirmed.
    """
    if not may_create_customer(actor, kind):
        raise Forbidden
    owner = actor if is_sales_agent(actor) else _owner(actor, owner_id)
    number = normalise_phone(phone)
    if kind == CustomerKind.PERSON and not confirm_same_phone:
        _warn_of_same_phone(number)
    return open_customer(
        actor=actor,
        kind=kind,
        name=name,
        email=email,
        phone=number,
        billing_address=billing_address,
        owner_id=owner.pk if owner else None,
        is_confirmed=is_admin(actor),
    )


def open_customer(*, actor: User, **values: object) -> Customer:
    """Store a new customer with its preferences; part of a running use case.

    Raises:
        Invalid: With the messages by field.
        Conflict: ``company_exists``, when a confirmed company of that name is there.
    """
    customer = Customer()
    apply(customer, values)
    _refuse_double(customer)
    save_or_conflict(customer)
    record(actor=actor, verb="customer.created", target=customer)
    CustomerPreference.objects.create(customer=customer)
    return customer


@use_case
def update_customer(
    *, actor: User, customer_id: int, version: int | None, changes: Changes
) -> Customer:
    """Change a customer: the office everything, its primary contact how it is reached.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``company_exists``.
    """
    customer = locked(customers_visible_to(actor), customer_id)
    if not may_edit_customer(actor, customer):
        raise Forbidden
    changes = dict(changes)
    if "phone" in changes:
        changes["phone"] = normalise_phone(str(changes["phone"]))
    if "owner_id" in changes and is_admin(actor):
        _owner(actor, changes["owner_id"])
    refuse_others(changes, _fields_of(actor))
    return _store(actor, customer, version, verb="changed", changes=changes)


@use_case
def confirm_customer(*, actor: User, customer_id: int, version: int | None = None) -> Customer:
    """The office vouches for a customer: from now on its company name is unique.

    Raises:
        Conflict: ``company_exists``; its id is in ``extra``.
    """
    return _set_by_office(
        actor, customer_id, version, verb="confirmed", changes={"is_confirmed": True}
    )


@use_case
def refuse_service(
    *, actor: User, customer_id: int, reason: str, version: int | None = None
) -> Customer:
    """Take no more work from a customer, for a reason that only the shop sees."""
    if not reason.strip():
        message = "Say why, so that your colleagues understand."
        raise Invalid(message, errors={"reason": [message]})
    changes = {"do_not_service": True, "do_not_service_reason": reason}
    return _set_by_office(actor, customer_id, version, verb="refused", changes=changes)


@use_case
def serve_again(*, actor: User, customer_id: int, version: int | None = None) -> Customer:
    """Take work from a refused customer again."""
    changes = {"do_not_service": False, "do_not_service_reason": ""}
    return _set_by_office(actor, customer_id, version, verb="served_again", changes=changes)


@use_case
def set_customer_active(
    *, actor: User, customer_id: int, is_active: bool, version: int | None = None
) -> Customer:
    """Lay a customer aside, or take it out again; nothing of its history goes."""
    verb = "reactivated" if is_active else "deactivated"
    return _set_by_office(actor, customer_id, version, verb=verb, changes={"is_active": is_active})


def _set_by_office(
    actor: User, customer_id: int, version: int | None, *, verb: str, changes: Changes
) -> Customer:
    customer = locked(customers_visible_to(actor), customer_id)
    if not is_admin(actor):
        raise Forbidden
    return _store(actor, customer, version, verb=verb, changes=changes)


def _store(
    actor: User, customer: Customer, version: int | None, *, verb: str, changes: Changes
) -> Customer:
    check_version(customer, version)
    before = snapshot(customer)
    apply(customer, changes)
    _refuse_double(customer)
    return save_next(actor=actor, instance=customer, before=before, verb=verb)


def _fields_of(actor: User) -> tuple[str, ...]:
    if is_admin(actor):
        return OFFICE
    return ("name", *CONTACT) if is_sales_agent(actor) else CONTACT


def _owner(actor: User, owner_id: int | None) -> User | None:
    if owner_id is None or not is_admin(actor):
        return None
    owner = User.objects.filter(pk=owner_id, role=Role.SALES_AGENT, is_active=True).first()
    if owner is None:
        raise Invalid(CORRECT, errors={"owner": ["Choose an active sales agent."]})
    return owner


def _warn_of_same_phone(number: str) -> None:
    if same := list(persons_with_phone(number)[:5]):
        names = ", ".join(customer.name for customer in same)
        raise Conflict(
            f"This phone number belongs to {names}. If it is somebody else, confirm it.",
            code="same_phone",
            extra={"customers": [customer.pk for customer in same]},
        )


def _refuse_double(customer: Customer) -> None:
    if not (customer.is_confirmed and customer.is_company) or customer.merged_into_id:
        return
    other = confirmed_company(customer.name)
    if other is not None and other.pk != customer.pk:
        raise Conflict(
            f"There is a confirmed company named {other.name} already.",
            code="company_exists",
            extra={"customer": other.pk},
        )
