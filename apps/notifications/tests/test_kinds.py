import pytest

from apps.notifications.kinds import MessageKind, all_kinds, kind_of, register


def test_sentence_fills_its_fields_on_one_line() -> None:
    kind = MessageKind("made", "Unit {unit} of {name}", {"unit": "1", "name": "A"})
    assert kind.sentence({"unit": "4127", "name": "Two\r\nlines"}) == "Unit 4127 of Two lines"


def test_sentence_names_the_missing_fields() -> None:
    kind = MessageKind("made", "Unit {unit}", {"unit": "1", "name": "A"})
    with pytest.raises(ValueError, match=r"“made” needs the fields name, unit\."):
        kind.sentence({})


def test_register_again_is_fine_but_another_of_that_name_is_not() -> None:
    register(kind_of("invitation"))
    with pytest.raises(ValueError, match="two kinds"):
        register(MessageKind("invitation", "Something else", {}))


def test_braces_in_a_value_stay_as_they_are() -> None:
    kind = MessageKind("made", "Unit {unit}", {"unit": "1"})
    assert kind.sentence({"unit": "{unit.x}"}) == "Unit {unit.x}"


def test_catalogue_knows_the_shops_messages() -> None:
    assert [kind.code for kind in all_kinds()] == [
        "appointment_booked",
        "appointment_cancelled",
        "appointment_moved",
        "appointment_released",
        "appointment_tomorrow",
        "appointment_wished",
        "approval_late",
        "approval_link",
        "approval_needed",
        "approval_reminder",
        "audit_anchor",
        "batch_approval_needed",
        "batch_approval_reminder",
        "batch_approved",
        "batch_denied",
        "batch_requested",
        "day_list",
        "email_exists",
        "fleet_summary",
        "invariant_alarm",
        "invitation",
        "job_assigned",
        "job_completed",
        "job_overdue",
        "job_reassigned",
        "join_accepted",
        "join_declined",
        "join_request",
        "needs_assignment",
        "new_sign_in",
        "password_changed",
        "password_reset",
        "points_earned",
        "points_taken_back",
        "referral_paid",
        "repair_approved",
        "repair_assigned",
        "repair_came_back",
        "repair_completed",
        "repair_denied",
        "repair_reassigned",
        "repair_requested",
        "repair_started",
        "repair_voided",
        "reward_handed_out",
        "reward_ready",
        "reward_redeemed",
        "reward_returned",
        "welcome",
    ]
