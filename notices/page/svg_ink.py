"""Whether a drawing that was written anew shows anything on white paper.

Told from colours and extents, without drawing it: what is covered by white is not found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin, tan
from xml.etree import ElementTree

from notices.page.pictures import read_pictures
from notices.page.svg_values import GRADIENTS, by_id, linked, moves, numbers, pixels, rgb, steps

_LEAST = 0.005  # of the drawing's longer side: smaller is no sign
_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
_UNSEEN = ("defs", "clipPath", *GRADIENTS)
_INHERITED = {"fill": "black", "stroke": "none", "stroke-width": "1", "color": "black"}

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: _Box) -> _Box:
        return _Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def larger(self, by: float) -> _Box:
        return _Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @property
    def sides(self) -> Point:
        return self.right - self.left, self.bottom - self.top


def shows_ink(drawing: bytes) -> bool:
    """Whether a shape of some size, in a colour that stands out from white, lies in the view."""
    root = ElementTree.fromstring(drawing)
    left, top, wide, high = numbers(root.get("viewBox", ""))
    view = _Box(left, top, left + wide, top + high)
    named = by_id(root)
    return any(_inked(root, named, view, view, _SAME, _INHERITED))


def _inked(
    element: ElementTree.Element,
    named: Mapping[str, ElementTree.Element],
    view: _Box,
    clip: _Box,
    matrix: Matrix,
    inherited: Mapping[str, str],
) -> Iterator[bool]:
    """For each shape whether it shows."""
    name = _name(element)
    if name in _UNSEEN:
        return
    matrix = _moved(element, matrix)
    look = {key: element.get(key, value) for key, value in inherited.items()}
    if path := named.get(linked(element.get("clip-path", ""))):
        clip = clip.within(_extent(_clipped(path, view, matrix)) or _Box(0, 0, -1, -1))
    if name in _SHAPES:
        extent = _extent(_points(element, view, matrix))
        yield extent is not None and _shows(extent, clip, view, matrix, look, named)
    for child in element:
        yield from _inked(child, named, view, clip, matrix, look)


def _shows(
    extent: _Box,
    clip: _Box,
    view: _Box,
    matrix: Matrix,
    look: Mapping[str, str],
    named: Mapping[str, ElementTree.Element],
) -> bool:
    grown = pixels(look["stroke-width"], max(view.sides)) * _scale(matrix) / 2
    areas = []
    if min(extent.sides) > 0 and _stands_out(look["fill"], look, named):
        areas.append(extent)
    if max(extent.sides) > 0 and grown > 0 and _stands_out(look["stroke"], look, named):
        areas.append(extent.larger(grown))
    shown = [area.within(clip).sides for area in areas]
    return any(min(s) > 0 and max(s) >= _LEAST * max(view.sides) for s in shown)


def _stands_out(
    paint: str, look: Mapping[str, str], named: Mapping[str, ElementTree.Element]
) -> bool:
    """Whether it is a colour, or a gradient with one, that is darker than paper."""
    if name := linked(paint):
        stops: list[ElementTree.Element] = []
        while not stops and name and (gradient := named.get(name)) is not None:
            stops = [child for child in gradient if _name(child) == "stop"]
            name = gradient.get("href", "")[1:]
        return any(_stands_out(stop.get("stop-color", "black"), look, {}) for stop in stops)
    colour = rgb(look["color"] if paint == "currentColor" else paint)
    return colour is not None and min(colour) <= 255 - read_pictures().ink


def _clipped(path: ElementTree.Element, view: _Box, matrix: Matrix) -> Iterator[Point]:
    matrix = _moved(path, matrix)
    for element in path:
        yield from _points(element, view, _moved(element, matrix))


def _points(element: ElementTree.Element, view: _Box, matrix: Matrix) -> Iterator[Point]:
    a, b, c, d, e, f = matrix
    for x, y in _outline(element, view):
        yield a * x + c * y + e, b * x + d * y + f


def _outline(element: ElementTree.Element, view: _Box) -> Iterator[Point]:
    """Points whose box holds the shape, in its own units."""
    wide, high = view.sides

    def length(name: str, whole: float) -> float:
        return pixels(element.get(name, "0"), whole)

    name = _name(element)
    if name == "path":
        yield from _path(element.get("d", ""))
    elif name in ("polyline", "polygon"):
        given = numbers(element.get("points", ""))
        yield from zip(given[::2], given[1::2], strict=False)
    elif name == "line":
        yield length("x1", wide), length("y1", high)
        yield length("x2", wide), length("y2", high)
    elif name == "rect":
        x, y = length("x", wide), length("y", high)
        across, down = length("width", wide), length("height", high)
        if across > 0 and down > 0:
            yield from ((x, y), (x + across, y), (x, y + down), (x + across, y + down))
    else:
        x, y = length("cx", wide), length("cy", high)
        round_ = length("r", hypot(wide, high) / 2**0.5)
        across, down = (
            (round_, round_) if name == "circle" else (length("rx", wide), length("ry", high))
        )
        if across > 0 and down > 0:
            yield from ((x + i * across, y + j * down) for i in (-1, 1) for j in (-1, 1))


def _path(text: str) -> Iterator[Point]:
    """A path's points and those that pull its curves."""
    x = y = 0.0
    start = (x, y)
    for letter, given in steps(text) or ():
        from_x, from_y = (x, y) if letter.islower() else (0.0, 0.0)
        kind = letter.lower()
        if kind == "z":
            x, y = start
            continue
        if kind == "h":
            x = from_x + given[0]
        elif kind == "v":
            y = from_y + given[0]
        elif kind == "a":
            end = from_x + given[5], from_y + given[6]
            reach = max(abs(given[0]), abs(given[1]), hypot(end[0] - x, end[1] - y) / 2)
            if end != (x, y) and given[0] and given[1]:  # a curve is never a straight line
                middle = (x + end[0]) / 2, (y + end[1]) / 2
                yield middle[0] - 2 * reach, middle[1] - 2 * reach
                yield middle[0] + 2 * reach, middle[1] + 2 * reach
            x, y = end
        else:
            pairs = [(from_x + i, from_y + j) for i, j in zip(given[::2], given[1::2], strict=True)]
            yield from pairs
            x, y = pairs[-1]
        if kind == "m":
            start = (x, y)
        yield x, y


