"""Which messages are about a repair, as every portal counts them."""

from django.db.models import QuerySet

from apps.notifications.models import Delivery
from apps.notifications.queries import deliveries_about
from apps.repairs.models import Repair, RepairBatch
from apps.scheduling.models import Appointment


def deliveries_about_repair(repair: Repair) -> QuerySet[Delivery]:
    """Those about the repair, those it was made together with, and its visits."""
    visits = Appointment.objects.filter(repair=repair).order_by().values_list("pk", flat=True)
    batch = [] if repair.repair_batch_id is None else [repair.repair_batch_id]
    return deliveries_about((Repair, [repair.pk]), (RepairBatch, batch), (Appointment, visits))
