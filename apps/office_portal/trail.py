"""The trail of changes as the office reads it: who, when, what, old and new, with links."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.audit.search import newest_about, newest_of
from apps.repairs.models import ShopPriceList
from apps.repairs.wording import TimelineEntry, in_full
from core.clock import now

SHOWN = 20
SHOP = (
    *("core.shopsettings", "repairs.shoppricelist", "repairs.resintable"),
    "queue_management.damagetypeskill",
)
WITHOUT_ID = frozenset(
    {
        *("office_settings", "office_resins", "office_message_texts"),
        *("office_reward_terms", "office_referrals"),
    }
)
# What an entry can be about, in words, and the page that shows it; the id goes into the address.
KINDS: Mapping[str, tuple[str, str]] = {
    "repairs.repair": ("Repair", "office_repair_detail"),
    "repairs.repairbatch": ("Repairs together", "office_batch_detail"),
    "repairs.unit": ("Unit", "office_unit_detail"),
    "core.customer": ("Customer", "office_customer_detail"),
    "core.customerpreference": ("Approval and messages of a customer", ""),
    "repairs.customerpricing": ("Own prices of a customer", ""),
    "core.customeruser": ("Rights of a customer's person", ""),
    "core.site": ("Place", "office_site"),
    "core.user": ("Person", "office_person"),
    "core.invitation": ("Invitation", ""),
    "core.joinrequest": ("Wish to join", "office_join_request"),
    "technicians.technician": ("Technician", "office_technician"),
    "technicians.skill": ("Skill", ""),
    "jobs.job": ("Job", "office_job"),
    "jobs.jobtask": ("Task of a job", "office_task"),
    "scheduling.appointment": ("Visit", "office_visit"),
    "scheduling.appointmentseries": ("Series of visits", ""),
    "jobs.jobtemplate": ("Checklist", "office_job_template"),
    "jobs.equipment": ("Equipment", "office_equipment_item"),
    "rewards_referrals.reward": ("Points of a customer", ""),
    "rewards_referrals.rewardredemption": ("Redeemed reward", "office_redemption"),
    "rewards_referrals.rewardoption": ("Reward on offer", "office_reward_option"),
    "rewards_referrals.rewardtype": ("Kind of reward", "office_reward_type"),
    "rewards_referrals.rewardterms": ("What brings points", "office_reward_terms"),
    "rewards_referrals.referralcode": ("Referral code", ""),
    "rewards_referrals.referral": ("Referral", "office_referrals"),
    "core.shopsettings": ("Settings of the shop", "office_settings"),
    "repairs.shoppricelist": ("Prices of the shop", "office_settings"),
    "repairs.resintable": ("Table of resins", "office_resins"),
    "core.outboxmessage": ("Work in the background", ""),
    "notifications.messagetext": ("Text of a message", "office_message_texts"),
    "notifications.pushsubscription": ("Browser that shows messages", ""),
    "notifications.messagewishes": ("Messages that somebody wants", ""),
    "queue_management.damagetypeskill": ("Skill that damage asks for", "office_settings"),
}


@dataclass(frozen=True)
class TrailLine:
    """One entry: what happened, what it happened to, and where to look at that."""

    entry: TimelineEntry
    kind: str
    target: str
    url: str


@dataclass(frozen=True)
class History:
    """What was changed last beside a form, old and new, and where all of it is found."""

    entries: list[TimelineEntry]
    links: list[tuple[str, str]]


def trail(entries: Iterable[AuditEntry]) -> Iterator[TrailLine]:
    """The entries in their order, one by one."""
    return map(_line, entries)


def _line(entry: AuditEntry) -> TrailLine:
    kind, page = KINDS.get(entry.target_type, (entry.target_type, ""))
    arguments = [] if page in WITHOUT_ID else [entry.target_id]
    url = reverse(page, args=arguments) if page else ""
    return TrailLine(in_full(entry), kind, entry.target_label, url)


def shop_history() -> History:
    """What the owner changed of the shop, the newest first."""
    return History(
        [in_full(entry) for entry in newest_of(SHOP, number=SHOWN)],
        [
            found_in_audit("All changes of the settings", kind="core.shopsettings"),
            found_in_audit("All changes of the prices", kind="repairs.shoppricelist"),
        ],
    )


def history_beside(target: Model) -> History:
    """What was changed of one object, the newest first."""
    entries = [in_full(entry) for entry in newest_about(target, number=SHOWN)]
    about = {"kind": target._meta.label_lower, "number": target.pk}
    return History(entries, [found_in_audit("All changes", **about)])


def found_in_audit(label: str, **query: object) -> tuple[str, str]:
    """A link to where the audit shows these entries: its label and its address."""
    return label, f"{reverse('office_audit')}?{urlencode(query)}"


def planned_prices() -> list[ShopPriceList]:
    """Tiers that are in force only later, the next first."""
    return list(ShopPriceList.objects.filter(valid_from__gt=now()).order_by("valid_from", "id"))
