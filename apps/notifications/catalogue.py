"""What the shop says. Texts only: who is told, and when, is decided above.

Fields are the same for every kind about repairs: those of ``REPAIR``, and ``number`` (how many)
for a batch and for work given out together; about jobs those of ``JOB``; about
visits those of ``VISIT``. Amounts are bare
decimals; ``at_most`` may be empty.
"""

from collections.abc import Mapping

from apps.notifications.enums import MessageGroup
from apps.notifications.kinds import MessageKind, register
from core.enums import Role

REPAIR_PAGES = {
    Role.CUSTOMER.value: "customer_repair_detail",
    Role.TECHNICIAN.value: "repair_detail",
    Role.ADMIN.value: "office_repair_detail",
    Role.SALES_AGENT.value: "office_repair_detail",
}
OFFICE_JOB_PAGES = {
    Role.ADMIN.value: "office_job",
    Role.SALES_AGENT.value: "office_job",
}
JOB_PAGES = OFFICE_JOB_PAGES | {Role.TECHNICIAN.value: "technician_job"}
BATCH_PAGES = {
    Role.CUSTOMER.value: "customer_batch_detail",
    Role.TECHNICIAN.value: "technician_dashboard",
    Role.ADMIN.value: "office_repairs",
    Role.SALES_AGENT.value: "office_repairs",
}
REPAIR = {
    "repair_id": 17,
    "unit_number": "4127",
    "damage_type": "Star Break",
    "customer": "Harbor Freight Lines",
    "status": "Approved",
    "technician": "Sam Rivera",
    "amount": "40.00",
    "at_most": "40.00",
}
JOB = {
    "job_id": 5,
    "title": "Fit wiper blades",
    "customer": "Harbor Freight Lines",
    "priority": "High",
    "scheduled": "2026-11-30",
    "technician": "Sam Rivera",
}
VISIT = {
    "appointment_id": 9,
    "work": "unit 4127",
    "customer": "Harbor Freight Lines",
    "when": "Monday, November 30, 2026, 9:00 AM EST",
    "site": "Main yard, New York",
    "technician": "Sam Rivera",
    "reason": "Away on that day",
    "wish": "2026-12-01 mornings",
    "wish_note": "The truck is back then",
    "number": 1,
}
VISIT_PAGES = {
    Role.CUSTOMER.value: "customer_visit",
    Role.ADMIN.value: "office_visit",
    Role.TECHNICIAN.value: "technician_day",
}
LINK = "https://shop.example/r/abc/"
TEAM = {
    Role.CUSTOMER.value: "customer_team",
    Role.ADMIN.value: "office_people",
}
DAY = {
    "day": "Monday, November 30, 2026",
    "visits": 2,
    "repairs": 3,
    "tasks": 4,
    "overdue": 1,
    "lines": ["9:00 AM, Unit 4127, Harbor Freight Lines"],
}
SUMMARY = {
    "customer": "Harbor Freight Lines",
    "day": "Monday, November 30, 2026",
    "requested": 2,
    "completed": 3,
    "charged": "120.00",
    "waiting": 1,
    "open": 4,
}
REWARD = {
    "customer": "Harbor Freight Lines",
    "points": "250",
    "balance": "1,300",
    "why": "5 repairs completed",
}
REDEEMED = REWARD | {"reward": "Pizza", "points": "2,500", "why": "Not on offer any more"}
COMPANY = {"company": "Harbor Freight Lines"}
PERSON = COMPANY | {"person": "Ana Ortiz"}
REWARD_PAGES = {
    Role.CUSTOMER.value: "customer_rewards",
    Role.ADMIN.value: "office_rewards",
}
# Of one redeemed reward the office has a page.
REDEEMED_PAGES = REWARD_PAGES | {Role.ADMIN.value: "office_redemption"}


APPROVALS, ACCOUNT = MessageGroup.APPROVALS, MessageGroup.ACCOUNT


def _request(code: str, text: str, **more: object) -> MessageKind:
    return MessageKind(code, text, REPAIR | more, REPAIR_PAGES, group=APPROVALS)


