"""The draft mark, drawn as outlines: it must be seen, but never be read as a letter's text."""

from __future__ import annotations

from functools import cache

from notices.page.fonts import FontSet

_SIZE = 1000.0  # units of the drawing per line of text
_SLANT = -32  # degrees
_GREY = "#e9ebee"  # light enough that text over it keeps a contrast above 7 : 1


@cache
def draft_svg(mark: str, fonts: FontSet) -> bytes:
    """`mark` across an A4 page, as an SVG of paths in a light grey."""
    from fontTools.misc.transform import Transform
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    paths, at = [], 0.0
    for char in mark:
        font = next(
            (f for f in fonts.fonts if f.weight >= 700 and char in f.covers),
            next((f for f in fonts.fonts if char in f.covers), None),
        )
        if font is None:
            continue
        with TTFont(font.path, lazy=True) as face:
            scale = _SIZE / face["head"].unitsPerEm
            glyphs = face.getGlyphSet()
            name = face.getBestCmap()[ord(char)]
            pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.0f}")
            glyphs[name].draw(TransformPen(pen, Transform(scale, 0, 0, -scale, at, 0)))
            at += glyphs[name].width * scale
        paths.append(f'<path d="{pen.getCommands()}"/>')
    drawing = "".join(paths)
    fit = 190 / max(at, 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm"'
        f' height="297mm"><g fill="{_GREY}" transform="translate(105 160) rotate({_SLANT})'
        f' scale({fit:.5f}) translate({-at / 2:.0f} {_SIZE * 0.36:.0f})">{drawing}</g></svg>'
    ).encode()
