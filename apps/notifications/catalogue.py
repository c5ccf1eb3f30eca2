"""What the shop says. Texts only: who is told, and when, is decided above.

Fields are the same for every kind about repairs: those of ``REPAIR``, and ``number`` (how many)
for a batch and for work given out together; about jobs those of ``JOB``. Amounts are bare
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
JOB_PAGES = {
    Role.TECHNICIAN.value: "technician_job",
}
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
LINK = "https://shop.example/r/abc/"
TEAM = {
    Role.CUSTOMER.value: "customer_team",
    Role.ADMIN.value: "office_people",
}
PERSON = {"person": "Ana Ortiz", "company": "Harbor Freight Lines"}


def _repair(code: str, text: str, **more: object) -> MessageKind:
    return MessageKind(code, text, REPAIR | more, REPAIR_PAGES)


def _batch(code: str, text: str) -> MessageKind:
    return MessageKind(code, text, REPAIR | {"number": 12, "batch_id": 3}, BATCH_PAGES)


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
    MessageKind("job_reassigned", "“{title}” for {customer} is now with {technician}", JOB),
    MessageKind("job_completed", "Done: “{title}” for {customer}", JOB, JOB_PAGES),
    MessageKind("job_overdue", "Overdue: “{title}” for {customer}", JOB, JOB_PAGES),
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
