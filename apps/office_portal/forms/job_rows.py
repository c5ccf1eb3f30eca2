"""A new job with the rows of its tasks, as one thing to check and to carry out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from apps.jobs.models import Job
from apps.jobs.services import TaskDetails
from apps.jobs.services.details import MOST_TASKS
from apps.office_portal.forms.jobs import TaskForm, equipment_choices
from apps.portal_pages.requests import ADD_ROW
from core.errors import DomainError
from core.pages import tell_in_form, whole_number

PREFIX = "tasks"
# Buttons for who has no script: another row, the places of the customer that was chosen.
HALF_FILLED = frozenset({ADD_ROW, "places"})

TaskFormSet = forms.formset_factory(
    TaskForm, extra=0, max_num=MOST_TASKS, absolute_max=MOST_TASKS, validate_max=True
)


class JobForms:
    """The job and its tasks.

    Attributes:
        form: What the job is, and for whom.
        rows: One form a task, in their order; what is left empty is passed over.
        is_half_filled: Whether they are only to be shown again, with more in them.
    """

    def __init__(
        self, request: HttpRequest, *, form: Callable[..., Any], known: Mapping[str, Any]
    ) -> None:
        """Fill the forms with what was sent, else with what is known already.

        Args:
            request: Whose POST is read.
            form: Makes the form of the job.
            known: What is filled in already.
        """
        posted, options = request.POST, {"equipment": equipment_choices()}
        self.is_half_filled = not HALF_FILLED.isdisjoint(posted)
        if self.is_half_filled:
            self.form = form(initial=posted.dict() | dict(known))
            self.rows = _as_sent(posted, options)
        elif request.method == "POST":
            self.form, self.rows = form(posted), _sent(posted, options)
        else:
            self.form = form(initial=known)
            self.rows = TaskFormSet(initial=[{}], prefix=PREFIX, form_kwargs=options)

    def are_valid(self) -> bool:
        """Whether every form is."""
        return all([self.form.is_valid(), self.rows.is_valid()])

    def send(self, make: Callable[[Sequence[TaskDetails]], Job]) -> Job | None:
        """Make the job with its tasks; ``None`` and errors told beside what they are about."""
        filled = [row for row in self.rows.forms if row.cleaned_data]
        try:
            return make([row.details() for row in filled])
        except DomainError as refusal:
            self._tell(filled, refusal)
            return None

    def _tell(self, filled: Sequence[Any], refusal: DomainError) -> None:
        """Errors named ``tasks.2.title`` go to that field of the third filled row."""
        of_rows = {name: told for name, told in refusal.errors.items() if name.startswith(PREFIX)}
        for name, told in of_rows.items():
            _, place, field = name.split(".")
            filled[int(place)].add_error(field, told)
        if not of_rows:
            tell_in_form(self.form, refusal)


def _sent(posted: QueryDict, options: dict[str, Any]) -> Any:
    data = posted.copy()
    data.setdefault(f"{PREFIX}-TOTAL_FORMS", "0")
    # None counts as an initial one, so that a row which was left empty is passed over.
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return TaskFormSet(data, prefix=PREFIX, form_kwargs=options)


def _as_sent(posted: QueryDict, options: dict[str, Any]) -> Any:
    """The rows as they were filled in, not checked yet, and one more where it is asked for."""
    number = min(whole_number(posted.get(f"{PREFIX}-TOTAL_FORMS", "")) or 0, MOST_TASKS)
    rows: list[dict[str, Any]] = [_row(posted, f"{PREFIX}-{place}-") for place in range(number)]
    if ADD_ROW in posted and number < MOST_TASKS:
        rows.append({})
    return TaskFormSet(initial=rows, prefix=PREFIX, form_kwargs=options)


def _row(posted: QueryDict, prefix: str) -> dict[str, Any]:
    words = {name: posted.get(f"{prefix}{name}", "") for name in ("title", "description")}
    return words | {"equipment": posted.getlist(f"{prefix}equipment")}
