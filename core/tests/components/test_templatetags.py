"""The components: what tags say, and that what people typed stays text."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.forms import formset_factory

from core.templatetags import times
from core.templatetags.fields import FieldError, all_errors, kind_of
from core.templatetags.status_words import status_look
from core.templatetags.ui import day, icon, moment, money, points, when, words
from core.tests.components import NOON, RequestForm, shown

# --- words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234.5"), "$1,234.50"),
        (Decimal(0), "$0.00"),
        ("12.345", "$12.35"),
        (Decimal(-5), "\N{MINUS SIGN}$5.00"),
        (None, ""),
        ("", ""),
    ],
)
def test_money_shows_dollars_and_cents(amount: Any, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("number", "sign", "text"),
    [
        (1250, "", "1,250"),
        (50, "+", "+50"),
        (-1250, "", "\N{MINUS SIGN}1,250"),
        (-50, "+", "\N{MINUS SIGN}50"),
        (None, "", ""),
    ],
)
def test_points_show_thousands_and_what_came_or_went(
    number: int | None, sign: str, text: str
) -> None:
    assert points(number, sign) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOON + dt.timedelta(hours=2, minutes=30), "Today 14:30"),
        (NOON - dt.timedelta(hours=14), "Yesterday 22:00"),
        (NOON + dt.timedelta(days=1), "Tomorrow 12:00"),
        (NOON - dt.timedelta(days=2), "10 Mar 12:00"),
        (NOON - dt.timedelta(days=365), "12 Mar 2025 12:00"),
        (None, ""),
    ],
)
def test_when_speaks_in_the_readers_zone(at: dt.datetime | None, text: str) -> None:
    assert when(at) == text


def test_when_names_a_zone_whose_clock_differs() -> None:
    assert when(NOON, "America/Los_Angeles") == "Today 09:00 PDT"


def test_when_does_not_name_a_zone_with_the_same_clock() -> None:
    assert when(NOON, ZoneInfo("America/Toronto")) == "Today 12:00"


def test_when_reads_today_in_the_zone_asked_for() -> None:
    assert when(NOON, "Asia/Tokyo") == "Today 01:00 JST"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(2026, 3, 12), "Today"),
        (dt.date(2026, 3, 11), "Yesterday"),
        (dt.date(2026, 12, 1), "1 Dec"),
        (NOON + dt.timedelta(hours=13), "Tomorrow"),
        (None, ""),
    ],
)
def test_day_shows_no_clock(value: dt.date | None, text: str) -> None:
    assert day(value) == text


def test_day_of_an_instant_depends_on_the_zone() -> None:
    assert day(NOON + dt.timedelta(hours=5), "Asia/Tokyo") == "Today"
    assert day(NOON - dt.timedelta(hours=2), "Asia/Tokyo") == "Yesterday"


def test_zone_of_without_one_is_the_requests() -> None:
    assert times.zone_of("") == ZoneInfo("America/New_York")


def test_moment_carries_the_exact_instant() -> None:
    assert moment(NOON) == (
        '<time datetime="2026-03-12T16:00:00+00:00" title="12 March 2026, 12:00 EDT">'
        "Today 12:00</time>"
    )


def test_moment_of_nothing_is_nothing() -> None:
    assert moment(None) == ""


def test_words_of_a_field_name() -> None:
    assert words("po_number") == "Po number"


# --- status -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("customer", "Needs your approval"),
        ("technician", "Waiting for customer"),
        ("office", "Waiting for approval"),
    ],
)
def test_pending_is_worded_for_its_reader(reader: Any, text: str) -> None:
    assert status_look("PENDING", reader=reader).words == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("declined", "Declined"),
        ("cancelled", "Cancelled"),
        ("not_repairable", "Not repairable"),
        ("mistake", "Entered by mistake"),
        ("", "Declined"),
    ],
)
def test_denied_says_its_reason(reason: str, text: str) -> None:
    assert status_look("DENIED", reader="customer", reason_code=reason).words == text


def test_reason_of_an_earlier_move_does_not_reword_another_status() -> None:
    assert status_look("APPROVED", reason_code="cancelled").words == "Approved"


def test_unknown_status_is_a_bug_and_says_so() -> None:
    with pytest.raises(KeyError):
        status_look("LOST")


def test_status_pill_has_icon_and_word() -> None:
    assert shown('{% status_pill "IN_PROGRESS" %}') == (
        '<span class="status-pill status-pill--in-progress"><svg class="icon" aria-hidden="true">'
        '<use href="/static/dist/icons.svg#circle-half"/></svg>In progress</span>'
    )


def test_status_pill_takes_a_missing_reason() -> None:
    assert "Declined</span>" in shown('{% status_pill "DENIED" reason_code=None %}')


def test_icon_alone_has_a_name() -> None:
    assert 'role="img" aria-label="Notices &lt;3"' in icon("bell", "Notices <3")


# --- repair card and buttons -------------------------------------------------


def repair(**changes: Any) -> dict[str, Any]:
    return {
        "unit_number": "A/B <4127>",
        "queue_status": "REQUESTED",
        "reason_code": "",
        "damage_type": "Chip",
        "customer": "McDonald's <b>",
        "technician": None,
        "description": "<script>",
        "repair_date": NOON,
    } | changes


def test_repair_card_escapes_what_people_typed() -> None:
    html = shown('{% repair_card r url="/r/1/" %}', r=repair())
    assert '<a href="/r/1/">Unit A/B &lt;4127&gt;</a>' in html
    assert "McDonald&#x27;s &lt;b&gt;" in html
    assert "<script>" not in html


def test_repair_card_carries_the_status_by_the_guides_name() -> None:
    html = shown('{% repair_card r url="/" %}', r=repair())
    assert "repair-card__status repair-card__status--requested" in html


def test_repair_card_tells_the_office_who_has_it() -> None:
    assert "Needs assignment" in shown('{% repair_card r url="/" reader="office" %}', r=repair())


def test_repair_card_spares_the_customer_their_own_name() -> None:
    html = shown('{% repair_card r url="/" reader="customer" %}', r=repair())
    assert "McDonald" not in html
    assert "Needs assignment" not in html


def test_repair_card_shows_price_and_button() -> None:
    tag = '{% repair_card r url="/" price="at most $40.00" action_url="/t/" action_label="Take" '
    html = shown(tag + 'status="APPROVED" %}', r=repair(), csrf_token="TOKEN")
    assert '<span class="repair-card__price">at most $40.00</span>' in html
    assert '<form method="post" action="/t/">' in html
    assert '<input type="hidden" name="status" value="APPROVED">' in html
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">' in html


def test_repair_card_without_button_has_no_form() -> None:
    assert "<form" not in shown('{% repair_card r url="/" %}', r=repair())


def test_post_button_asks_with_its_own_word() -> None:
    html = shown('{% post_button "/x/" "Decline" look="danger" icon="x" confirm="Sure?" %}')
    assert 'data-confirm="Sure?" data-confirm-button="Decline"' in html
    assert '<button class="btn btn-danger"><svg' in html


def test_post_button_without_icon_or_question() -> None:
    html = shown('{% post_button "/x/" "Start" version=3 %}')
    assert "data-confirm" not in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert '<button class="btn btn-primary">Start</button>' in html


def test_post_button_that_can_be_undone_says_what_will_happen() -> None:
    html = shown('{% post_button "/x/" "Put back" undo="Unit 1 goes back" %}')
    assert '<form method="post" action="/x/" data-undo="Unit 1 goes back">' in html


def test_idempotency_key_is_fresh_every_time() -> None:
    first, second = (shown("{% idempotency_key %}").split('"')[5] for _ in range(2))
    assert UUID(first).version == UUID(second).version == 4
    assert first != second


def test_version_field_is_hidden() -> None:
    html = shown("{% version_field 7 %}")
    assert html == '<input type="hidden" name="version" value="7">'


# --- fields -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unit", "control"),
        ("site", "control"),
        ("damage", "choices"),
        ("note", "control"),
        ("photo", "file"),
        ("rush", "checkbox"),
        ("token", "hidden"),
    ],
)
def test_kind_of_widget(name: str, kind: str) -> None:
    assert kind_of(RequestForm().fields[name].widget) == kind


def test_field_ties_label_help_and_error_to_its_input() -> None:
    html = shown("{% field form.unit autocomplete='off' %}", form=RequestForm({}))
    assert '<label class="field__label" for="id_unit">Unit number</label>' in html
    assert 'id="id_unit_help">As painted on the truck.</div>' in html
    assert 'id="id_unit_error">' in html
    assert 'aria-describedby="id_unit_help id_unit_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="off"' in html


def test_field_without_error_is_calm() -> None:
    html = shown("{% field form.unit %}", form=RequestForm())
    assert "field--error" not in html
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_unit_help"' in html


def test_field_keeps_what_was_typed_as_text() -> None:
    html = shown("{% field form.unit %}", form=RequestForm({"unit": '"><script>'}))
    assert 'value="&quot;&gt;&lt;script&gt;"' in html


def test_field_keeps_the_classes_of_its_widget() -> None:
    assert 'class="form-control mono"' in shown("{% field form.note %}", form=RequestForm())


def test_field_of_a_select() -> None:
    html = shown("{% field form.site %}", form=RequestForm())
    assert 'class="form-select"' in html
    assert '<span class="field__optional">(optional)</span>' in html


def test_field_of_choices_is_a_group_with_a_legend() -> None:
    html = shown("{% field form.damage cards=True %}", form=RequestForm({}))
    assert '<fieldset class="field field--error" aria-describedby="id_damage_error">' in html
    assert '<legend class="field__label">Damage</legend>' in html
    assert '<div class="choices choices--cards">' in html
    assert html.count('<label class="choice" for="id_damage_') == 2


def test_field_of_a_check_box_labels_the_box() -> None:
    html = shown("{% field form.rush %}", form=RequestForm())
    assert '<label class="choice" for="id_rush"><input type="checkbox"' in html
    assert "field__label" not in html


def test_field_of_a_file_has_room_for_its_name() -> None:
    html = shown("{% field form.photo %}", form=RequestForm())
    assert "data-files" in html
    assert '<ul class="file-input__chosen" id="id_photo_chosen" aria-live="polite">' in html


def test_hidden_field_is_only_its_input() -> None:
    html = shown("{% field form.token %}", form=RequestForm())
    assert html == '<input type="hidden" name="token" id="id_token">'


# --- error summary ------------------------------------------------------------


def test_error_summary_links_each_error_to_its_field() -> None:
    html = shown("{% error_summary form %}", form=RequestForm({}))
    assert "3 things are missing or wrong" in html
    assert '<a href="#id_unit">Unit number: This field is required.</a>' in html
    assert '<a href="#id_damage_0">Damage: This field is required.</a>' in html
    assert "<li>Token: This field is required.</li>" in html


def test_error_summary_of_one() -> None:
    form = RequestForm({"unit": "1", "damage": "chip"})
    assert "One thing is missing or wrong" in shown("{% error_summary form %}", form=form)


def test_error_summary_names_what_is_not_kept() -> None:
    class SignIn(forms.Form):
        name = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)

    kept = "What you entered is kept, except: Password. Correct this and send again."
    assert kept in shown("{% error_summary form %}", form=SignIn({}))
    html = shown("{% error_summary form %}", form=RequestForm({}))
    assert "What you entered is kept. Correct" in html


def test_error_summary_of_a_good_form_is_empty() -> None:
    assert shown("{% error_summary form %}", form=RequestForm()) == ""


def test_errors_of_the_whole_form_come_first() -> None:
    form = RequestForm({})
    form.add_error(None, "The unit has an open repair.")
    assert all_errors((form,))[0] == FieldError("The unit has an open repair.")


def test_errors_of_form_sets_and_of_no_form() -> None:
    rows: Any = formset_factory(RequestForm, max_num=1, validate_max=True, absolute_max=3)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-unit": "1"}
    found = all_errors(("", rows(data)))
    assert found[0] == FieldError("Please submit at most 1 form.")
    assert FieldError("Damage: This field is required.", "id_form-0-damage_0") in found


# --- partials -----------------------------------------------------------------
