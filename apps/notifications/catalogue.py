"""What the shop says. Texts only: who is told, and when, is decided above.

Fields are the same for every kind about repairs: those of ``REPAIR``, and ``number`` (how many)
for a batch and for work given out together; about jobs those of ``JOB``; about
visits those of ``VISIT``. Amounts are bare
decimals; ``at_most`` may be empty.
"""

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
REWARD = {
    "customer": "Harbor Freight Lines",
    "points": "250",
    "balance": "1,300",
    "why": "5 repairs completed",
}
REDEEMED = REWARD | {"reward": "Pizza", "points": "2,500", "why": "Not on offer any more"}
REWARD_PAGES = {
    Role.CUSTOMER.value: "customer_rewards",
    Role.ADMIN.value: "office_rewards",
}
# Of one redeemed reward the office has a page.
REDEEMED_PAGES = REWARD_PAGES | {Role.ADMIN.value: "office_redemption"}
PERSON = {"person": "Ana Ortiz", "company": "Harbor Freight Lines"}


def _repair(code: str, text: str, **more: object) -> MessageKind:
    return MessageKind(code, text, REPAIR | more, REPAIR_PAGES)


def _batch(code: str, text: str) -> MessageKind:
    return MessageKind(code, text, REPAIR | {"number": 12, "batch_id": 3}, BATCH_PAGES)


def _visit(code: str, text: str) -> MessageKind:
    return MessageKind(code, text, VISIT, VISIT_PAGES)


register(
    _repair("repair_requested", "Repair requested: unit {unit_number} of {customer}"),
    _repair("repair_assigned", "For you: unit {unit_number} of {customer}", number=1),
    _repair("repair_reassigned", "Unit {unit_number} of {customer} is now with {technician}"),
    _repair("needs_assignment", "Nobody has unit {unit_number} of {customer} yet", number=1),
    MessageKind(
        "approval_needed",
        "Your approval is needed: unit {unit_number} of {customer}",
        REPAIR | {"direct": LINK},
        REPAIR_PAGES,
        is_secret=True,
    ),
    MessageKind(
        "approval_link",
        "Your approval is needed: windshield repair for {customer}",
        {"customer": REPAIR["customer"], "number": 1, "repairs": [REPAIR | {"address": LINK}]},
        is_personal=True,
        is_secret=True,
    ),
    _repair("repair_approved", "Approved: unit {unit_number} of {customer}"),
    _repair("repair_denied", "Not going ahead: unit {unit_number} of {customer}"),
    _repair("repair_completed", "Repaired: unit {unit_number} of {customer}, ${amount}"),
    _repair("repair_voided", "Voided: the repair of unit {unit_number} of {customer}"),
    _batch("batch_requested", "Requested together: {number} repairs of {customer}"),
    _batch("batch_approval_needed", "Your approval is needed: {number} repairs of {customer}"),
    _batch("batch_approved", "Approved together: {number} repairs of {customer}"),
    _batch("batch_denied", "Not going ahead: {number} repairs of {customer}"),
    MessageKind("job_assigned", "For you: “{title}” for {customer}", JOB, JOB_PAGES),
    # Told to the technician who has it no more, and so has no page of it.
    MessageKind(
        "job_reassigned", "“{title}” for {customer} is now with {technician}", JOB, OFFICE_JOB_PAGES
    ),
    MessageKind("job_completed", "Done: “{title}” for {customer}", JOB, JOB_PAGES),
    MessageKind("job_overdue", "Overdue: “{title}” for {customer}", JOB, JOB_PAGES),
    _visit("appointment_booked", "Visit booked: {when}, {work} of {customer}"),
    _visit("appointment_moved", "New time: {when}, {work} of {customer}"),
    _visit("appointment_cancelled", "No visit any more: {when}, {work} of {customer}"),
    _visit("appointment_released", "Needs a new time: {work} of {customer}, was {when}"),
    _visit("appointment_wished", "{customer} wishes another time for {work}, now {when}"),
    # A notice is enough: most repairs bring points.
    MessageKind(
        "points_earned",
        "{points} points for {customer}: {why}",
        REWARD,
        REWARD_PAGES,
        is_notice_only=True,
    ),
    MessageKind(
        "points_taken_back",
        "{points} points of {customer} were taken back: {why}",
        REWARD,
        REWARD_PAGES,
    ),
    MessageKind(
        "reward_redeemed",
        "Redeemed for {customer}: {reward}",
        REDEEMED,
        REDEEMED_PAGES,
        is_notice_only=True,
    ),
    MessageKind("reward_ready", "Ready for {customer}: {reward}", REDEEMED, REDEEMED_PAGES),
    MessageKind(
        "reward_handed_out",
        "Handed out to {customer}: {reward}",
        REDEEMED,
        REDEEMED_PAGES,
        is_notice_only=True,
    ),
    MessageKind(
        "reward_returned",
        "{points} points are back at {customer}: {reward}",
        REDEEMED,
        REDEEMED_PAGES,
    ),
    MessageKind(
        "referral_paid",
        "{points} points for you: {customer} had a first repair",
        {"customer": "Hilltop Haulage", "points": "500"},
        REWARD_PAGES,
    ),
    MessageKind(
        "invitation",
        "{inviter} invites you to {company}",
        {
            "inviter": "Ana Ortiz",
            "company": "Harbor Freight Lines",
            "address": "https://shop.example/invitation/abc/",
            "expires": "November 29",
        },
        is_personal=True,
        is_secret=True,
    ),
    MessageKind("join_request", "{person} asks to join {company}", PERSON, TEAM),
    MessageKind("join_accepted", "You now belong to {company}", {"company": PERSON["company"]}),
    MessageKind(
        "join_declined",
        "Your request to join {company} was declined",
        {"company": PERSON["company"]},
    ),
    MessageKind(
        "welcome",
        "Choose your password",
        {"address": "https://shop.example/password/reset/MQ/token/"},
        is_personal=True,
    ),
    MessageKind(
        "email_exists",
        "You already have an account",
        {"address": "https://shop.example/login/"},
        is_personal=True,
    ),
    MessageKind(
        "password_reset",
        "Choose a new password",
        {"address": "https://shop.example/password/reset/abc/def/"},
        is_personal=True,
        is_secret=True,
    ),
    MessageKind("password_changed", "Your password was changed", {}, is_personal=True),
)
