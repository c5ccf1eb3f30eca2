import pytest

from apps.people.services.invitations import invite
from apps.people.services.join_requests import ask_to_join
from core.enums import ApprovalPolicy, Decision
from core.models import CustomerUser, Invitation, JoinRequest
from tests.cast import Cast
from tests.factories import make_member
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def test_an_invitation_gives_the_rights_ticked(cast: Cast) -> None:
    data = {"email": "new@example.com", "rights": ["can_request", "can_approve"]}
    assert send(cast.primary, "customer_team", **data).status_code == 303
    sent = Invitation.objects.get()
    assert (sent.customer, sent.can_approve, sent.can_manage_team) == (cast.fleet, True, False)
    assert "new@example.com" in text_of(cast.primary, "customer_team")


def test_who_does_not_manage_the_team_cannot_invite(cast: Cast) -> None:
    response = send(cast.mate, "customer_team", email="new@example.com")
    assert response.status_code == 200
    assert not Invitation.objects.exists()
    assert "Invite a colleague" not in text_of(cast.mate, "customer_team")


def test_a_bad_address_is_told_and_kept(cast: Cast) -> None:
    response = send(cast.primary, "customer_team", email="nonsense")
    assert response.status_code == 200
    assert 'value="nonsense"' in folded(response)


def test_an_invitation_is_taken_back(cast: Cast) -> None:
    sent, _ = invite(actor=cast.primary, email="a@example.com", customer_id=cast.fleet.pk)
    assert send(cast.stranger, "customer_invitation_revoke", sent.pk).status_code == 404
    assert send(cast.primary, "customer_invitation_revoke", sent.pk).status_code == 303
    assert Invitation.objects.get().revoked_at is not None


def test_rights_are_saved(cast: Cast) -> None:
    mate = cast.mate.customer_user
    response = send(cast.primary, "customer_member", mate.pk, rights=["can_approve"])
    assert response.status_code == 303
    stored = CustomerUser.objects.get(pk=mate.pk)
    assert (stored.can_approve, stored.can_request) == (True, False)


def test_nobody_gives_themselves_rights(cast: Cast) -> None:
    mate = cast.mate.customer_user
    assert send(cast.mate, "customer_member", mate.pk, rights=["can_approve"]).status_code == 200
    assert not CustomerUser.objects.get(pk=mate.pk).can_approve


def test_a_colleague_of_another_company_is_missing(cast: Cast) -> None:
    mate = cast.mate.customer_user
    assert visit(cast.stranger, "customer_member", mate.pk).status_code == 404
    assert send(cast.stranger, "customer_member", mate.pk, rights=[]).status_code == 404
    assert "Moe Mate" not in text_of(cast.stranger, "customer_team")


@pytest.mark.parametrize(("answer", "decision"), [("yes", "accepted"), ("no", "declined")])
def test_a_wish_to_join_is_decided(cast: Cast, answer: str, decision: Decision) -> None:
    wish = ask_to_join(actor=cast.nobody, company_name="demo fleet", message="Night shift")
    assert "Night shift" in text_of(cast.primary, "customer_team")
    assert send(cast.stranger, "customer_join_request", wish.pk, accept="yes").status_code == 404
    assert send(cast.primary, "customer_join_request", wish.pk, accept=answer).status_code == 303
    assert JoinRequest.objects.get().decision == decision
    assert CustomerUser.objects.filter(user=cast.nobody).exists() == (answer == "yes")


def test_the_primary_contact_hands_the_place_over(cast: Cast) -> None:
    successor = cast.approver.customer_user
    assert "Make Abel Approver the primary contact?" in text_of(
        cast.primary, "customer_member", successor.pk
    )
    assert send(cast.primary, "customer_member_primary", successor.pk).status_code == 303
    places = CustomerUser.objects.filter(customer=cast.fleet, is_primary_contact=True)
    assert [member.user for member in places] == [cast.approver]


def test_nobody_else_hands_it_over(cast: Cast) -> None:
    mate = cast.mate.customer_user
    assert "the primary contact?" not in text_of(cast.approver, "customer_member", mate.pk)
    send(cast.approver, "customer_member_primary", mate.pk)
    assert send(cast.stranger, "customer_member_primary", mate.pk).status_code == 404
    places = CustomerUser.objects.filter(customer=cast.fleet, is_primary_contact=True)
    assert [member.user for member in places] == [cast.primary]


def preferences(**values: object) -> dict[str, object]:
    return {"units_per_visit": 3, "on_the_spot": "shop", "version": 1} | values


def test_the_primary_contact_sets_the_approval_rule(cast: Cast) -> None:
    data = preferences(approval_policy="UNIT_THRESHOLD", on_the_spot="no")
    assert send(cast.primary, "customer_preferences", **data).status_code == 303
    stored = cast.fleet.customer_preference
    stored.refresh_from_db()
    assert stored.approval_policy == ApprovalPolicy.UNIT_THRESHOLD
    assert (stored.units_per_visit, stored.on_the_spot, stored.email_messages) == (3, "no", False)
    shown = text_of(cast.mate, "customer_preferences")
    assert "We start at once on the first 3 units of a visit" in shown


def test_an_amount_up_to_which_all_is_approved(cast: Cast) -> None:
    data = preferences(approval_policy="PRICE_THRESHOLD", price_per_repair="45.00")
    send(cast.primary, "customer_preferences", **data)
    shown = text_of(cast.primary, "customer_preferences")
    assert "We start at once up to $45.00 a repair, and ask you about anything above." in shown


def test_a_limit_that_is_none_is_told_beside_it(cast: Cast) -> None:
    data = preferences(approval_policy="PRICE_THRESHOLD", price_per_repair="-1")
    shown = folded(send(cast.primary, "customer_preferences", **data))
    assert 'aria-invalid="true"' in shown
    assert "We ask you each time" in shown


def test_an_older_version_of_the_preferences_is_refused(cast: Cast) -> None:
    data = preferences(approval_policy="AUTO_APPROVE", version=9)
    assert send(cast.primary, "customer_preferences", **data).status_code == 200
    cast.fleet.customer_preference.refresh_from_db()
    assert cast.fleet.customer_preference.approval_policy == ApprovalPolicy.REQUIRE_APPROVAL


def test_others_read_the_preferences_only(cast: Cast) -> None:
    assert "Only your primary contact" in text_of(cast.approver, "customer_preferences")
    data = preferences(approval_policy="AUTO_APPROVE")
    assert send(cast.approver, "customer_preferences", **data).status_code == 200


def test_the_team_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    invite(actor=cast.primary, email="a@example.com", customer_id=cast.fleet.pk)
    assert statements_of(cast.primary, "customer_team") == 7
    for name in ("Zoe One", "Zoe Two"):
        make_member(cast.fleet, name)
        invite(actor=cast.primary, email=f"{name[4:]}@example.com", customer_id=cast.fleet.pk)
    assert statements_of(cast.primary, "customer_team") == 7
