"""Asking to join a company one can only name; answered alike whether or not it exists."""

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import apply, found, locked
from apps.people.messages import promise_notice
from apps.people.queries import confirmed_company, team_managers
from apps.people.rules import customers_visible_to, join_requests_visible_to
from apps.people.services.team import add_member
from core.clock import now
from core.enums import Decision, Role
from core.errors import Conflict, Forbidden, Invalid
from core.models import Customer, CustomerUser, JoinRequest, User
from core.rules import manages_people


@use_case
def ask_to_join(*, actor: User, company_name: str, message: str = "") -> JoinRequest:
    """Ask the people of a company to be let in; one request at a time.

    The company's team managers are told if it is a confirmed one, the office otherwise.

    Raises:
        Forbidden: Not a customer's person.
        Conflict: ``already_member``, ``already_asked``.
        Invalid: With the messages by field.
    """
    if actor.role != Role.CUSTOMER or not actor.is_active:
        raise Forbidden
    if CustomerUser.objects.filter(user=actor).exists():
        raise Conflict("You belong to a customer already.", code="already_member")
    _lock(actor)
    if JoinRequest.objects.filter(user=actor, decision=Decision.WAITING).exists():
        raise Conflict("You have asked already; please wait for the answer.", code="already_asked")
    request = JoinRequest(user=actor)
    apply(request, {"company_name": company_name, "message": message})
    request.customer = _joinable(company_name)
    request.save()
    record(actor=actor, verb="join.asked", target=request)
    promise_notice(
        kind="join_request",
        recipients=_deciders(request),
        target=request,
        fields={"person": str(actor), "company": request.company_name},
        key=f"join_request:{request.pk}",
    )
    return request


@use_case
def decide_join_request(
    *, actor: User, request_id: int, accept: bool, customer_id: int | None = None
) -> JoinRequest:
    """Let somebody in, with the right to request only, or decline.

    Args:
        actor: A team manager of the company that was named, or who manages people.
        request_id: What was asked.
        accept: Whether they come in.
        customer_id: Where to, when the name matched nothing: the office says so.

    Raises:
        NotFound: Not theirs to decide.
        Conflict: ``already_decided``, ``already_member``.
        Invalid: Nobody said which customer is meant.
    """
    request = locked(join_requests_visible_to(actor), request_id)
    if request.decision != Decision.WAITING:
        raise Conflict("This has been decided already.", code="already_decided")
    before = snapshot(request)
    if accept:
        request.customer = _chosen(actor, request, customer_id)
        add_member(actor=actor, user=request.user, customer=request.customer)
    request.decision = Decision.ACCEPTED if accept else Decision.DECLINED
    request.decided_by, request.decided_at = actor, now()
    request.save()
    record(actor=actor, verb=f"join.{request.decision}", target=request, before=before)
    promise_notice(
        kind=f"join_{request.decision}",
        recipients=[request.user],
        target=request,
        fields={"company": request.company_name},
        key=f"join_{request.decision}:{request.pk}",
    )
    return request


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _joinable(company_name: str) -> Customer | None:
    company = confirmed_company(company_name)
    return company if company is not None and company.is_active else None


def _deciders(request: JoinRequest) -> list[User]:
    managers = team_managers(request.customer) if request.customer else []
    return managers or list(User.objects.people().filter(manages_people=True, is_active=True))


def _chosen(actor: User, request: JoinRequest, customer_id: int | None) -> Customer:
    if request.customer is not None and customer_id in (None, request.customer.pk):
        return request.customer
    if not manages_people(actor) or customer_id is None:
        message = "Choose the customer that is meant."
        raise Invalid(message, errors={"customer": [message]})
    return found(customers_visible_to(actor), customer_id)
