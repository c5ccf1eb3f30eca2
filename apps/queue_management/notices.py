"""Who is told when: each message is written in the transaction of what it tells."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from apps.notifications.kinds import Fields
from apps.notifications.services import notify, send_email
from apps.repairs.enums import QueueStatus
from apps.repairs.links import add_links
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from core.enums import Role
from core.models import CustomerUser, User
from core.money import ZERO


def _fields(repair: Repair) -> dict[str, object]:
    return {
        "repair_id": repair.pk,
        "unit_number": repair.unit_number,
        "damage_type": repair.damage_type,
        "customer": repair.customer.name,
        "status": repair.get_queue_status_display(),
        "technician": str(repair.technician) if repair.technician else "",
        "amount": str(repair.get_discounted_cost()),
        "at_most": _at_most(repair),
    }


def _together(repairs: Sequence[Repair]) -> str:
    """What the rows of a batch were offered for, in all."""
    return str(sum((repair.offered_amount or ZERO for repair in repairs), ZERO))


def _at_most(repair: Repair) -> str:
    """What the customer has agreed to, or is asked to agree to."""
    if repair.queue_status == QueueStatus.PENDING:
        return str(quote_now(repair).amount)
    return "" if repair.approved_amount is None else str(repair.approved_amount)


def _tell(
    kind: str,
    repair: Repair,
    recipients: Iterable[User],
    own: Mapping[int, Fields] | None = None,
    **more: object,
) -> None:
    """Tell about the repair as it stands in this version: one message a person and version."""
    notify(
        kind=kind,
        recipients=recipients,
        target=repair,
        fields=_fields(repair) | more,
        own=own,
        key=f"{kind}:{repair.pk}:{repair.version}",
    )


def _tell_batch(kind: str, repairs: Sequence[Repair], recipients: Iterable[User]) -> None:
    batch = repairs[0].repair_batch
    assert batch is not None  # noqa: S101 - narrows the type; batches' rows have one by definition
    notify(
        kind=kind,
        recipients=recipients,
        target=batch,
        fields=_fields(repairs[0])
        | {"number": len(repairs), "batch_id": batch.pk, "at_most": _together(repairs)},
        key=f"{kind}:batch:{batch.pk}:{repairs[0].version}",
    )


def deciders(repair: Repair) -> list[User]:
    """The customer's people who may approve."""
    members = CustomerUser.objects.filter(customer=repair.customer, user__is_active=True)
    members = members.select_related("user")
    return [member.user for member in members if member.has_right("can_approve")]


def _interested(repair: Repair) -> list[User]:
    """The customer's primary contact, and who made the repair if they are the customer's."""
    members = CustomerUser.objects.filter(customer=repair.customer, user__is_active=True)
    members = members.select_related("user")
    return [m.user for m in members if m.is_primary_contact or m.user_id == repair.created_by_id]


def office() -> list[User]:
    """The admins."""
    return list(User.objects.people().filter(role=Role.ADMIN, is_active=True))


def tell_requested(repairs: Sequence[Repair], actor: User) -> None:
    """Confirm a request to the customer, except to who has just made it."""
    others = [user for user in _interested(repairs[0]) if user.pk != actor.pk]
    if repairs[0].repair_batch_id is not None:
        _tell_batch("batch_requested", repairs, others)
    else:
        _tell("repair_requested", repairs[0], others)
    tell_came_back(repairs, actor)


def tell_came_back(repairs: Sequence[Repair], actor: User) -> None:
    """Tell the office, and who did it, of each repair that is asked for again."""
    for repair in repairs:
        if repair.redo_of is not None:
            doer = repair.redo_of.technician
            people = [*office(), *([doer.user] if doer else [])]
            _tell("repair_came_back", repair, [user for user in people if user.pk != actor.pk])


def tell_started(repair: Repair, actor: User) -> None:
    """Let the customer see on their pages that work has begun."""
    _tell("repair_started", repair, [user for user in _interested(repair) if user.pk != actor.pk])


def tell_assigned(repairs: Sequence[Repair], actor: User) -> None:
    """Tell the technician of new work; the office when there is nobody."""
    first = repairs[0]
    if first.technician is None:
        _tell("needs_assignment", first, office(), number=len(repairs))
    elif first.technician.user_id != actor.pk:
        _tell("repair_assigned", first, [first.technician.user], number=len(repairs))


def tell_reassigned(repair: Repair, former: User, actor: User) -> None:
    """Tell a technician that a repair is no longer theirs."""
    if former.pk != actor.pk:
        _tell("repair_reassigned", repair, [former])


def tell_approval_needed(repairs: Sequence[Repair], actor: User) -> None:
    """Ask those who may approve; where nobody has an account for it, the customer's own address.

    A mail about one repair carries a link that decides it without signing in.
    """
    first = repairs[0]
    people = deciders(first)
    if not people and first.customer.email:
        mail_links(repairs, to=first.customer.email, made_by=actor)
    elif first.repair_batch_id is not None and len(repairs) > 1:
        _tell_batch("batch_approval_needed", repairs, people)
    else:
        addresses = add_links(repair=first, made_by=actor, people=people)
        own = {
            user.pk: {"direct": address} for user, address in zip(people, addresses, strict=True)
        }
        _tell("approval_needed", first, people, own=own, direct="")


def tell_reminder(repairs: Sequence[Repair], *, made_by: User) -> None:
    """Ask once more those who may approve; without an account, by a new link."""
    first = repairs[0]
    people = deciders(first)
    if not people and first.customer.email:
        mail_links(repairs, to=first.customer.email, made_by=made_by)
    elif first.repair_batch_id is not None and len(repairs) > 1:
        _tell_batch("batch_approval_reminder", repairs, people)
    else:
        _tell("approval_reminder", first, people)


def tell_approval_late(repairs: Sequence[Repair]) -> None:
    """Tell the office that a customer does not answer."""
    _tell("approval_late", repairs[0], office(), number=len(repairs))


def mail_links(repairs: Sequence[Repair], *, to: str, made_by: User) -> None:
    """Mail a link to each of these waiting repairs to an address without an account."""
    lines = []
    for repair in repairs:
        (address,) = add_links(repair=repair, made_by=made_by)
        lines.append({"address": address} | _fields(repair))
    first = repairs[0]
    send_email(
        to=to,
        kind="approval_link",
        fields={"customer": first.customer.name, "number": len(repairs), "repairs": lines},
        key=f"approval_link:{uuid.uuid4()}",
        target=first if len(repairs) == 1 else first.repair_batch or first.customer,
    )


def tell_decided(repairs: Sequence[Repair], actor: User) -> None:
    """Tell the technician (and the customer, when the shop decided) of an approval or denial."""
    first = repairs[0]
    people = _interested(first) + ([first.technician.user] if first.technician else [])
    others = [user for user in people if user.pk != actor.pk]
    verb = "denied" if first.denied_at and not first.is_open else "approved"
    if len(repairs) > 1:
        _tell_batch(f"batch_{verb}", repairs, others)
    else:
        _tell(f"repair_{verb}", first, others)


def tell_completed(repair: Repair) -> list[User]:
    """Tell the customer what was done and what it costs; returns who was told."""
    people = _interested(repair)
    _tell("repair_completed", repair, people)
    return people


def tell_voided(repair: Repair) -> None:
    """Tell the customer and the technician that a completed repair was taken back."""
    technician = [repair.technician.user] if repair.technician else []
    _tell("repair_voided", repair, _interested(repair) + technician)
