"""Asking for repairs: the rows, what holds for all of them, and their pictures."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.photo_storage.forms import MOST_A_FORM, check_together
from apps.photo_storage.services import PreparedPhoto
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.forms import PREFIX, BreakFormSet, filled_rows, row_data, rows_as_sent
from apps.repairs.models import Repair
from core.errors import Conflict, DomainError
from core.pages import tell_in_form, tell_in_rows

DetailsOf = Callable[[dict[str, Any], dict[str, Any]], RequestDetails]
ADD_ROW = "add_row"


class RequestForms:
    """The rows and what holds for all of them, as one thing to check and to carry out.

    Attributes:
        visit: What holds for all rows.
        rows: One form a break.
        is_half_filled: Whether they are only to be shown again with more of them.
        duplicate: The refusal by an open repair of the same unit, which can be overruled.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        visit: Callable[..., Any],
        rows: Any = BreakFormSet,
        known: Mapping[str, Any] | None = None,
        form_kwargs: Mapping[str, Any] | None = None,
        half_filled: Collection[str] = (ADD_ROW,),
    ) -> None:
        """Fill the forms with what was sent, else with what the address says.

        Args:
            request: Its ``unit`` in the address goes into the first row.
            visit: Makes the form of what holds for all rows.
            rows: The set of forms that the rows are.
            known: What is filled in already of the visit.
            form_kwargs: What each form of a row is made with.
            half_filled: Buttons, for who has no script, that send them to be shown again.
        """
        self.duplicate: Conflict | None = None
        self.fault: ValidationError | None = None
        options = {"form_kwargs": form_kwargs or {}}
        posted = request.POST
        self.is_half_filled = any(button in posted for button in half_filled)
        if self.is_half_filled:
            self.visit = visit(initial=posted.dict() | dict(known or {}))
            self.rows = rows_as_sent(posted, rows, empty=ADD_ROW in posted, **options)
        elif request.method == "POST":
            sent = row_data(posted)
            self.visit = visit(sent)
            self.rows = rows(sent, self._files(request), prefix=PREFIX, **options)
        else:
            first = {"unit_number": request.GET.get("unit", "")[:50]}
            self.visit = visit(initial=known)
            self.rows = rows(initial=[first], prefix=PREFIX, **options)

    def _files(self, request: HttpRequest) -> Any:
        """The pictures; none where they are too many, so that not one of them is decoded."""
        sent = [upload for _, uploads in request.FILES.lists() for upload in uploads]
        try:
            check_together(sent, MOST_A_FORM)
        except ValidationError as fault:
            self.fault = fault
            return None
        return request.FILES

    def are_valid(self) -> bool:
        """Whether every form is."""
        is_valid = all([self.visit.is_valid(), self.rows.is_valid()])
        if self.fault is not None:
            self.visit.add_error(None, self.fault)
        return is_valid and self.fault is None

    def photos(self) -> list[list[PreparedPhoto]]:
        """The pictures of each filled row, of valid forms."""
        return [row.get("photos", []) for row in filled_rows(self.rows)]

    def every_photo(self) -> list[PreparedPhoto]:
        """The pictures of all rows."""
        return [photo for own in self.photos() for photo in own]

    def send(
        self, ask: Callable[..., list[Repair]], *, details_of: DetailsOf, **who: Any
    ) -> list[Repair] | None:
        """Run the use case with its rows and pictures; ``None`` and errors told if refused."""
        visit = self.visit.cleaned_data
        try:
            return ask(
                rows=[details_of(row, visit) for row in filled_rows(self.rows)],
                photos=self.photos(),
                confirm_duplicate=visit["confirm_duplicate"],
                **who,
            )
        except DomainError as refusal:
            if isinstance(refusal, Conflict) and refusal.code == "possible_duplicate":
                self.duplicate = refusal
            else:
                self.tell(refusal)
            return None

    def tell(self, refusal: DomainError) -> None:
        """Put a refusal beside the row that it is about, or above the form."""
        if "row" in refusal.extra:
            tell_in_rows(self.rows, refusal)
        elif len(self.rows.forms) == 1 and "unit_number" in refusal.errors:
            tell_in_form(self.rows.forms[0], refusal)
        else:
            tell_in_form(self.visit, refusal)
