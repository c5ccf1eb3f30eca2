"""The guide's walk from request to completion, through the pages that people use.

Changed expectations are listed in docs/decisions/0001-departures-from-the-seeds.md.
"""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.audit import chain
from apps.audit.models import AuditEntry
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from core.models import User
from tests.factories import PASSWORD, make_customer, make_primary, make_technician

pytestmark = pytest.mark.django_db
SEE_OTHER = 303


def sign_in(user: User) -> Client:
    """A browser in which somebody typed name and password."""
    client = Client()
    answer = client.post(reverse("login"), {"username": user.username, "password": PASSWORD})
    assert answer.status_code in {302, SEE_OTHER}, answer.content.decode()
    return client


class TestRepairWorkflowIntegration:
    """Test complete repair workflow from request to completion."""

    @pytest.fixture(autouse=True)
    def _cast(self, db: None) -> None:
        cache.clear()
        self.customer = make_customer("Demo Fleet")
        self.fleet = sign_in(make_primary(self.customer))
        self.technician = make_technician()
        self.tech_client = sign_in(self.technician.user)

    def request(self, unit_number: str = "FLOW001") -> Repair:
        answer = self.fleet.post(
            reverse("customer_request_repair"),
            {"unit_number": unit_number, "description": "Test crack", "damage_type": "Crack"},
        )
        assert answer.status_code == SEE_OTHER
        return Repair.objects.latest("pk")

    def progress(self, repair: Repair, *statuses: str) -> None:
        for status in statuses or ("APPROVED", "IN_PROGRESS", "COMPLETED"):
            answer = self.tech_client.post(
                reverse("update_queue_status", args=[repair.pk]), {"status": status}
            )
            repair.refresh_from_db()
            assert (answer.status_code, repair.queue_status) == (SEE_OTHER, status)

    def test_customer_request_to_completion_flow(self) -> None:
        """Test entire repair flow."""
        repair = self.request()
        assert (repair.unit_number, repair.queue_status) == ("FLOW001", "REQUESTED")
        assert repair.technician == self.technician
        page = self.tech_client.get(reverse("technician_dashboard"))
        assert "FLOW001" in page.content.decode()
        self.progress(repair)
        assert repair.cost == Decimal("50.00")
        page = self.fleet.get(reverse("customer_repair_detail", args=[repair.pk]))
        assert "50.00" in page.content.decode()
        verbs = AuditEntry.objects.filter(target_id=repair.pk).order_by("position")
        told = verbs.filter(target_type="repairs.repair").values_list("verb", flat=True)
        assert list(told) == [
            "repair.requested",
            "repair.taken",
            "repair.started",
            "repair.completed",
        ]
        assert list(chain.faults()) == []
        assert invariant_violations() == []

    def test_each_next_repair_of_a_unit_costs_less(self) -> None:
        costs = []
        for number in ("4127", "#4127", "Unit 4127", "unit 4127", "4127", "4127"):
            repair = self.request(number)
            self.progress(repair)
            costs.append(str(repair.cost))
        assert costs == ["50.00", "40.00", "35.00", "30.00", "25.00", "25.00"]
        assert self.customer.units.count() == 1

    def test_completed_repair_takes_no_other_status(self) -> None:
        repair = self.request()
        self.progress(repair)
        for status in ("REQUESTED", "PENDING", "APPROVED", "IN_PROGRESS", "DENIED", "LOST"):
            self.tech_client.post(
                reverse("update_queue_status", args=[repair.pk]), {"status": status}
            )
            repair.refresh_from_db()
            assert (repair.queue_status, repair.cost) == ("COMPLETED", Decimal("50.00"))

    def test_field_repair_waits_until_the_customer_approves(self) -> None:
        answer = self.tech_client.post(
            f"{reverse('create_repair')}?customer={self.customer.pk}",
            {
                "customer": self.customer.pk,
                "unit_number": "77",
                "damage_type": "Chip",
                "queue_status": "APPROVED",
                "rows-TOTAL_FORMS": 1,
                "rows-INITIAL_FORMS": 0,
                "rows-0-unit_number": "77",
                "rows-0-damage_type": "Chip",
            },
        )
        assert answer.status_code == SEE_OTHER
        repair = Repair.objects.get(unit_number="77")
        assert repair.queue_status == "PENDING"
        self.tech_client.post(
            reverse("update_queue_status", args=[repair.pk]), {"status": "IN_PROGRESS"}
        )
        repair.refresh_from_db()
        assert repair.queue_status == "PENDING"
        self.fleet.post(reverse("customer_repair_approve", args=[repair.pk]))
        repair.refresh_from_db()
        assert (repair.queue_status, repair.approved_amount) == ("APPROVED", Decimal("50.00"))
        self.progress(repair, "IN_PROGRESS", "COMPLETED")
        assert repair.cost == Decimal("50.00")
