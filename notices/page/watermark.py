"""The draft mark, drawn as a picture: it must be seen, but never be read as a letter's text."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from notices.page.fonts import Font, FontSet

_DPI = 100
_A4 = (827, 1169)  # pixels at _DPI
_SPAN = 900  # pixels that the mark covers before it is turned
_ANGLE = 32  # degrees
_GREY = 233  # of 255: text over it keeps a contrast above 7 : 1


@cache
def draft_png(mark: str, fonts: FontSet) -> bytes:
    """`mark` across an A4 page, light grey on white, as PNG."""
    size = _SPAN / max(sum(_face(char, fonts, 1000).getlength(char) for char in mark), 1) * 1000
    strip = Image.new("L", (_SPAN + 40, int(size * 1.6)), 255)
    draw, at = ImageDraw.Draw(strip), 20.0
    for char in mark:
        face = _face(char, fonts, int(size))
        draw.text((at, size * 1.2), char, font=face, fill=_GREY, anchor="ls")
        at += face.getlength(char)
    turned = strip.rotate(_ANGLE, expand=True, fillcolor=255)
    page = Image.new("L", _A4, 255)
    page.paste(turned, ((_A4[0] - turned.width) // 2, (_A4[1] - turned.height) // 2))
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return out.getvalue()


def _face(char: str, fonts: FontSet, size: int) -> ImageFont.FreeTypeFont:
    having = [font for font in fonts.fonts if char in font.covers] or list(fonts.fonts)
    return _open(next((font for font in having if font.weight >= 700), having[0]), size)


@cache
def _open(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, size)
