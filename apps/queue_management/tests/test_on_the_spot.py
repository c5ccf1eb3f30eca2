"""Approval at the vehicle, by name and signature."""

from decimal import Decimal
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.notifications.models import Notification
from apps.photo_storage.services import PreparedPhoto, prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases import NO_REASON, SpotWord
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import Repair, RepairBatch
from apps.repairs.wording import timeline
from core.enums import SpotRule, SpotWish
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import Customer, CustomerPreference, User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    """A chip on a private car, found by the technician."""
    person = factories.make_person()
    return factories.field_repair(technician=cast.technician_record, customer=person)


def drawn() -> PreparedPhoto:
    return prepare_photo(upload=uploaded(plain()))


def word(shown: str = "50.00", **more: Any) -> SpotWord:
    return SpotWord(name="Paula Private", shown=Decimal(shown), **more)


def sign(actor: User, repair: Repair, given: SpotWord | None = None, **more: Any) -> Repair:
    return use_cases.approve_on_spot(actor=actor, repair_id=repair.pk, word=given or word(), **more)


def chips(cast: Cast, customer: Customer, number: int = 2) -> RepairBatch:
    rows = [factories.details("4127") for _ in range(number)]
    return use_cases.create_field_batch(actor=cast.technician, customer_id=customer.pk, rows=rows)


def test_a_signature_approves_at_most_what_was_shown(cast: Cast, waiting: Repair) -> None:
    signed = sign(cast.technician, waiting, word(signature=drawn()))
    approval = signed.approvals.get()
    assert (signed.queue_status, signed.approved_amount) == (QueueStatus.APPROVED, Decimal(50))
    assert (approval.method, approval.amount) == (ApprovalMethod.ON_SPOT, Decimal(50))
    assert (approval.decided_by_name, approval.decided_by) == ("Paula Private", cast.technician)
    assert approval.signature is not None
    assert approval.clause == "Signed with the finger"
    assert invariant_violations() == []


def test_a_typed_name_is_enough(cast: Cast, waiting: Repair) -> None:
    approval = sign(cast.technician, waiting).approvals.get()
    assert (approval.signature, approval.clause) == (None, "Their name was typed in")


def test_the_history_names_who_signed(cast: Cast, waiting: Repair) -> None:
    sign(cast.technician, waiting)
    entries = AuditEntry.objects.filter(target_type="repairs.repair", target_id=waiting.pk)
    told = timeline(entries.order_by("pk"))[0].text
    assert told == "Approved, at most $50.00. Decided on the spot by Paula Private."


def test_never_more_is_charged_than_was_signed(cast: Cast) -> None:
    customer = factories.make_customer(on_spot=SpotWish.YES)
    for number in ("4127", "4127"):
        factories.completed_repair(customer=customer, unit_number=number)
    repair = factories.field_repair(
        technician=cast.technician_record, customer=customer, unit_number="4127"
    )
    signed = sign(cast.technician, repair, word("35.00"))
    use_cases.mark_windshield_replaced(actor=cast.technician, unit_id=repair.unit_id)
    use_cases.start_repair(actor=cast.technician, repair_id=signed.pk)
    done = use_cases.complete_repair(actor=cast.technician, repair_id=signed.pk)
    assert done.cost == Decimal(35)


def test_a_price_above_the_shown_one_is_shown_first(cast: Cast, waiting: Repair) -> None:
    with refused(Conflict, "price_changed") as caught:
        sign(cast.technician, waiting, word("49.99"))
    assert caught.value.extra == {"amount": "50.00"}


def test_more_shown_than_it_costs_approves_what_it_costs(cast: Cast, waiting: Repair) -> None:
    assert sign(cast.technician, waiting, word("60.00")).approved_amount == Decimal(50)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "Pa\u200bula"])
def test_somebody_must_give_a_name(cast: Cast, waiting: Repair, name: str) -> None:
    with refused(Invalid, "invalid" if "\u200b" in name else "name_required"):
        sign(cast.technician, waiting, SpotWord(name=name, shown=Decimal(50)))


def test_the_office_may_take_a_signature(cast: Cast, waiting: Repair) -> None:
    assert sign(cast.admin, waiting).queue_status == QueueStatus.APPROVED


def test_other_technicians_do_not_even_see_it(cast: Cast, waiting: Repair) -> None:
    with refused(NotFound):
        sign(cast.other_technician, waiting)


def test_the_customers_own_people_decide_by_themselves(cast: Cast, waiting: Repair) -> None:
    member = factories.make_primary(waiting.customer)
    with refused(Forbidden):
        sign(member, waiting)


def test_who_sees_a_request_takes_no_signature_for_it(cast: Cast) -> None:
    asked = factories.request(customer=factories.make_person())
    other = factories.make_technician("Otto Other")
    with refused(Forbidden):
        sign(other.user, asked)


