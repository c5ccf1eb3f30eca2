"""People, and the notices of the one who signed in."""

import pytest

from core.enums import AssignmentMode, Role
from core.models import Invitation
from tests.cast import Cast
from tests.factories import request, set_shop
from tests.pages import folded, send, text_of

pytestmark = pytest.mark.django_db
REFUSED, SEE_OTHER = 200, 303


def test_an_invitation_of_a_customers_person_names_the_customer(cast: Cast) -> None:
    sent = {"email": "new@fleet.example", "role": Role.CUSTOMER}
    refused = send(cast.owner, "office_people", **sent)
    assert refused.status_code == REFUSED
    assert "new@fleet.example" in folded(refused)
    assert not Invitation.objects.exists()


def test_who_was_let_in_no_more_is_let_in_again(cast: Cast) -> None:
    person = cast.other_technician
    version = person.version
    send(cast.owner, "office_person_active", person.pk, version=version, active="no")
    person.refresh_from_db()
    assert not person.is_active
    sent = {"version": person.version, "active": "yes"}
    answer = send(cast.owner, "office_person_active", person.pk, **sent)
    person.refresh_from_db()
    assert (answer.status_code, person.is_active) == (SEE_OTHER, True)


def test_all_notices_are_read_at_once(cast: Cast) -> None:
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    request(customer=cast.fleet, unit_number="4127")
    assert "4127" in text_of(cast.admin, "office_notices")
    assert cast.admin.notifications.filter(read_at=None).exists()
    assert send(cast.admin, "office_notices").status_code == SEE_OTHER
    assert not cast.admin.notifications.filter(read_at=None).exists()
