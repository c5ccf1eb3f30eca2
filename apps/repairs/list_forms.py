"""Forms of a vehicle list that several doors show: the file, and which column is which field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.repairs.fleet_file import FIELDS, LARGEST_FILE, MAXIMUM_ROWS

LABELS = {
    "number": "Unit number",
    "vin": "VIN",
    "year": "Year",
    "make": "Make",
    "model": "Model",
    "plate": "License plate",
    "kind": "What it is (to find trailers and machines)",
}


class ListFileForm(forms.Form):
    """The list as a file."""

    file = forms.FileField(
        label="The list",
        help_text=(
            "CSV or Excel (.xlsx) with one vehicle a row, in any order of columns; "
            f"up to {MAXIMUM_ROWS:,} rows and {LARGEST_FILE // 1024**2} MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"empty": "The file is empty.", "required": "Choose the file."},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse a file too large before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            message = f"The file is larger than {LARGEST_FILE // 1024**2} MB; split it."
            raise forms.ValidationError(message)
        return file


class ColumnsForm(forms.Form):
    """Which column is which field; shows the guess, with what stands in the first rows."""

    def __init__(self, *, heading: Sequence[Mapping[str, Any]], columns: Mapping[str, int]) -> None:
        super().__init__(prefix="column", initial=dict(columns))
        choices = [("", "Not in the list"), *(_choice(*each) for each in enumerate(heading))]
        for field in FIELDS:
            self.fields[field] = forms.ChoiceField(
                label=LABELS[field], choices=choices, required=field == "number"
            )


def _choice(place: int, column: Mapping[str, Any]) -> tuple[int, str]:
    name = column["name"] or f"Column {place + 1}"
    samples = ", ".join(column["samples"])
    return place, f"{name} ({samples})" if samples else name