def _repair(code: str, text: str, *, is_bell_only: bool = False) -> MessageKind:
    return MessageKind(code, text, REPAIR, REPAIR_PAGES, is_bell_only=is_bell_only)


def _batch(code: str, text: str) -> MessageKind:
    fields = REPAIR | {"number": 12, "batch_id": 3}
    return MessageKind(code, text, fields, BATCH_PAGES, group=APPROVALS)


def _job(code: str, text: str, pages: Mapping[str, str] = JOB_PAGES) -> MessageKind:
    return MessageKind(code, text, JOB, pages, group=MessageGroup.JOBS)


def _visit(code: str, text: str) -> MessageKind:
    return MessageKind(code, text, VISIT, VISIT_PAGES, group=MessageGroup.VISITS)


def _reward(code: str, text: str, *, is_bell_only: bool = False) -> MessageKind:
    group = MessageGroup.REWARDS
    return MessageKind(code, text, REWARD, REWARD_PAGES, group=group, is_bell_only=is_bell_only)


def _redeemed(code: str, text: str, *, is_bell_only: bool = False) -> MessageKind:
    group = MessageGroup.REWARDS
    return MessageKind(code, text, REDEEMED, REDEEMED_PAGES, group=group, is_bell_only=is_bell_only)


def _way_in(code: str, text: str, *, is_secret: bool, **fields: object) -> MessageKind:
    """A mail about an account that leads into it."""
    return MessageKind(
        code,
        text,
        fields,
        is_personal=True,
        is_secret=is_secret,
        group=ACCOUNT,
        must_have=("address",),
    )


