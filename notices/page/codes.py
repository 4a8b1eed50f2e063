"""Two-dimensional codes, drawn: the only room for segno."""

from __future__ import annotations

import io

import segno

from notices.errors import RenderError

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
_MASK = 4  # fixed, so that a new segno release can't change issued bytes by another choice


def qr_svg(payload: str, size_mm: float) -> bytes:
    """A QR code of `payload` (UTF-8, error level M), black on white, as SVG of `size_mm` square.

    The quiet zone is inside the square. It carries no title: the HTML's `alt` is its text.
    Raises RenderError where the payload is empty or too long for a QR code.
    """
    try:
        code = segno.make_qr(payload, error="m", boost_error=False, mask=_MASK, encoding="utf-8")
    except ValueError as error:
        raise RenderError(
            f"no QR code can hold this payload ({len(payload)} characters)"
        ) from error
    modules = code.symbol_size(border=QUIET_ZONE)[0]
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    size = f'width="{size_mm:g}mm" height="{size_mm:g}mm" '
    svg = out.getvalue().replace(b"<svg ", b"<svg " + size.encode(), 1)
    if b"viewBox" not in svg or modules < 21:
        raise RenderError("segno drew no scalable QR code")
    return svg
