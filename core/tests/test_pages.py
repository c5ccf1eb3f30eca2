"""What the portals' views share, where no portal comes."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory

from core.errors import Invalid
from core.pages import person, tell_in_rows


class Row(forms.Form):
    unit_number = forms.CharField()


def rows() -> forms.BaseFormSet[Row]:
    sent = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    sent |= {"form-0-unit_number": "7", "form-1-unit_number": "8"}
    filled = forms.formset_factory(Row)(sent)
    assert filled.is_valid()
    return filled


def test_a_page_for_somebody_is_missing_for_nobody() -> None:
    request = RequestFactory().get("/app/")
    request.user = AnonymousUser()

    with pytest.raises(Http404):
        person(request)


def test_a_refusal_of_one_row_stands_in_its_field() -> None:
    told = rows()
    errors = {"rows.1.unit_number": ["Taken."]}

    tell_in_rows(told, Invalid("Row 2 is not right.", errors=errors, extra={"row": 1}))

    assert told.errors == [{}, {"unit_number": ["Taken."]}]
    assert told.non_form_errors() == []


@pytest.mark.parametrize("extra", [{}, {"row": 2}, {"row": "first"}])
def test_a_refusal_of_no_row_that_is_there_stands_above_them(extra: dict[str, object]) -> None:
    told = rows()

    tell_in_rows(told, Invalid("Too many units.", extra=extra))

    assert told.errors == [{}, {}]
    assert told.non_form_errors() == ["Too many units."]
