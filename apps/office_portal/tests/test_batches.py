"""Repairs of one batch, decided by the office for the customer."""

import pytest
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.queue_management import use_cases
from core.pages import REFUSED
from tests.cast import Cast
from tests.factories import details
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_rows_of_a_batch_are_decided_together(cast: Cast) -> None:
    batch = use_cases.create_field_batch(
        actor=cast.technician,
        customer_id=cast.fleet.pk,
        rows=[details("4150"), details("4150"), details("4151")],
    )
    shown = text_of(cast.admin, "office_batch_detail", batch.pk)
    assert "3 wait for approval, at most $140.00" in shown
    url = reverse("office_batch_approve", args=[batch.pk])
    signed_in(cast.admin).post(url, {"reason": "Petra by phone"})
    assert set(batch.repairs.values_list("queue_status", flat=True)) == {"APPROVED"}
    assert "wait for approval" not in text_of(cast.admin, "office_batch_detail", batch.pk)


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_only_the_rows_of_a_batch_that_were_shown_are_decided(cast: Cast, decision: str) -> None:
    batch = use_cases.create_field_batch(
        actor=cast.technician,
        customer_id=cast.fleet.pk,
        rows=[details("4150"), details("4151")],
    )
    first, second = batch.repairs.order_by("break_number")
    shown = text_of(cast.admin, "office_batch_detail", batch.pk)
    assert shown.count(f'name="version-{first.pk}" value="{first.version}"') == 2
    sent = {"repair": first.pk, "reason": "Petra by phone", "reason_code": "declined"}
    client, url = signed_in(cast.admin), reverse(f"office_batch_{decision}", args=[batch.pk])
    stale = client.post(url, sent | {f"version-{first.pk}": first.version + 1})
    assert stale.status_code == REFUSED
    assert not batch.repairs.exclude(queue_status="PENDING").exists()
    client.post(url, sent | {f"version-{first.pk}": first.version})
    assert list(batch.repairs.exclude(queue_status="PENDING")) == [first]
    second.refresh_from_db()
    assert second.queue_status == "PENDING"
