"""Forms about jobs and their tasks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from apps.jobs.enums import JobStatus, Priority, TaskStatus
from apps.jobs.models import Equipment, Job, JobTask
from apps.jobs.services import JobDetails, TaskDetails
from apps.office_portal.filters import NOBODY
from apps.office_portal.forms.customers import CustomerForm
from apps.office_portal.forms.shared import ForCustomer, OwnIds, day_input, text
from apps.technicians.forms import TechnicianField, named
from apps.technicians.models import Technician
from core.models import Site

Choices = Sequence[tuple[int, str]]
JOB_FIELDS = ("title", "description", "priority", "site", "scheduled_date", "assigned_to")
WORDS = JOB_FIELDS[:3]
CUSTOMER_FIELDS = ("kind", "name", "email", "phone", "confirm_same_phone")


def _active() -> QuerySet[Technician]:
    return Technician.objects.filter(is_active=True, user__is_active=True)


def equipment_choices(kept: Sequence[Equipment] = ()) -> list[tuple[int, str]]:
    """What a task can be given, and what it has already: retired items are told so."""
    columns = ("pk", "name", "serial_number")
    rows = Equipment.objects.filter(is_active=True).order_by("name", "pk").values_list(*columns)
    usable = [(pk, f"{name} ({serial})" if serial else name) for pk, name, serial in rows]
    return [*((item.pk, f"{item}, retired") for item in kept if not item.is_active), *usable]


class JobForm(forms.Form):
    """What a job is, and when it is done by whom."""

    title = forms.CharField(label="What is to be done", max_length=200)
    description = text("In more words", rows=3, most=2000)
    priority = forms.ChoiceField(
        label="Priority", choices=list(reversed(Priority.choices)), initial=Priority.MEDIUM
    )
    scheduled_date = forms.DateField(label="Date", required=False, widget=day_input())
    assigned_to = TechnicianField(
        _active().order_by("user__first_name", "id"),
        label="Technician",
        required=False,
        empty_label="Nobody yet",
    )

    def details(self, tasks: Sequence[TaskDetails]) -> JobDetails:
        """The job with these tasks, as the use cases make one."""
        sent = self.cleaned_data
        technician, site = sent["assigned_to"], sent.get("site")
        return JobDetails(
            **{name: sent[name] for name in (*WORDS, "scheduled_date")},
            assigned_to_id=technician.user_id if technician else None,
            site_id=site.pk if site else None,
            repair_id=sent.get("repair"),
            tasks=tasks,
        )


class JobEditForm(JobForm):
    """The same of a job that is there; of a closed one only the words are changed."""

    site = forms.ModelChoiceField(
        Site.objects.none(), label="Place", required=False, empty_label="Not decided yet"
    )
    field_order = JOB_FIELDS

    def __init__(self, posted: QueryDict | None = None, *, job: Job) -> None:
        known = {name: getattr(job, name) for name in WORDS}
        known |= {"site": job.site_id, "scheduled_date": job.scheduled_date}
        technician = getattr(job.assigned_to, "technician", None)
        super().__init__(posted, initial=known | {"assigned_to": technician})
        # What it has stays to be chosen, though nothing new may get it any more.
        places = Site.objects.filter(customer=job.customer_id)
        self._offer("site", places.filter(Q(is_active=True) | Q(pk=job.site_id)))
        own = Technician.objects.filter(user=job.assigned_to_id)
        self._offer("assigned_to", (_active() | own).order_by("user__first_name", "id"))
        if not job.is_open:
            self.fields = {name: self.fields[name] for name in WORDS}

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        choice = self.fields[name]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - both are declared so
        choice.queryset = rows

    def values(self) -> dict[str, Any]:
        """The fields as the use case names them."""
        values = dict(self.cleaned_data)
        if "site" in values:
            technician, site = values.pop("assigned_to"), values.pop("site")
            values["assigned_to_id"] = technician.user_id if technician else None
            values["site_id"] = site.pk if site else None
        return values


class NewJobForm(ForCustomer, JobForm):
    """A job of one of the customers that its maker may choose; its tasks are rows beside it."""

    repair = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**62)
    field_order = ("customer", *JOB_FIELDS)


class FirstJobForm(CustomerForm, JobForm):
    """A customer who was not known yet, and the first job for it."""

    billing_address = None  # type: ignore[assignment] # so Django is told to leave a field out
    field_order = ("kind", "name", "email", "phone", *JOB_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, with_owner=False, **kwargs)

    def changes(self) -> dict[str, Any]:
        """What the use case takes of the customer."""
        return {name: self.cleaned_data[name] for name in CUSTOMER_FIELDS}


class TaskForm(forms.Form):
    """One step of a job."""

    title = forms.CharField(
        label="Task", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    description = text("How", most=2000)
    equipment = forms.TypedMultipleChoiceField(
        label="Equipment",
        help_text="Several may be chosen, with Ctrl or ⌘ held.",
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )

    def __init__(self, *args: Any, equipment: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not equipment:
            del self.fields["equipment"]
            return
        choice = self.fields["equipment"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = equipment

    def details(self) -> TaskDetails:
        """What the use cases take."""
        return TaskDetails(**self.cleaned_data)


class NewTaskForm(OwnIds, TaskForm):
    """A task more, on the page of its job."""

    ids = "task"


class TaskEditForm(TaskForm):
    """A task that is there, with the notes of who works on it; under a closed job the notes."""

    notes = text("Notes", rows=3, most=2000)

    def __init__(self, posted: QueryDict | None = None, *, task: JobTask) -> None:
        present = list(task.equipment.order_by("name", "pk"))
        known = {name: getattr(task, name) for name in ("title", "description", "notes")}
        known["equipment"] = [item.pk for item in present]
        offered = equipment_choices(present)
        super().__init__(posted, initial=known, equipment=offered)
        if not task.job.is_open:
            self.fields = {"notes": self.fields["notes"]}


class JobMoveForm(forms.Form):
    """Where a job goes, and why; a page has one for each move."""

    status = forms.ChoiceField(choices=JobStatus.choices, widget=forms.HiddenInput)
    reason = text("Why")

    def __init__(self, *args: Any, status: str, **kwargs: Any) -> None:
        # Anything may be posted; a stray % would spoil the pattern.
        kwargs["auto_id"] = f"{status if status in JobStatus.values else 'move'}_%s"
        super().__init__(*args, **kwargs)


class TaskMoveForm(forms.Form):
    """Where a task goes."""

    status = forms.ChoiceField(choices=TaskStatus.choices, widget=forms.HiddenInput)


class AssignJobsForm(OwnIds, forms.Form):
    """Whom many jobs are given to at once; that nobody has them any more is a choice of its own."""

    ids = "assign"

    technician = forms.ChoiceField(label="Give them to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["technician"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        people = named(_active().order_by("user__first_name", "id"))
        choice.choices = [("", "Choose a technician"), (NOBODY, "Nobody yet"), *people]

    def clean_technician(self) -> Technician | None:
        """The one who is meant, or nobody."""
        sent = self.cleaned_data["technician"]
        return None if sent == NOBODY else _active().get(pk=sent)
