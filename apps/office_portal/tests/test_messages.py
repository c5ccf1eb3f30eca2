"""What was sent about a repair, a job and a customer, and what was not."""

import pytest

from apps.notifications.models import Delivery
from core.outbox import drain
from tests.cast import Cast
from tests.factories import completed_repair, field_repair, make_job
from tests.pages import statements_of, text_of, visit

pytestmark = pytest.mark.django_db
ABOUT_REPAIR, ABOUT_JOB = "office_repair_messages", "office_job_messages"
ABOUT_CUSTOMER, CUSTOMERS = "office_customer_messages", "customer_repair_messages"


def test_what_became_of_each_message_is_told_with_its_reason(cast: Cast) -> None:
    repair = field_repair(customer=cast.fleet, technician=cast.technician_record)
    nothing = make_job("Measure", actor=cast.admin, customer=cast.fleet)
    assert "Messages about this repair" in text_of(cast.admin, "office_repair_detail", repair.pk)
    assert "Messages about this job" in text_of(cast.admin, "office_job", nothing.pk)
    assert "Planned" in text_of(cast.admin, ABOUT_REPAIR, repair.pk)
    drain()
    Delivery.objects.filter(recipient=cast.approver).update(
        state="failed", sent_at=None, reason="The mail server does not know the address"
    )
    for page, about in ((ABOUT_REPAIR, repair.pk), (ABOUT_CUSTOMER, cast.fleet.pk)):
        shown = text_of(cast.admin, page, about)
        assert "Your approval is needed: unit" in shown
        assert ("Sent" in shown, "does not know the address" in shown) == (True, True)
    assert "No message has been planned yet." in text_of(cast.admin, ABOUT_JOB, nothing.pk)


def test_a_job_has_its_own(cast: Cast) -> None:
    job = make_job("Cut it", actor=cast.sales_agent, customer=cast.fleet)
    Delivery.objects.all().delete()
    assert "No message" in text_of(cast.sales_agent, ABOUT_JOB, job.pk)


def test_what_one_may_not_see_is_missing(cast: Cast) -> None:
    repair = field_repair(customer=cast.fleet, technician=cast.technician_record)
    job = make_job("Measure", actor=cast.admin, customer=cast.fleet)
    assert visit(cast.stranger, CUSTOMERS, repair.pk).status_code == 404
    assert visit(cast.technician, ABOUT_REPAIR, repair.pk).status_code == 404
    assert visit(cast.sales_agent, ABOUT_JOB, job.pk).status_code == 404
    assert visit(cast.sales_agent, ABOUT_CUSTOMER, cast.other_fleet.pk).status_code == 404
    assert visit(cast.admin, ABOUT_REPAIR, 10**6).status_code == 404


def test_customers_see_what_their_own_people_were_told(cast: Cast) -> None:
    repair = completed_repair(customer=cast.fleet, technician=cast.technician_record)
    assert "Messages about this repair" in text_of(
        cast.primary, "customer_repair_detail", repair.pk
    )
    shown = text_of(cast.primary, CUSTOMERS, repair.pk)
    assert str(cast.primary) in shown
    own = Delivery.objects.filter(recipient__customer_user__customer=cast.fleet).count()
    assert shown.count("<tr>") == own + 1
    assert str(cast.technician) not in shown.split("<tbody>")[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_the_same_with_one_and_with_three(cast: Cast, number: int) -> None:
    repair = field_repair(customer=cast.fleet, technician=cast.technician_record)
    first = Delivery.objects.filter(recipient=cast.primary).latest("pk")
    Delivery.objects.exclude(pk=first.pk).delete()
    for each in range(number - 1):
        first.pk, first.key = None, f"copy:{each}"
        first.save()
    assert statements_of(cast.admin, ABOUT_REPAIR, repair.pk) == 7
    assert statements_of(cast.admin, ABOUT_CUSTOMER, cast.fleet.pk) == 6
    assert statements_of(cast.primary, CUSTOMERS, repair.pk) == 7
