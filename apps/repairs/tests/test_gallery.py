"""The pictures of a repair as pages show them."""

import pytest

from apps.photo_storage.models import StoredPhoto
from apps.repairs.enums import PhotoKind
from apps.repairs.gallery import Gallery, photo_lines
from apps.repairs.models import RepairPhoto

KINDS = PhotoKind


def photo(
    kind: PhotoKind, pk: int, *, repair_id: int = 1, is_internal: bool = False
) -> RepairPhoto:
    stored = StoredPhoto(pk=pk, width=800, height=600)
    return RepairPhoto(
        pk=pk, repair_id=repair_id, stored=stored, kind=kind, is_internal=is_internal
    )


def gallery(*kinds: PhotoKind, archive_url: str = "") -> Gallery:
    photos = [photo(kind, number) for number, kind in enumerate(kinds, 1)]
    return photo_lines(photos, url_name="customer_photo", archive_url=archive_url)


def pairs(*kinds: PhotoKind) -> list[tuple[str, str]]:
    return [(pair.before["label"], pair.after["label"]) for pair in gallery(*kinds).pairs]


def test_each_picture_is_told_with_its_three_addresses() -> None:
    (line,) = gallery(KINDS.BEFORE)
    assert [line[name] for name in ("url", "screen_url", "thumb_url")] == [
        f"/app/photos/1/{variant}/" for variant in ("full", "screen", "thumb")
    ]
    assert (line["label"], line["width"], line["height"]) == ("Before", 800, 600)


def test_labels_that_repeat_are_numbered() -> None:
    photos = [photo(KINDS.AFTER, 1), photo(KINDS.AFTER, 2), photo(KINDS.AFTER, 3, is_internal=True)]
    labels = [line["label"] for line in photo_lines(photos, url_name="office_photo")]
    assert labels == ["After", "After 2", "After, for the shop only"]


def test_pictures_of_a_batch_say_of_which_row() -> None:
    photos = [photo(KINDS.BEFORE, 1), photo(KINDS.BEFORE, 2, repair_id=2), photo(KINDS.BEFORE, 3)]
    of = {1: "4127, 1 of 2", 2: "4128, 2 of 2"}
    labels = [line["label"] for line in photo_lines(photos, url_name="office_photo", of=of)]
    assert labels == ["4127, 1 of 2: Before", "4128, 2 of 2: Before", "4127, 1 of 2: Before 2"]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], []),
        ([KINDS.BEFORE], []),
        ([KINDS.AFTER], []),
        ([KINDS.ADDITIONAL, KINDS.AFTER], []),
        ([KINDS.BEFORE, KINDS.AFTER], [("Before", "After")]),
        ([KINDS.CUSTOMER, KINDS.AFTER], [("From the customer", "After")]),
        ([KINDS.CUSTOMER, KINDS.BEFORE, KINDS.AFTER], [("Before", "After")]),
        ([KINDS.BEFORE, KINDS.AFTER, KINDS.BEFORE, KINDS.AFTER], [("Before 2", "After 2")]),
    ],
)
def test_the_last_before_stands_beside_the_last_after(
    kinds: list[PhotoKind], expected: list[tuple[str, str]]
) -> None:
    assert pairs(*kinds) == expected


def test_the_others_are_what_is_in_no_pair() -> None:
    shown = gallery(KINDS.CUSTOMER, KINDS.BEFORE, KINDS.AFTER, KINDS.AFTER)
    assert [line["label"] for line in shown.others] == ["From the customer", "After"]
    assert gallery(KINDS.BEFORE, KINDS.AFTER).others == []


def test_pictures_of_different_repairs_are_no_pair() -> None:
    mixed = [photo(KINDS.BEFORE, 1), photo(KINDS.AFTER, 2, repair_id=2)]
    assert photo_lines(mixed, url_name="customer_photo").pairs == []


def test_a_gallery_without_pictures_is_empty() -> None:
    assert not gallery(archive_url="/all.zip")
    assert gallery(KINDS.AFTER, archive_url="/all.zip").archive_url == "/all.zip"
