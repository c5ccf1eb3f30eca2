"""Stickers of units: what one leads to, and the sheet to print."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from apps.repairs.models import Unit, UnitSticker

SHOP = "RS Systems"
LAYOUT = Path(__file__).with_name("stickers.typ")


def unit_of_sticker(token: str) -> Unit | None:
    """The unit in use whose present sticker has this token."""
    units = Unit.objects.in_use().select_related("customer")
    return units.filter(sticker__token=token).first()


def sticker_address(sticker: UnitSticker) -> str:
    """The whole address that the sticker leads to."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('unit_sticker', args=[sticker.token])}"


def sticker_sheet(stickers: Sequence[UnitSticker], *, shop: str) -> bytes:
    """A PDF to print: one sticker on a page of its size, or ten on a letter page."""
    told = [{"number": each.unit.number, "code": _code(each)} for each in stickers]
    data = json.dumps({"shop": shop, "stickers": told})
    return typst.compile(LAYOUT.read_bytes(), format="pdf", sys_inputs={"data": data})


def sticker_response(stickers: Sequence[UnitSticker]) -> HttpResponse:
    """The sheet as a file to keep."""
    answer = HttpResponse(sticker_sheet(stickers, shop=SHOP), content_type="application/pdf")
    name = f"unit-{stickers[0].unit.pk}" if len(stickers) == 1 else "units"
    answer["Content-Disposition"] = f'attachment; filename="stickers-{name}.pdf"'
    return answer


def _code(sticker: UnitSticker) -> str:
    out = io.BytesIO()
    segno.make(sticker_address(sticker), error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False
    )
    return out.getvalue().decode()
