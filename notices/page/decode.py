"""Two-dimensional codes, read from a picture: the only room for zxing-cpp."""

from __future__ import annotations

import zxingcpp

from notices.page.readback import Picture

# letters in a row look like linear codes, hence no others
_FORMATS = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.AllMatrix,))


def decode_codes(picture: Picture) -> tuple[str, ...]:
    """The payloads of all two-dimensional codes in a picture, in the order found."""
    found = zxingcpp.read_barcodes(
        picture, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False
    )
    return tuple(code.text for code in found)
