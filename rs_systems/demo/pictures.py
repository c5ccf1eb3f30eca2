"""Drawn pictures of a windshield, before and after."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (640, 400)
GLASS, FRAME, CRACK = (176, 202, 214), (52, 58, 64), (250, 252, 255)
BREAK = (410, 170)


def windshield(*, is_broken: bool) -> SimpleUploadedFile:
    """A JPEG of a windshield, with a star break or with the mended spot."""
    image = Image.new("RGB", SIZE, FRAME)
    draw = ImageDraw.Draw(image)
    draw.polygon([(90, 60), (550, 60), (620, 350), (20, 350)], fill=GLASS)
    x, y = BREAK
    if is_broken:
        for dx, dy in ((0, -46), (40, -20), (36, 30), (-8, 48), (-44, 18), (-34, -32)):
            draw.line([BREAK, (x + dx, y + dy)], fill=CRACK, width=4)
    radius = 10 if is_broken else 4
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=CRACK)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    name = "before.jpg" if is_broken else "after.jpg"
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")
