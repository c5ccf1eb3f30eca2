"""What happens in the demonstration: repairs in every status, some jobs, made by the use cases.

So prices, approvals, workloads, messages and audit entries are those of real work.
"""

from decimal import Decimal
from typing import Any

from apps.queue_management.use_cases import (
    BatchRow,
    RequestDetails,
    add_photo,
    approve_repair,
    complete_repair,
    create_field_batch,
    create_field_repair,
    deny_repair,
    request_repair,
    start_repair,
    void_repair,
)
from apps.repairs.enums import DamageType, PhotoKind, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.services import Reason
from core.models import Customer, User
from rs_systems.demo.cast import ADMIN, Cast
from rs_systems.demo.jobs import tell_jobs
from rs_systems.demo.pictures import windshield
from rs_systems.demo.rewards import begin_rewards, tell_rewards
from rs_systems.demo.visits import tell_visits


def tell(cast: Cast) -> None:
    """Let everything happen; part of a running use case."""
    begin_rewards(cast)
    _requests(cast)
    _work_in_hand(cast)
    _waiting_for_approval(cast)
    _finished(cast)
    _refused(cast)
    _other_customers(cast)
    tell_jobs(cast)
    tell_visits(cast)
    tell_rewards(cast)


def _requests(cast: Cast) -> None:
    customer = cast.people["democustomer"]
    chip = _details("4128", DamageType.CHIP, "Chip on the driver's side, since this morning.")
    crack = RequestDetails(
        unit_number="4131",
        damage_type=DamageType.CRACK,
        description="Short crack low on the passenger's side.",
        site_id=cast.yard.pk,
        contact_name="Gate 2",
    )
    for details in (chip, crack):
        request_repair(actor=customer, customer_id=cast.fleet.pk, details=details)


def _work_in_hand(cast: Cast) -> None:
    second, third = cast.people["tech2"], cast.people["tech3"]
    taken = _requested(cast, "4135", DamageType.STAR_BREAK, "Star break above the wiper.")
    approve_repair(actor=second, repair_id=taken.pk)
    started = _requested(cast, "4139", DamageType.HALF_MOON, "Half-moon in the line of sight.")
    approve_repair(actor=third, repair_id=started.pk)
    start_repair(actor=third, repair_id=started.pk)


def _waiting_for_approval(cast: Cast) -> None:
    _found(cast, "tech1", "4142", DamageType.BULLS_EYE, "Bull's eye found at the morning check.")
    rows = [
        BatchRow(unit_number=number, damage_type=damage, site_id=cast.depot.pk, description=words)
        for number, damage, words in (
            ("4150", DamageType.CHIP, "Upper left."),
            ("4150", DamageType.STAR_BREAK, "Lower right."),
            ("4151", DamageType.CHIP, "Centre."),
        )
    ]
    create_field_batch(actor=cast.people["tech2"], customer_id=cast.fleet.pk, rows=rows)


def _finished(cast: Cast) -> None:
    first = cast.people["tech1"]
    for damage, words, across, down in (
        (DamageType.STAR_BREAK, "Star break, gravel on the interstate.", 34, 62),
        (DamageType.CHIP, "Chip beside the sticker.", 12, 84),
        (DamageType.COMBINATION_BREAK, "Combination break, top right.", 81, 17),
    ):
        repair = _requested(
            cast, "4127", damage, words, damage_x=Decimal(across), damage_y=Decimal(down)
        )
        _finish(repair, first, with_photos=damage == DamageType.STAR_BREAK)
    mistaken = _requested(cast, "4163", DamageType.CHIP, "Chip near the mirror.")
    _finish(mistaken, first)
    reason = "Booked on the wrong unit"
    void_repair(actor=cast.people[ADMIN], repair_id=mistaken.pk, reason=reason)


def _refused(cast: Cast) -> None:
    repair = _found(cast, "tech3", "4160", DamageType.CRACK, "Crack across the whole glass.")
    reason = Reason(ReasonCode.DECLINED, "The windshield is replaced next week.")
    deny_repair(actor=cast.people["democustomer"], repair_id=repair.pk, reason=reason)


def _other_customers(cast: Cast) -> None:
    stranger, first = cast.people["otherfleet"], cast.people["tech1"]
    for damage in (DamageType.CHIP, DamageType.CRACK):
        repair = request_repair(
            actor=stranger, customer_id=cast.other.pk, details=_details("4127", damage)
        )
        if damage == DamageType.CHIP:
            _finish(repair, first)
    _person(cast.person, first, cast.people[ADMIN])


def _person(person: Customer, technician: User, admin: User) -> None:
    details = _details("2014 Honda Civic", DamageType.CHIP, "Chip, met at the supermarket.")
    repair = create_field_repair(actor=technician, customer_id=person.pk, details=details)
    approve_repair(actor=admin, repair_id=repair.pk, reason=Reason(text="Agreed on the phone"))
    _finish(repair, technician)


def _details(number: str, damage: DamageType, words: str = "", **position: Any) -> RequestDetails:
    return RequestDetails(unit_number=number, damage_type=damage, description=words, **position)


def _requested(cast: Cast, number: str, damage: DamageType, words: str, **position: Any) -> Repair:
    return request_repair(
        actor=cast.people["democustomer"],
        customer_id=cast.fleet.pk,
        details=_details(number, damage, words, **position),
    )


def _found(cast: Cast, finder: str, number: str, damage: DamageType, words: str) -> Repair:
    return create_field_repair(
        actor=cast.people[finder],
        customer_id=cast.fleet.pk,
        details=_details(number, damage, words),
    )


def _finish(repair: Repair, technician: User, *, with_photos: bool = False) -> None:
    if repair.requested_at is not None:
        approve_repair(actor=technician, repair_id=repair.pk)
    start_repair(actor=technician, repair_id=repair.pk)
    if with_photos:
        for kind in (PhotoKind.BEFORE, PhotoKind.AFTER):
            upload = windshield(is_broken=kind == PhotoKind.BEFORE)
            add_photo(actor=technician, repair_id=repair.pk, upload=upload, kind=kind)
    complete_repair(actor=technician, repair_id=repair.pk)
