import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery, Notification, TechnicianNotification
from apps.notifications.services import mark_all_read, mark_read, notify, send_email, send_nothing
from apps.notifications.tests.conftest import MakeUser
from core.errors import NotFound
from core.models import Customer, CustomerPreference, CustomerUser, OutboxMessage, User

FIELDS = kind_of("repair_assigned").sample


def tell(recipients: list[User], target: Customer, key: str = "repair.assigned:1") -> None:
    notify(kind="repair_assigned", recipients=recipients, target=target, fields=FIELDS, key=key)


def test_notify_writes_a_notice_and_promises_a_mail(technician: User, fleet: Customer) -> None:
    tell([technician], fleet)
    notice = Notification.objects.get()
    assert (notice.recipient, notice.text) == (
        technician,
        "For you: unit 4127 of Harbor Freight Lines",
    )
    assert (notice.target_type, notice.target_id, notice.target_label) == (
        "core.customer",
        fleet.pk,
        "Harbor Freight Lines",
    )
    promise = OutboxMessage.objects.get()
    assert (promise.kind, promise.key) == ("email.send", f"email:{technician.pk}:repair.assigned:1")


def test_notify_again_with_the_same_key_changes_nothing(technician: User, fleet: Customer) -> None:
    tell([technician, technician], fleet)
    tell([technician], fleet)
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_inactive_people_get_nothing(make_user: MakeUser, fleet: Customer) -> None:
    tell([make_user("gone", is_active=False)], fleet)
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_without_an_address_there_is_a_notice_only(make_user: MakeUser, fleet: Customer) -> None:
    user = make_user("phoneonly")
    User.objects.filter(pk=user.pk).update(email="", email_key=None)
    tell([User.objects.get(pk=user.pk)], fleet)
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 0)


def test_a_customer_that_wants_no_mail_gets_notices_only(
    make_user: MakeUser, fleet: Customer
) -> None:
    user = make_user("member")
    CustomerUser.objects.create(user=user, customer=fleet)
    CustomerPreference.objects.create(customer=fleet, email_messages=False)
    tell([user], fleet)
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 0)


def test_mail_about_the_own_account_is_sent_nevertheless(
    make_user: MakeUser, fleet: Customer
) -> None:
    user = make_user("member")
    CustomerUser.objects.create(user=user, customer=fleet)
    CustomerPreference.objects.create(customer=fleet, email_messages=False)
    notify(kind="password_changed", recipients=[user], target=user, fields={}, key="p:1")
    assert Delivery.objects.get().state == "planned"


@pytest.mark.parametrize("people", [1, 3])
def test_notify_costs_four_statements(
    people: int,
    make_user: MakeUser,
    fleet: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    recipients = [make_user(f"user{number}") for number in range(people)]
    with django_assert_num_queries(4):
        tell(recipients, fleet)


@pytest.mark.django_db(transaction=True)
def test_notify_wants_the_transaction_of_its_cause() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        tell([], Customer(pk=1, name="Nobody"))
    with transaction.atomic():
        tell([], Customer(pk=1, name="Nobody"))


def test_a_missing_field_is_the_callers_fault(technician: User, fleet: Customer) -> None:
    with pytest.raises(ValueError, match="needs the fields amount, at_most, customer"):
        notify(
            kind="repair_assigned", recipients=[technician], target=fleet, fields={}, key="missing"
        )


def test_send_email_promises_once_a_key(db: None) -> None:
    for _ in range(2):
        send_email(
            to="new@example.com",
            kind="email_exists",
            fields={"address": "https://shop.example/login/"},
            key="exists:1",
        )
    assert OutboxMessage.objects.get().payload == {"delivery": "email:exists:1"}
    planned = Delivery.objects.get()
    assert (planned.address, planned.recipient, planned.text) == (
        "new@example.com",
        None,
        "You already have an account",
    )


def test_a_mail_to_an_address_may_say_what_it_is_about(fleet: Customer) -> None:
    address = {"address": "https://shop.example/login/"}
    send_email(to="a@example.com", kind="email_exists", fields=address, key="k", target=fleet)
    told = Delivery.objects.get()
    assert (told.target_type, told.target_id, told.customer) == ("core.customer", fleet.pk, fleet)


def test_what_was_never_planned_for_demonstrations_is_told(
    technician: User, fleet: Customer
) -> None:
    tell([technician], fleet)
    send_nothing([technician.pk], why="Demo data: not sent")
    assert OutboxMessage.objects.get().done_at is not None
    skipped = Delivery.objects.get()
    assert (skipped.state, skipped.reason) == ("skipped", "Demo data: not sent")


def test_mark_read_keeps_the_first_reading(technician: User, fleet: Customer) -> None:
    tell([technician], fleet)
    notice = Notification.objects.get()
    first = mark_read(user=technician, notification_id=notice.pk).read_at
    assert first is not None
    assert mark_read(user=technician, notification_id=notice.pk).read_at == first


def test_mark_read_finds_only_own_notices(
    technician: User, make_user: MakeUser, fleet: Customer
) -> None:
    tell([technician], fleet)
    with pytest.raises(NotFound):
        mark_read(user=make_user("stranger"), notification_id=Notification.objects.get().pk)
    assert Notification.objects.get().read_at is None


def test_mark_all_read_tells_how_many(technician: User, fleet: Customer) -> None:
    tell([technician], fleet, "a")
    tell([technician], fleet, "b")
    assert (mark_all_read(user=technician), mark_all_read(user=technician)) == (2, 0)


def test_technician_notification_shows_technicians_only(
    technician: User, make_user: MakeUser, fleet: Customer
) -> None:
    tell([technician, make_user("member")], fleet)
    notice = TechnicianNotification.objects.get()
    assert (notice.recipient, str(notice)) == (technician, notice.text)
