"""A customer's vehicles, entered before anything of them is broken."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.people.rules import customers_visible_to, may_edit_customer
from apps.queue_management.use_cases.edits import UNIT_FIELDS
from apps.repairs import rules, services
from apps.repairs.models import Unit
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.keys import unit_key
from core.models import Customer, User


@use_case
def create_unit(
    *, actor: User, customer_id: int, number: str, values: Mapping[str, Any] | None = None
) -> Unit:
    """Enter a vehicle of a customer.

    Args:
        actor: The office, the sales agent who owns the customer, or its people who may request.
        customer_id: Whose vehicle it is.
        number: 1 to 50 printable characters.
        values: What else is known, of the fields that ``edit_unit`` takes.

    Raises:
        NotFound, Forbidden, Invalid.
        Conflict: ``unit_exists``, with its id.
    """
    customer = find_for_units(actor, customer_id)
    services.check_unit_number(number)
    # The customer's row is locked, so that nobody enters the same number at the same moment.
    unit = Unit(customer=services.locked_customer(customer.pk), number=number.strip())
    _refuse_known(unit)
    _fill(unit, values or {})
    unit.save()
    record(actor=actor, verb="unit.created", target=unit)
    return unit


def find_for_units(actor: User, customer_id: int) -> Customer:
    """The customer, if this person may enter its vehicles.

    Raises:
        NotFound, Forbidden.
    """
    customer = customers_visible_to(actor).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    if not (may_edit_customer(actor, customer) or rules.may_request_for(actor, customer)):
        raise Forbidden("You may not enter units of this customer.")
    return customer


def _refuse_known(unit: Unit) -> None:
    known = Unit.objects.filter(customer=unit.customer, number_key=unit_key(unit.number)).first()
    if known is not None:
        detail = f"Unit {known.number} is known already."
        raise Conflict(detail, code="unit_exists", extra={"unit": known.pk})


def _fill(unit: Unit, values: Mapping[str, Any]) -> None:
    if unknown := values.keys() - UNIT_FIELDS:
        told = {name: ["There is no such field."] for name in sorted(unknown)}
        raise Invalid("Some fields are unknown.", code="unknown_field", errors=told)
    for name, value in values.items():
        setattr(unit, name, value)
    try:
        unit.clean_fields(exclude=["customer"])
    except ValidationError as error:
        raise Invalid("Some fields are not valid.", errors=error.message_dict) from error
