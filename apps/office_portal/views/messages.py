"""What was sent about a repair, a job or a customer, and what was not, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.jobs.models import Job
from apps.notifications.pages import messages_page
from apps.notifications.queries import deliveries_about, deliveries_of_customer
from apps.people.rules import customers_visible_to
from apps.portal_pages.messages import deliveries_about_repair
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from core.pages import person


def office_repair_messages(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Messages about a repair and its visits."""
    repair = get_object_or_404(Repair.objects.visible_to(person(request)), pk=repair_id)
    return messages_page(
        request,
        deliveries_about_repair(repair),
        about=f"Unit {repair.unit_number}",
        back=reverse("office_repair_detail", args=[repair_id]),
        back_label="Repair",
    )


def office_job_messages(request: HttpRequest, job_id: int) -> HttpResponse:
    """Messages about a job and its visits."""
    job = get_object_or_404(Job.objects.visible_to(person(request)), pk=job_id)
    visits = Appointment.objects.filter(job=job).order_by().values_list("pk", flat=True)
    return messages_page(
        request,
        deliveries_about((Job, [job.pk]), (Appointment, visits)),
        about=job.title,
        back=reverse("office_job", args=[job_id]),
        back_label="Job",
    )


def office_customer_messages(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Messages about anything of a customer's."""
    customer = get_object_or_404(customers_visible_to(person(request)), pk=customer_id)
    return messages_page(
        request,
        deliveries_of_customer(customer),
        about=customer.name,
        back=reverse("office_customer_detail", args=[customer_id]),
        back_label="Customer",
    )
