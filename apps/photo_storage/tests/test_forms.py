"""Fields for pictures: checked one by one, refused by name, bounded together."""

from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from apps.photo_storage import forms as fields
from apps.photo_storage.forms import PhotosField
from apps.photo_storage.tests.pictures import plain, uploaded


class Asked(forms.Form):
    images = PhotosField()


class Offered(forms.Form):
    images = PhotosField(required=False)


def sent(*uploads: Any, form: type[forms.Form] = Asked) -> forms.Form:
    return form({}, MultiValueDict({"images": list(uploads)}))


def test_every_picture_is_decoded() -> None:
    form = sent(uploaded(plain((30, 20))), uploaded(plain((50, 20))))
    assert form.is_valid()
    assert [photo.clean.width for photo in form.cleaned_data["images"]] == [30, 50]


def test_a_refused_one_is_told_by_its_name() -> None:
    form = sent(
        uploaded(plain(), "good.jpg"),
        uploaded(b"no picture", "bad.jpg"),
        uploaded(b"", "nothing.jpg"),
    )
    assert form.errors["images"] == [
        "bad.jpg: This is not a picture. Send a JPEG, PNG, WebP or HEIC.",
        "nothing.jpg: The submitted file is empty.",
    ]


def test_more_than_a_field_takes_are_refused_before_one_is_decoded() -> None:
    form = sent(*(uploaded(b"no picture") for _ in range(fields.MOST + 1)))
    assert form.errors["images"] == ["Send at most 10 pictures at once."]


def test_more_bytes_than_a_form_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "MOST_BYTES", 1024**2)
    form = sent(uploaded(bytes(600_000)), uploaded(bytes(600_000)))
    assert form.errors["images"] == ["The pictures are larger than 1 MB together; send fewer."]


def test_where_one_is_asked_for_none_is_not_enough() -> None:
    assert sent().errors["images"] == ["This field is required."]


def test_where_none_is_needed_none_is_an_empty_list() -> None:
    form = sent(form=Offered)
    assert form.is_valid()
    assert (form.cleaned_data["images"], form.has_changed()) == ([], False)
    assert sent(uploaded(plain()), form=Offered).has_changed()