def _extent(points: Iterator[Point]) -> _Box | None:
    found = list(points)
    if not found:
        return None
    across, down = zip(*found, strict=True)
    return _Box(min(across), min(down), max(across), max(down))


def _moved(element: ElementTree.Element, matrix: Matrix) -> Matrix:
    for name, given in moves(element.get("transform", "")) or ():
        for step in _matrices(name, given):
            matrix = _times(matrix, step)
    return matrix


def _matrices(name: str, given: list[float]) -> Iterator[Matrix]:
    if name == "matrix":
        a, b, c, d, e, f = given
        yield a, b, c, d, e, f
    elif name == "translate":
        yield 1, 0, 0, 1, given[0], given[1] if given[1:] else 0
    elif name == "scale":
        yield given[0], 0, 0, given[1] if given[1:] else given[0], 0, 0
    elif name == "rotate":
        x, y = given[1:] or (0.0, 0.0)
        turn = radians(given[0])
        yield 1, 0, 0, 1, x, y
        yield cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0
        yield 1, 0, 0, 1, -x, -y
    else:
        slope = tan(radians(given[0]))
        yield (1, 0, slope, 1, 0, 0) if name == "skewX" else (1, slope, 0, 1, 0, 0)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def _scale(matrix: Matrix) -> float:
    a, b, c, d, _, _ = matrix
    return max(hypot(a, b), hypot(c, d))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