@pytest.mark.parametrize(
    ("kind", "rule", "wish", "allowed"),
    [
        ("person", SpotRule.PERSONS, SpotWish.SHOP, True),
        ("person", SpotRule.NOBODY, SpotWish.SHOP, False),
        ("person", SpotRule.NOBODY, SpotWish.YES, False),
        ("person", SpotRule.PERSONS, SpotWish.NO, False),
        ("company", SpotRule.PERSONS, SpotWish.SHOP, False),
        ("company", SpotRule.PERSONS, SpotWish.YES, True),
        ("company", SpotRule.EVERYBODY, SpotWish.SHOP, True),
        ("company", SpotRule.EVERYBODY, SpotWish.NO, False),
    ],
)
def test_the_shop_and_the_customer_say_whose_signature_counts(
    cast: Cast, kind: str, rule: SpotRule, wish: SpotWish, *, allowed: bool
) -> None:
    make = factories.make_person if kind == "person" else factories.make_customer
    repair = factories.field_repair(technician=cast.technician_record, customer=make(on_spot=wish))
    factories.set_shop(on_the_spot=rule)
    if allowed:
        assert sign(cast.technician, repair).queue_status == QueueStatus.APPROVED
    else:
        with refused(Forbidden, "not_on_the_spot"):
            sign(cast.technician, repair)


def test_a_customer_without_preferences_follows_the_shop(cast: Cast, waiting: Repair) -> None:
    CustomerPreference.objects.filter(customer=waiting.customer).delete()
    assert sign(cast.technician, waiting).queue_status == QueueStatus.APPROVED


def test_the_same_signature_twice_is_one_decision(cast: Cast, waiting: Repair) -> None:
    sign(cast.technician, waiting, word(signature=drawn()))
    with nothing_written():
        again = sign(cast.technician, waiting, word(signature=drawn()))
    assert again.approvals.count() == 1


def test_what_somebody_else_decided_stands(cast: Cast, waiting: Repair) -> None:
    use_cases.deny_repair(actor=cast.admin, repair_id=waiting.pk, reason=factories.DECLINED)
    with refused(Conflict, "illegal_move") as caught:
        sign(cast.technician, waiting)
    assert caught.value.extra["queue_status"] == QueueStatus.DENIED


def test_an_older_view_is_refused(cast: Cast, waiting: Repair) -> None:
    with refused(PreconditionFailed, "stale"):
        sign(cast.technician, waiting, version=waiting.version + 1)


def test_a_request_is_taken_not_signed(cast: Cast) -> None:
    asked = factories.request(customer=factories.make_person())
    with refused(Conflict, "illegal_move"):
        sign(cast.admin, asked)


def test_one_signature_approves_both_chips(cast: Cast) -> None:
    batch = chips(cast, factories.make_customer(on_spot=SpotWish.YES))
    use_cases.approve_batch_on_spot(
        actor=cast.technician, batch_id=batch.pk, word=word("90.00", signature=drawn())
    )
    rows = batch.repairs.order_by("break_number")
    assert [row.approved_amount for row in rows] == [Decimal(50), Decimal(40)]
    assert {row.queue_status for row in rows} == {QueueStatus.APPROVED}
    assert len({row.approvals.get().signature_id for row in rows}) == 1
    assert invariant_violations() == []


def test_one_message_tells_the_customer_of_a_signed_batch(cast: Cast) -> None:
    customer = factories.make_customer(on_spot=SpotWish.YES)
    primary = factories.make_primary(customer)
    batch = chips(cast, customer)
    use_cases.approve_batch_on_spot(actor=cast.technician, batch_id=batch.pk, word=word("90.00"))
    told = Notification.objects.filter(recipient=primary, kind="batch_approved")
    assert told.count() == 1


def test_a_batch_that_costs_more_than_shown_is_refused_whole(cast: Cast) -> None:
    batch = chips(cast, factories.make_customer(on_spot=SpotWish.YES))
    with refused(Conflict, "price_changed"):
        use_cases.approve_batch_on_spot(
            actor=cast.technician, batch_id=batch.pk, word=word("89.99")
        )


def test_only_what_still_waits_of_a_batch_is_signed(cast: Cast) -> None:
    batch = chips(cast, factories.make_customer(on_spot=SpotWish.YES))
    first, second = batch.repairs.order_by("break_number")
    use_cases.deny_repair(actor=cast.admin, repair_id=first.pk, reason=factories.DECLINED)
    use_cases.approve_batch_on_spot(actor=cast.technician, batch_id=batch.pk, word=word("40.00"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.queue_status, second.queue_status) == (QueueStatus.DENIED, QueueStatus.APPROVED)


def test_a_batch_signed_twice_is_one_decision(cast: Cast) -> None:
    batch = chips(cast, factories.make_customer(on_spot=SpotWish.YES))
    given: dict[str, Any] = {"actor": cast.technician, "batch_id": batch.pk, "word": word("90.00")}
    use_cases.approve_batch_on_spot(**given)
    with nothing_written():
        use_cases.approve_batch_on_spot(**given)


def test_a_batch_that_others_decided_is_no_longer_signed(cast: Cast) -> None:
    batch = chips(cast, factories.make_customer(on_spot=SpotWish.YES))
    use_cases.deny_batch(actor=cast.admin, batch_id=batch.pk, reason=factories.DECLINED)
    with refused(Conflict, "illegal_move"):
        use_cases.approve_batch_on_spot(
            actor=cast.technician, batch_id=batch.pk, word=word("90.00")
        )


def test_a_technician_cannot_approve_without_the_customers_word(
    cast: Cast, waiting: Repair
) -> None:
    with refused(Forbidden):
        use_cases.approve_repair(actor=cast.technician, repair_id=waiting.pk, reason=NO_REASON)
