"""The customer's word by a link to one repair, without an account."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.queue_management import notices
from apps.queue_management.use_cases.decisions import Word, approve_waiting, deny_waiting
from apps.queue_management.use_cases.on_the_spot import check_name, check_shown, check_waits
from apps.queue_management.use_cases.steps import locked
from apps.repairs import rules, services
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.links import add_links, end_links, live_link
from apps.repairs.models import Repair, RepairLink
from apps.repairs.services import NO_REASON, Reason
from apps.repairs.workflow import MOVES, Party
from core.errors import Conflict, Forbidden, Invalid
from core.models import User

_DENIAL = next(
    move
    for move in MOVES
    if (move.source, move.target) == (QueueStatus.PENDING, QueueStatus.DENIED)
)


@use_case
def make_repair_link(*, actor: User, repair_id: int) -> str:
    """A link to a waiting repair, for its technician or the office to hand on.

    Returns:
        Its whole address, which is told this once.

    Raises:
        NotFound: The actor sees no such repair.
        Forbidden: Neither its technician nor an admin.
        Conflict: ``illegal_move``: it does not wait for approval.
    """
    repair = _locked_for_link(actor, repair_id)
    (address,) = add_links(repair=repair, made_by=actor)
    _note(actor, repair, "repair.link_made")
    return address


@use_case
def mail_repair_link(*, actor: User, repair_id: int, email: str) -> None:
    """Mail a link to a waiting repair to an address that the customer named.

    Raises:
        NotFound, Forbidden, Conflict: As ``make_repair_link``.
        Invalid: This is no e-mail address.
    """
    repair = _locked_for_link(actor, repair_id)
    _check_address(email)
    notices.mail_links([repair], to=email, made_by=actor)
    _note(actor, repair, "repair.link_mailed")


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        message = "Write an e-mail address."
        raise Invalid(message, errors={"email": [message]}) from error


def _locked_for_link(actor: User, repair_id: int) -> Repair:
    repair = locked(actor, repair_id)
    if not rules.may_edit(actor, repair):
        raise Forbidden("Only its technician and the office hand out links to a repair.")
    check_waits(actor, repair)
    return repair


def _note(actor: User, repair: Repair, verb: str) -> None:
    record(actor=actor, verb=verb, target=repair, before=snapshot(repair), force=True)


@use_case
def approve_by_link(*, token: str, name: str, shown: Decimal, version: int | None = None) -> Repair:
    """Approve the repair that the link shows, at most at the price that was shown.

    Raises:
        Conflict: ``link_over``: used, run out, or the repair was decided otherwise;
            ``price_changed``: it costs more than was shown.
        Invalid: No name.
        PreconditionFailed: The repair was changed since it was shown.
    """
    link = _locked_link(token)
    repair, actor = link.repair, _actor(link)
    services.check_version(repair, version)
    check_name(name)
    check_shown([repair], shown)
    approve_waiting(actor, repair, Word(ApprovalMethod.LINK, name=name.strip()))
    end_links(repair)
    notices.tell_decided([repair], actor)
    return repair


@use_case
def deny_by_link(*, token: str, name: str, reason: Reason = NO_REASON) -> Repair:
    """Decline the repair that the link shows.

    Raises:
        Conflict: ``link_over``.
        Invalid: No name, or no reason out of the list.
    """
    link = _locked_link(token)
    repair, actor = link.repair, _actor(link)
    check_name(name)
    services.check_reason(_DENIAL, frozenset({Party.APPROVER}), reason)
    deny_waiting(actor, repair, Word(ApprovalMethod.LINK, name=name.strip()), reason)
    end_links(repair)
    notices.tell_decided([repair], actor)
    return repair


def _locked_link(token: str) -> RepairLink:
    """The link with its repair locked; of two at once, the second finds it used."""
    link = live_link(token)
    if link is None:
        raise _over()
    (repair,) = services.locked_repairs([link.repair_id])
    link = live_link(token)
    if link is None:
        raise _over()
    link.repair = repair
    return link


def _over() -> Conflict:
    return Conflict("This link does not open anything any more.", code="link_over")


def _actor(link: RepairLink) -> User:
    """Whose mail it went to; somebody without an account is told by name beside the system."""
    return link.person or User.objects.system()
