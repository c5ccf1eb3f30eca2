"""Lists of repairs and of units as files for spreadsheets; every portal's list offers its own."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from apps.repairs.models import Repair, Unit
from core.csv_files import csv_response, every_row
from core.money import ZERO
from core.shop import shop_today
from core.templatetags.status_words import Reader, status_look

Column = tuple[str, Callable[[Repair], object]]


def _status(reader: Reader) -> Callable[[Repair], str]:
    def words(repair: Repair) -> str:
        if repair.voided_at is not None:
            return "Voided"
        return status_look(repair.queue_status, reader=reader, reason_code=repair.reason_code).words

    return words


def _charged(repair: Repair) -> object:
    if repair.voided_at is not None:
        return ZERO
    return repair.discounted_cost if repair.priced_at is not None else None


# What a sales agent reads of a customer's repairs (DOMAIN, "Who sees what").
STATUS_AND_PRICE = {
    *("Repair", "Customer", "Unit", "Date", "Status", "Completed"),
    *("At most", "Price", "Discount", "Charged"),
}


def _columns(reader: Reader) -> list[Column]:
    customer: list[Column] = [("Customer", lambda repair: repair.customer.name)]
    return [
        ("Repair", lambda repair: repair.pk),
        *(customer if reader != "customer" else []),
        ("Unit", lambda repair: repair.unit_number),
        ("Date", lambda repair: repair.repair_date),
        ("Status", _status(reader)),
        ("Damage", lambda repair: repair.get_damage_type_display()),
        ("Description", lambda repair: repair.description),
        ("Place", lambda repair: repair.site and repair.site.name),
        ("Technician", lambda repair: repair.technician and str(repair.technician)),
        ("Completed", lambda repair: repair.completed_at),
        ("At most", lambda repair: repair.approved_amount),
        ("Price", lambda repair: repair.cost if repair.priced_at is not None else None),
        ("Discount", lambda repair: repair.discount if repair.priced_at is not None else None),
        ("Charged", _charged),
        ("PO number", lambda repair: repair.po_number),
        ("Reference", lambda repair: repair.external_ref),
        ("Asked by", lambda repair: repair.requested_by_name),
        ("Together", lambda repair: repair.repair_batch_id),
        ("Came back of", lambda repair: repair.redo_of_id),
    ]


def repairs_csv(
    repairs: "QuerySet[Repair]", *, reader: Reader, sees_work: bool = True
) -> StreamingHttpResponse:
    """The repairs of a list, as ``repair_list`` reads them, newest first, in the reader's words.

    Who does not see the work has the columns of ``STATUS_AND_PRICE`` only.
    """
    every = _columns(reader)
    columns = every if sees_work else [each for each in every if each[0] in STATUS_AND_PRICE]
    rows = every_row(repairs, ordering=("-repair_date", "-id"))
    return csv_response(
        f"repairs-{shop_today()}",
        columns=[title for title, _ in columns],
        rows=([value(repair) for _, value in columns] for repair in rows),
    )


def units_csv(units: "QuerySet[Unit]") -> StreamingHttpResponse:
    """The units of a list, read with ``repair_count``, by number."""
    return csv_response(
        f"units-{shop_today()}",
        columns=["Unit", "VIN", "Year", "Make", "Model", "Plate", "In use", "Repairs"],
        rows=(_unit(unit) for unit in every_row(units, ordering=("number_key", "id"))),
    )


def _unit(unit: Unit) -> Sequence[object]:
    counter = getattr(unit, "repair_count", None)
    return [
        *(unit.number, unit.vin, unit.year, unit.make, unit.model, unit.plate, unit.is_active),
        counter.count if counter is not None else 0,
    ]
