import pytest

from apps.notifications.models import MessageText
from tests.cast import Cast
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
PAGE, KIND = "office_message_text", "repair_completed"


def rewrite(cast: Cast, **texts: str) -> str:
    data = {"notice": "Done: {unit_number}", "body": "It is.", "sms": "Done"} | texts
    return folded(send(cast.admin, PAGE, KIND, **data))


def test_texts_are_seen_as_they_read_saved_and_taken_back(cast: Cast) -> None:
    assert "See the texts" in text_of(cast.admin, "office_settings")
    listed = text_of(cast.admin, "office_message_texts")
    assert ("Your own" in listed, "Repaired: unit 4127 of Harbor" in listed) == (False, True)
    shown = text_of(cast.admin, PAGE, KIND)
    assert "<dt>{unit_number}</dt><dd>4127</dd>" in shown
    assert "Repaired: unit 4127 of Harbor Freight Lines, $40.00" in shown
    assert "Back to the original" not in shown
    preview = rewrite(cast, preview="1")
    assert "<dd>Done: 4127</dd>" in preview
    assert not MessageText.objects.exists()
    rewrite(cast)
    assert "Your own" in text_of(cast.admin, "office_message_texts")
    assert "Done: {unit_number}" in text_of(cast.admin, PAGE, KIND)
    assert "The text of a message changed" in text_of(cast.admin, "office_audit")
    send(cast.admin, PAGE, KIND, original="1")
    assert "Your own" not in text_of(cast.admin, "office_message_texts")
    assert MessageText.objects.count() == 2


def test_a_broken_text_is_told_where_it_is_broken_and_kept(cast: Cast) -> None:
    told = rewrite(cast, body="Fine\n{unit}")
    assert "Mail: Line 2: there is no field {unit} here." in told
    assert "Fine {unit}</textarea>" in told
    previewed = rewrite(cast, body="Fine\n{unit}", preview="1")
    assert "Mail: Line 2: there is no field {unit} here." in previewed
    assert "First correct what is marked." in previewed
    assert not MessageText.objects.exists()


def test_what_a_kind_does_not_have_is_not_asked_for(cast: Cast) -> None:
    bell = text_of(cast.admin, PAGE, "repair_started")
    assert ('name="body"' in bell, 'name="sms"' in bell) == (False, False)
    assert send(cast.admin, PAGE, "repair_started", notice="Begun").status_code == 303
    assert "<dd>a line or more</dd>" in text_of(cast.admin, PAGE, "approval_link")
    personal = text_of(cast.admin, PAGE, "password_reset")
    assert ('name="body"' in personal, 'name="sms"' in personal) == (True, False)
    assert visit(cast.admin, PAGE, "nothing").status_code == 404


def test_the_pages_cost_the_same_with_one_version_and_with_three(cast: Cast) -> None:
    rewrite(cast)
    one = [statements_of(cast.admin, "office_message_texts"), statements_of(cast.admin, PAGE, KIND)]
    rewrite(cast, notice="Two")
    send(cast.admin, PAGE, "repair_voided", notice="Three", body="x", sms="y")
    assert statements_of(cast.admin, "office_message_texts") == one[0] == 5
    assert statements_of(cast.admin, PAGE, KIND) == one[1] == 7
