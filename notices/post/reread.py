"""Print files and letters looked at as pictures: what a camera would see in the printing zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2

from notices.errors import RenderError
from notices.page.document import Frame
from notices.post.marks import Mark, parse_mark
from notices.proof.decode import decode_codes
from notices.proof.readback import MM, Picture

DPI = 300
PALE = 200  # of 255: darker is ink that a mark must not stand on; a draft's mark is paler


def dark_pages(data: bytes, zone: Frame) -> tuple[int, ...]:
    """The pages (from 1) of a letter on which something stands in the zone. Raises RenderError."""
    with _opened(data) as document:
        return tuple(
            number
            for number, picture in enumerate(_pictures(document, zone, DPI // 3), start=1)
            if _darkest(picture) < PALE
        )


def read_marks(data: bytes, zone: Frame) -> Iterator[tuple[Mark | None, bool]]:
    """For every page of a print file: the mark that its code says, and whether the zone is bare.

    Raises RenderError where a page can't be drawn.
    """
    with _opened(data) as document:
        for picture in _pictures(document, zone, DPI):
            if _darkest(picture) >= PALE:
                yield None, True
                continue
            codes = decode_codes(picture)
            yield parse_mark(codes[0]) if len(codes) == 1 else None, False


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise RenderError(f"the file can't be drawn: {error}") from error


def _pictures(document: Any, zone: Frame, dpi: int) -> Iterator[Picture]:
    """The zone of every page, in grey."""
    left, top = zone.left / MM, zone.top / MM
    for page in document:
        width, height = page.get_size()
        right = width - left - zone.width / MM
        bottom = height - top - zone.height / MM
        crop = (left, max(bottom, 0), max(right, 0), top)
        bitmap = page.render(scale=dpi / 72, crop=crop, grayscale=True)
        picture: Picture = bitmap.to_pil().convert("L")
        page.close()
        yield picture


def _darkest(picture: Picture) -> int:
    histogram = picture.histogram()
    return next((level for level, count in enumerate(histogram) if count), 255)