register(
    _request("repair_requested", "Repair requested: unit {unit_number} of {customer}"),
    _request("repair_assigned", "For you: unit {unit_number} of {customer}", number=1),
    _request("repair_reassigned", "Unit {unit_number} of {customer} is now with {technician}"),
    _request("needs_assignment", "Nobody has unit {unit_number} of {customer} yet", number=1),
    MessageKind(
        "approval_needed",
        "Your approval is needed: unit {unit_number} of {customer}",
        REPAIR | {"direct": LINK},
        REPAIR_PAGES,
        is_secret=True,
        group=APPROVALS,
    ),
    MessageKind(
        "approval_link",
        "Your approval is needed: windshield repair for {customer}",
        {"customer": REPAIR["customer"], "number": 1, "repairs": [REPAIR | {"address": LINK}]},
        is_personal=True,
        is_secret=True,
        group=APPROVALS,
        row="Unit {unit_number} ({damage_type}), at most ${at_most}\n{address}",
        must_have=("repairs",),
    ),
    _request(
        "approval_reminder", "Still waiting for your approval: unit {unit_number} of {customer}"
    ),
    _batch(
        "batch_approval_reminder", "Still waiting for your approval: {number} repairs of {customer}"
    ),
    _request(
        "approval_late", "No answer for three days: unit {unit_number} of {customer}", number=1
    ),
    _request("repair_approved", "Approved: unit {unit_number} of {customer}"),
    _request("repair_denied", "Not going ahead: unit {unit_number} of {customer}"),
    _repair("repair_completed", "Repaired: unit {unit_number} of {customer}, ${amount}"),
    _repair("repair_voided", "Voided: the repair of unit {unit_number} of {customer}"),
    _repair("repair_started", "Begun: unit {unit_number} of {customer}", is_bell_only=True),
    _repair("repair_came_back", "It came back: unit {unit_number} of {customer}"),
    _batch("batch_requested", "Requested together: {number} repairs of {customer}"),
    _batch("batch_approval_needed", "Your approval is needed: {number} repairs of {customer}"),
    _batch("batch_approved", "Approved together: {number} repairs of {customer}"),
    _batch("batch_denied", "Not going ahead: {number} repairs of {customer}"),
    _job("job_assigned", "For you: “{title}” for {customer}"),
    # Told to the technician who has it no more, and so has no page of it.
    _job("job_reassigned", "“{title}” for {customer} is now with {technician}", OFFICE_JOB_PAGES),
    _job("job_completed", "Done: “{title}” for {customer}"),
    _job("job_overdue", "Overdue: “{title}” for {customer}"),
    MessageKind(
        "day_list",
        "Your day, {day}: {visits} visits, {repairs} repairs, {tasks} tasks",
        DAY,
        {Role.TECHNICIAN.value: "technician_day"},
        group=MessageGroup.SUMMARIES,
    ),
    MessageKind(
        "fleet_summary",
        "{customer}, {day}: {completed} repaired, {waiting} waiting for your approval",
        SUMMARY,
        {Role.CUSTOMER.value: "customer_dashboard"},
        group=MessageGroup.SUMMARIES,
    ),
    MessageKind(
        "invariant_alarm",
        "Something is wrong in the shop's books: {first}",
        {"first": "A price changed after completion", "lines": ["A price changed: Repair 17"]},
        {Role.ADMIN.value: "office_background"},
        group=MessageGroup.SUMMARIES,
    ),
    _visit("appointment_booked", "Visit booked: {when}, {work} of {customer}"),
    _visit("appointment_moved", "New time: {when}, {work} of {customer}"),
    _visit("appointment_cancelled", "No visit any more: {when}, {work} of {customer}"),
    _visit("appointment_released", "Needs a new time: {work} of {customer}, was {when}"),
    _visit("appointment_wished", "{customer} wishes another time for {work}, now {when}"),
    _visit("appointment_tomorrow", "Tomorrow: {when}, {work} of {customer}"),
    # A notice is enough: most repairs bring points.
    _reward("points_earned", "{points} points for {customer}: {why}", is_bell_only=True),
    _reward("points_taken_back", "{points} points of {customer} were taken back: {why}"),
    _redeemed("reward_redeemed", "Redeemed for {customer}: {reward}", is_bell_only=True),
    _redeemed("reward_ready", "Ready for {customer}: {reward}"),
    _redeemed("reward_handed_out", "Handed out to {customer}: {reward}", is_bell_only=True),
    _redeemed("reward_returned", "{points} points are back at {customer}: {reward}"),
    MessageKind(
        "referral_paid",
        "{points} points for you: {customer} had a first repair",
        {"customer": "Hilltop Haulage", "points": "500"},
        REWARD_PAGES,
        group=MessageGroup.REWARDS,
    ),
    _way_in(
        "invitation",
        "{inviter} invites you to {company}",
        is_secret=True,
        inviter="Ana Ortiz",
        company="Harbor Freight Lines",
        address="https://shop.example/invitation/abc/",
        expires="November 29",
    ),
    MessageKind("join_request", "{person} asks to join {company}", PERSON, TEAM, group=ACCOUNT),
    MessageKind("join_accepted", "You now belong to {company}", COMPANY, group=ACCOUNT),
    MessageKind(
        "join_declined", "Your request to join {company} was declined", COMPANY, group=ACCOUNT
    ),
    _way_in(
        "welcome",
        "Choose your password",
        is_secret=False,
        address="https://shop.example/password/reset/MQ/token/",
    ),
    _way_in(
        "email_exists",
        "You already have an account",
        is_secret=False,
        address="https://shop.example/login/",
    ),
    _way_in(
        "password_reset",
        "Choose a new password",
        is_secret=True,
        address="https://shop.example/password/reset/abc/def/",
    ),
    MessageKind(
        "password_changed", "Your password was changed", {}, is_personal=True, group=ACCOUNT
    ),
    _way_in(
        "new_sign_in",
        "New sign-in to your account",
        is_secret=False,
        when="Monday, November 30, 2026, 9:00 AM EST",
        device="Firefox on Windows",
        network="192.0.2.17",
        address="https://shop.example/account/#safety",
    ),
    MessageKind(
        "audit_anchor",
        "Head of the audit trail: entry {position}",
        {
            "position": 1204,
            "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "when": "Monday, November 30, 2026, 2:00 AM EST",
        },
        {Role.ADMIN.value: "office_audit"},
        is_personal=True,
        group=MessageGroup.SUMMARIES,
        must_have=("position", "hash"),
    ),
)
