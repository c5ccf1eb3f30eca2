"""A repair decided by its own link."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs import services
from apps.repairs.enums import ApprovalMethod, QueueStatus, ReasonCode
from apps.repairs.links import live_link
from apps.repairs.models import Repair, RepairLink
from apps.repairs.wording import timeline
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, OutboxMessage, User
from core.outbox import drain
from tests import factories
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DECLINED = Reason(ReasonCode.DECLINED, "Sold next week")


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    return factories.field_repair(technician=cast.technician_record, customer=cast.fleet)


@pytest.fixture
def token(cast: Cast, waiting: Repair) -> str:
    return token_in(use_cases.make_repair_link(actor=cast.technician, repair_id=waiting.pk))


def token_in(address: str) -> str:
    found = re.search(r"/r/([\w-]+)/", address)
    assert found is not None, address
    return found[1]


def approve(token: str, shown: str = "50.00", **more: Any) -> Repair:
    options = {"name": "Pat Driver"} | more
    return use_cases.approve_by_link(token=token, shown=Decimal(shown), **options)


def mailed(to: str) -> str:
    drain()
    (found,) = [str(message.body) for message in mail.outbox if to in message.to]
    return found


def test_link_approves_once_at_most_what_was_shown(waiting: Repair, token: str) -> None:
    repair = approve(token)
    decision = repair.approvals.get()
    assert (repair.queue_status, repair.approved_amount) == (QueueStatus.APPROVED, Decimal(50))
    assert (decision.method, decision.decided_by_name) == (ApprovalMethod.LINK, "Pat Driver")
    told = [entry.text for entry in timeline(AuditEntry.objects.filter(verb="repair.approved"))]
    assert told == ["Approved, at most $50.00. Decided by link by Pat Driver."]
    with refused(Conflict, "link_over"):
        approve(token)
    assert invariant_violations() == []


def test_link_declines_with_a_reason(waiting: Repair, token: str) -> None:
    repair = use_cases.deny_by_link(token=token, name="Pat Driver", reason=DECLINED)
    assert (repair.queue_status, repair.reason_code) == (QueueStatus.DENIED, "declined")
    assert repair.approvals.get().method == ApprovalMethod.LINK
    with refused(Conflict, "link_over"):
        approve(token)
    assert invariant_violations() == []


def test_a_decision_ends_every_link_of_the_repair(cast: Cast, waiting: Repair, token: str) -> None:
    approve(token)
    use_cases.ask_approval(actor=cast.admin, repair_id=waiting.pk)
    old = RepairLink.objects.filter(repair=waiting, used_at=None)
    assert live_link(token) is None
    # Only those of the new question still open it: one for each who may approve.
    assert {link.person for link in old} == {cast.primary, cast.approver}


@pytest.mark.parametrize("known", [True, False])
def test_a_link_that_ran_out_or_never_was(token: str, *, known: bool) -> None:
    RepairLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with refused(Conflict, "link_over"):
        approve(token if known else "a" * 43)


def test_a_repair_decided_otherwise_closes_its_links(
    cast: Cast, waiting: Repair, token: str
) -> None:
    use_cases.approve_repair(actor=cast.approver, repair_id=waiting.pk)
    with refused(Conflict, "link_over"):
        use_cases.deny_by_link(token=token, name="Pat", reason=DECLINED)


def test_no_more_than_shown_and_no_older_version(waiting: Repair, token: str) -> None:
    with refused(Conflict, "price_changed"):
        approve(token, "49.99")
    with refused(PreconditionFailed, "stale"):
        approve(token, version=waiting.version + 1)


def test_name_and_reason_are_needed(token: str) -> None:
    with refused(Invalid, "name_required"):
        approve(token, name="  ")
    with refused(Invalid, "name_required"):
        use_cases.deny_by_link(token=token, name="", reason=DECLINED)
    with refused(Invalid, "reason_code_required"):
        use_cases.deny_by_link(token=token, name="Pat")


def test_only_the_shop_that_works_on_it_makes_links(cast: Cast, waiting: Repair) -> None:
    make = use_cases.make_repair_link
    with refused(NotFound):
        make(actor=cast.stranger, repair_id=waiting.pk)
    with refused(NotFound):
        make(actor=cast.other_technician, repair_id=waiting.pk)
    for member in (cast.primary, cast.sales_agent):
        with refused(Forbidden):
            make(actor=member, repair_id=waiting.pk)
    assert "/r/" in make(actor=cast.admin, repair_id=waiting.pk)


def test_no_link_to_what_does_not_wait(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet)
    with refused(Conflict, "illegal_move"):
        use_cases.make_repair_link(actor=cast.admin, repair_id=repair.pk)


def test_only_the_hash_of_a_token_is_kept(token: str) -> None:
    assert str(RepairLink.objects.latest("pk")).startswith("Link to Repair ")
    assert not RepairLink.objects.filter(token_hash=token).exists()
    assert token not in str(list(AuditEntry.objects.values()))


def test_who_may_approve_decides_by_their_mail(cast: Cast, waiting: Repair) -> None:
    repair = approve(token_in(mailed(cast.approver.email)))
    assert repair.approvals.get().decided_by == cast.approver
    assert "/r/" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_the_mail_of_who_lost_the_right_opens_nothing(cast: Cast, waiting: Repair) -> None:
    token = token_in(mailed(cast.approver.email))
    CustomerUser.objects.filter(user=cast.approver).update(can_approve=False)
    with refused(Conflict, "link_over"):
        approve(token)


def test_a_decision_while_waiting_for_the_lock_closes_the_link(
    cast: Cast, waiting: Repair, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided_meanwhile(ids: list[int]) -> list[Repair]:
        monkeypatch.undo()
        use_cases.approve_repair(actor=cast.approver, repair_id=waiting.pk)
        return services.locked_repairs(ids)

    monkeypatch.setattr(services, "locked_repairs", decided_meanwhile)
    with pytest.raises(Conflict) as caught:
        approve(token)
    assert caught.value.code == "link_over"


@pytest.mark.parametrize("number", [1, 3])
def test_a_customer_without_accounts_is_asked_at_its_own_address(cast: Cast, number: int) -> None:
    person = factories.make_person(email="paula@example.com")
    find(cast.technician, person, number)
    tokens = re.findall(r"/r/([\w-]+)/", mailed("paula@example.com"))
    assert len(tokens) == number
    assert approve(tokens[0]).approvals.get().decided_by == User.objects.system()


def find(actor: User, customer: Customer, number: int) -> None:
    rows = [factories.details() for _ in range(number)]
    if number == 1:
        use_cases.create_field_repair(actor=actor, customer_id=customer.pk, details=rows[0])
    else:
        use_cases.create_field_batch(actor=actor, customer_id=customer.pk, rows=rows)


def test_office_mails_a_link_where_the_customer_says(cast: Cast, waiting: Repair) -> None:
    send = use_cases.mail_repair_link
    send(actor=cast.admin, repair_id=waiting.pk, email="boss@example.com")
    assert approve(token_in(mailed("boss@example.com"))).pk == waiting.pk
    with refused(Conflict, "illegal_move"):
        send(actor=cast.admin, repair_id=waiting.pk, email="boss@example.com")


def test_a_link_is_mailed_to_an_address_only(cast: Cast, waiting: Repair) -> None:
    with refused(Invalid):
        use_cases.mail_repair_link(actor=cast.admin, repair_id=waiting.pk, email="boss")
