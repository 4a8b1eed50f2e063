"""The draft mark, drawn as a picture: it must be seen, but never be read as a letter's text."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont, ImageOps

from notices.page.fonts import Font, FontSet

_DPI = 100
_A4 = (827, 1169)  # pixels at _DPI
_ROOM = (707, 1000)  # pixels that the turned mark may cover: 15 mm from the edges, or more
_ANGLE = 32  # degrees
_TRIED = 100  # pixels: the size of type at which the mark is measured
_GREY = 233  # of 255: text over it keeps a contrast above 7 : 1


@cache
def draft_png(mark: str, fonts: FontSet) -> bytes:
    """`mark` across an A4 page, light grey on white, as PNG."""
    tried = _turned(mark, fonts, _TRIED)
    fits = min(room / side for room, side in zip(_ROOM, tried.size, strict=True))
    turned = _turned(mark, fonts, int(_TRIED * fits))
    page = Image.new("L", _A4, 255)
    page.paste(turned, ((_A4[0] - turned.width) // 2, (_A4[1] - turned.height) // 2))
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return out.getvalue()


def _turned(mark: str, fonts: FontSet, size: int) -> Image.Image:
    """The mark turned, in type of `size` pixels, cut to its ink."""
    faces = [_face(char, fonts, size) for char in mark]
    length = sum(face.getlength(char) for char, face in zip(mark, faces, strict=True))
    strip = Image.new("L", (int(length) + 2 * size, 3 * size), 0)
    draw, at = ImageDraw.Draw(strip), float(size)
    for char, face in zip(mark, faces, strict=True):
        draw.text((at, 2 * size), char, font=face, fill=255 - _GREY, anchor="ls")
        at += face.getlength(char)
    turned = strip.rotate(_ANGLE, expand=True)
    return ImageOps.invert(turned.crop(turned.getbbox()))


def _face(char: str, fonts: FontSet, size: int) -> ImageFont.FreeTypeFont:
    having = [font for font in fonts.fonts if char in font.covers] or list(fonts.fonts)
    return _open(next((font for font in having if font.weight >= 700), having[0]), size)


@cache
def _open(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, size)
