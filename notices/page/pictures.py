"""The rooms of a letter's pictures, and why one can't be used: templates/layout/pictures.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from notices.errors import FileError
from notices.page.document import Image
from notices.places import LAYOUT
from notices.textfiles import read_text_file


class PictureError(FileError):
    """A picture can't be used. `reason` is one of pictures.yaml, `what` its slot."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(read_pictures().reasons[reason]["en"].format(what=what))
        self.reason, self.what = reason, what

    def said(self, lang: str) -> str:
        """The reason as a sentence, in `en` or `zh`."""
        return read_pictures().reasons[self.reason][lang].format(what=self.what)


@dataclass(frozen=True)
class Pictures:
    """Measures in mm. `rooms` are widths and heights by picture; `svg` what a drawing may hold,
    `ink` how much darker than white a colour is that can be seen."""

    rooms: Mapping[str, tuple[float, float]]
    thinnest: float
    beside: float
    name: float
    names: float
    least: float
    least_contacts: float
    contacts: float
    head: float
    ink: int
    svg: Mapping[str, Any]
    reasons: Mapping[str, Mapping[str, str]]


@cache
def read_pictures() -> Pictures:
    """The measures and limits of pictures."""
    data = read_text_file(LAYOUT / "pictures.yaml").data
    return Pictures(
        rooms={
            name: (float(room["width"]), float(room["height"]))
            for name, room in data["rooms"].items()
        },
        thinnest=float(data["thinnest"]),
        beside=float(data["beside"]),
        name=float(data["name"]),
        names=float(data["names"]),
        least=float(data["least"]),
        least_contacts=float(data["least_contacts"]),
        contacts=float(data["contacts"]),
        head=float(data["head"]),
        ink=int(data["ink"]),
        svg=data["svg"],
        reasons=data["reasons"],
    )


def printed_size(image: Image) -> tuple[float, float]:
    """The picture's width and height in mm: as large as its room lets it be, its shape kept."""
    wide, high = image.shape
    room_wide, room_high = read_pictures().rooms[image.name]
    scale = min(room_wide / wide, room_high / high)
    return wide * scale, high * scale
