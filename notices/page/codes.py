"""Two-dimensional codes, drawn: the only room for segno."""

from __future__ import annotations

import io

import segno

from notices.errors import RenderError

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
# Twenty units wide: a white rim, a black square, the cross.
_CROSS = (
    '<path fill="#fff" d="M-10-10h20v20h-20z"/><path fill="#000" d="M-9-9h18v18h-18z"/>'
    '<path fill="#fff" d="M-1.65-6h3.3v4.35h4.35v3.3h-4.35v4.35h-3.3v-4.35h-4.35v-3.3h4.35z"/>'
)
_MASK = 4  # fixed, so that a new segno release can't change issued bytes by another choice


def qr_svg(payload: str, size_mm: float, *, quiet: int = QUIET_ZONE, mark_mm: float = 0) -> bytes:
    """A QR code of `payload` (UTF-8, error level M), black on white, as SVG of `size_mm` square.

    The quiet zone of `quiet` modules is inside the square. `mark_mm` puts a white cross on black of
    that size into its middle. It carries no title: the HTML's `alt` is its text.
    Raises RenderError where the payload is empty or too long for a QR code.
    """
    try:
        code = segno.make_qr(payload, error="m", boost_error=False, mask=_MASK, encoding="utf-8")
    except ValueError as error:
        raise RenderError(
            f"no QR code can hold this payload ({len(payload)} characters)"
        ) from error
    modules = code.symbol_size(border=quiet)[0]
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=quiet,
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
    if mark_mm:
        middle, scale = modules / 2, mark_mm / size_mm * modules / 20
        place = f"translate({middle:g} {middle:g}) scale({scale:.6f})"
        svg = svg.replace(b"</svg>", f'<g transform="{place}">{_CROSS}</g></svg>'.encode())
    return svg
