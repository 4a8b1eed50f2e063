"""Two-dimensional codes, read from a picture: the only room for zxing-cpp."""

from __future__ import annotations

import zxingcpp

from notices.proof.readback import Picture

# letters in a row look like linear codes, hence no others
_FORMATS = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.AllMatrix,))


def decode_codes(picture: Picture) -> tuple[str, ...]:
    """The payloads of all two-dimensional codes in a picture, in the order found."""
    return tuple(text for text, _ in place_codes(picture))


def place_codes(picture: Picture) -> tuple[tuple[str, tuple[int, int, int, int]], ...]:
    """Each payload, and where its code stands: left, top, width, height in pixels."""
    found = zxingcpp.read_barcodes(
        picture, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False
    )
    return tuple((code.text, _hull(code.position)) for code in found)


def _hull(position: zxingcpp.Position) -> tuple[int, int, int, int]:
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_left,
        position.bottom_right,
    )
    left, top = min(c.x for c in corners), min(c.y for c in corners)
    return (left, top, max(c.x for c in corners) - left, max(c.y for c in corners) - top)
