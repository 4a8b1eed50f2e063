"""The mark on a letter's page: its number in the run, and a DataMatrix that says which page it is.

The room where codes are encoded; `reread` decodes them from the drawn page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import zxingcpp

from notices.page.document import Frame
from notices.post.digits import Digits

POINT = 72 / 25.4  # points in a mm
FONT_NAME = "NoticesDigits"  # of the resource that `merge` adds to a page
MODULE_LEAST = 0.25  # mm: what cameras of inserting machines still read
MODULE_MOST = 0.42  # mm: larger only catches the reader's eye
TEXT_MOST = 6.0  # points
TEXT_ROOM = 3.0  # mm below the code
_PAYLOAD = re.compile(r"(?P<letter>\S+) (?P<page>\d+)/(?P<pages>\d+) (?P<sequence>\d+)")


@dataclass(frozen=True)
class Mark:
    """What a page's code says."""

    letter_id: str
    page: int
    pages: int
    sequence: int

    @property
    def payload(self) -> str:
        return f"{self.letter_id} {self.page}/{self.pages} {self.sequence:06d}"

    @property
    def text(self) -> str:
        """What people read below the code."""
        return f"{self.sequence:06d} {self.page}/{self.pages}"


def parse_mark(payload: str) -> Mark | None:
    """The mark that a decoded payload holds, if it is one."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None:
        return None
    return Mark(found["letter"], int(found["page"]), int(found["pages"]), int(found["sequence"]))


def module_size(mark: Mark, zone: Frame) -> float:
    """The side of one module in mm, a quiet module on every side included in the zone."""
    matrix = _matrix(mark.payload)
    columns, rows = len(matrix[0]) + 2, len(matrix) + 2
    return min(zone.width / columns, (zone.height - TEXT_ROOM) / rows, MODULE_MOST)


def draw_mark(mark: Mark, zone: Frame, height: float, digits: Digits) -> bytes:
    """Page content: the code at the zone's top, the text below it. `height` of the page in mm."""
    matrix = _matrix(mark.payload)
    columns, rows = len(matrix[0]), len(matrix)
    module = module_size(mark, zone) * POINT
    left = (zone.left + zone.width / 2) * POINT - columns * module / 2
    foot = (height - zone.top) * POINT - (rows + 1) * module
    width = digits.width(mark.text)
    size = min(TEXT_MOST, zone.width * POINT / width)
    text_left = (zone.left + zone.width / 2) * POINT - width * size / 2
    base = foot - module - size
    return (
        "/Artifact BMC q 0 g\n"
        f"q {columns * module:.3f} 0 0 {rows * module:.3f} {left:.3f} {foot:.3f} cm\n"
        f"BI /W {columns} /H {rows} /IM true /BPC 1 /F /AHx ID\n{_hex(matrix)}>\nEI Q\n"
        f"BT /{FONT_NAME} {size:.2f} Tf {text_left:.3f} {base:.3f} Td ({mark.text}) Tj ET\n"
        "Q EMC\n"
    ).encode("ascii")


@lru_cache(maxsize=4)
def _matrix(payload: str) -> tuple[bytes, ...]:
    """The code's rows, top first, one byte a module: 0 is dark."""
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    picture = memoryview(image)
    columns = picture.shape[1] if picture.shape else 0
    flat = picture.tobytes()
    return tuple(flat[at : at + columns] for at in range(0, len(flat), columns))


def _hex(matrix: tuple[bytes, ...]) -> str:
    """The rows as one-bit image data: 0 paints."""
    rows = []
    for row in matrix:
        bits = "".join("1" if module else "0" for module in row)
        bits += "1" * (-len(bits) % 8)
        rows.append(f"{int(bits, 2):0{len(bits) // 4}x}")
    return "".join(rows)
