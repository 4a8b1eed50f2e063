"""The values of a drawing's attributes: colours, lengths, paths, moves, as SVG 1.1 has them.

They are measures of a picture, in binary floating point as whoever draws it has them; no money.
"""

from __future__ import annotations

import re
from functools import cache
from math import inf
from xml.etree import ElementTree

from notices.page.pictures import read_pictures

LINK = re.compile(r"""url\(\s*["']?(#[\w.-]+)["']?\s*\)""")
GRADIENTS = ("linearGradient", "radialGradient")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_GAP = r"[\s,]*"
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
}
_LENGTH = re.compile(rf"({NUMBER})(px|pt|pc|in|cm|mm|%)?")
_LENGTHS = re.compile(rf"none|(?:{_LENGTH.pattern}{_GAP})*")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_PART = r"\s*([\d.]+%?)\s*"
_RGB = re.compile(rf"rgb\({_PART}[\s,]{_PART}[\s,]{_PART}\)")
_FLAG = rf"{_GAP}([01])"
_ARC = re.compile(rf"{_GAP}({NUMBER})" * 3 + _FLAG * 2 + rf"{_GAP}({NUMBER})" * 2)
_STEP = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)")
_SIZES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7}
_MOVE = re.compile(rf"(\w+)\s*\(\s*((?:{NUMBER}{_GAP})+)\)")
_MOVES = {
    "matrix": (6,),
    "translate": (1, 2),
    "scale": (1, 2),
    "rotate": (1, 3),
    "skewX": (1,),
    "skewY": (1,),
}
_WORD = re.compile(r"[a-zA-Z-]*")
_NAME = re.compile(r"[^\s()\"'<>&]*")

Rgb = tuple[float, float, float]


def is_plain(name: str, value: str) -> bool:
    """Whether the value is one that every reader draws alike, and leads nowhere."""
    kind = _kind(name)
    if kind == "paint":
        return _is_paint(value)
    if kind == "path":
        return steps(value) is not None
    if kind == "moves":
        return moves(value) is not None
    if kind == "clip":
        return value == "none" or bool(LINK.fullmatch(value))
    if kind == "user_space":
        return value == "userSpaceOnUse"
    patterns = {"lengths": _LENGTHS, "word": _WORD, "name": _NAME}
    return bool(patterns.get(kind, _LENGTH).fullmatch(value))


@cache
def _kind(name: str) -> str:
    kinds = read_pictures().svg["values"]
    return next((kind for kind, names in kinds.items() if name in names), "length")


def _is_paint(value: str) -> bool:
    """A colour, none, the text's colour, or a gradient and what stands for it."""
    plain = LINK.sub("", value, count=1).strip()
    return (plain != value and not plain) or plain in ("none", "currentColor") or bool(rgb(plain))


def by_id(drawing: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """The elements that can be referred to; of two with one name the first, as for all readers."""
    return {e.attrib["id"]: e for e in reversed(list(drawing.iter())) if e.get("id")}


def linked(value: str) -> str:
    """The name of what a value refers to; "" where it refers to nothing."""
    found = LINK.match(value)
    return found[1][1:] if found else ""


def rgb(value: str) -> Rgb | None:
    """Red, green and blue of 255; None where it is no opaque colour."""
    value = read_pictures().svg["colours"].get(value.lower(), value)
    if _HEX.fullmatch(value):
        pairs = re.findall("..", value[1:]) if len(value) == 7 else [c * 2 for c in value[1:]]
        red, green, blue = (float(int(pair, 16)) for pair in pairs)
    elif found := _RGB.fullmatch(value):
        try:
            red, green, blue = (
                float(part[:-1]) * 2.55 if part.endswith("%") else float(part)
                for part in found.groups()
            )
        except ValueError:  # two points in one number
            return None
    else:
        return None
    return red, green, blue


def pixels(value: str, whole: float = 0.0) -> float:
    """A length in user units; a percentage is of `whole`; 0 where it is no length."""
    found = _LENGTH.fullmatch(value.strip())
    if not found:
        return 0.0
    number = float(found[1])
    return number * whole / 100 if found[2] == "%" else number * _PIXELS[found[2] or ""]


def numbers(text: str) -> list[float]:
    """All numbers of a list."""
    return [float(number) for number in re.findall(NUMBER, text)]


def steps(path: str) -> list[tuple[str, list[float]]] | None:
    """A path's steps: its letter and the numbers of one step; None where it is not well-formed."""
    found: list[tuple[str, list[float]]] = []
    if _STEP.sub("", path).strip():
        return None
    for letter, text in _STEP.findall(path):
        size = _SIZES.get(letter.lower(), 0)
        if letter.lower() == "a":
            given = [float(part) for arc in _ARC.findall(text) for part in arc]
            rest = _ARC.sub("", text)
        else:
            given, rest = numbers(text), re.sub(NUMBER, "", text)
        if rest.strip(", \t\r\n") or bool(given) != bool(size) or (size and len(given) % size):
            return None
        found += [(letter, given[at : at + size]) for at in range(0, max(1, len(given)), size or 1)]
    if found and found[0][0] not in "Mm":
        return None
    return found if all(abs(n) < inf for _, given in found for n in given) else None


def moves(value: str) -> list[tuple[str, list[float]]] | None:
    """A transformation's steps; None where it is not well-formed."""
    if _MOVE.sub("", value).strip(", \t\r\n"):
        return None
    found = [(name, numbers(text)) for name, text in _MOVE.findall(value)]
    return found if all(len(given) in _MOVES.get(name, ()) for name, given in found) else None
