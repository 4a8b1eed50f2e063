"""How letters look, and of each look the letters in which something is longest.

Letters of one look differ in what is filled in alone. Where the longest of each value fits, the
others do; so a dry run lays out these few, whatever the number of rows, and the shortest letter,
which tells whether the others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar
from unicodedata import east_asian_width

from notices.letter.check import Checked
from notices.page.document import Block, Document, Run

# What a character takes of a line, roughly, in tenths of a Han character's width.
_WIDE, _CAPITAL, _USUAL, _NARROW = 10, 7, 5, 3
_NARROWS = frozenset(" \u00a0\u202f.,:;'’|!/()[]-fijlrtI")
_BREAK = re.compile(r"[ \n]+")

WHOLE = "letter"  # the place of all of its text
T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """What decides the geometry of a letter, and how long each thing in it is. `parts` are its
    blocks beside running text; `lengths` go by the place that a text has in the letter."""

    pack: str
    kind: str
    level: int
    languages: tuple[str, ...]
    arrangement: str
    envelope: str
    large_print: bool
    parts: tuple[str, ...]
    lengths: Mapping[str, int] = field(default_factory=dict, compare=False)


def look_of(checked: Checked) -> Look | None:
    """How a composed letter looks; None where there is none."""
    document, case = checked.document, checked.case
    if document is None or case is None:
        return None
    parts = {_part(block) for block in document.blocks if block.kind != "clause"}
    return Look(
        *(case.pack, case.kind, case.level, document.languages),
        *(document.arrangement, document.envelope.id, document.large_print),
        (*sorted(parts), *sorted(image.name for image in document.images)),
        _lengths(document),
    )


def _part(block: Block) -> str:
    return f"{block.kind}-{block.style}{len(block.shares) or ''}"


def _lengths(document: Document) -> dict[str, int]:
    """The longest text of each place, and the length of the whole."""
    longest: dict[str, int] = {}
    for place, length in _places(document):
        if length > longest.get(place, 0):
            longest[place] = length
    return longest


def _places(document: Document) -> Iterator[tuple[str, int]]:
    yield WHOLE, sum(len(text) for _, _, text in document.texts())
    head, address = document.letterhead, document.recipient
    yield "recipient lines", len(address.lines)
    for name, texts in (
        ("recipient", address.lines),
        ("return address", (" ".join(document.return_address.lines),)),
        ("letterhead", [side.text for side in (*head.names, *head.lines)]),
        ("subject", [side.text for side in document.subject]),
        ("later pages", document.furniture.short.values()),
        ("code", [code.payload for code in document.codes]),
    ):
        for text in texts:
            yield name, width(text)
    for block in document.blocks:
        flows, part = block.kind == "clause", _part(block)
        yield f"{part} rows", len(block.rows)
        for row in block.rows:
            for side in row.sides:
                for cell in side.cells:
                    place = f"word {block.column}" if flows else f"{part} {cell.role} word"
                    yield place, longest_word(cell.text)
                    for run in cell.runs:
                        if not flows and _is_value(run):
                            yield f"{part} {cell.role} {run.name}", width(run.text)


def _is_value(run: Run) -> bool:
    return bool(run.name) or run.nowrap


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """What a text takes of a line, roughly."""
    return sum(map(_width_of, text))


@lru_cache(maxsize=4096)
def _width_of(char: str) -> int:
    if east_asian_width(char) in "WF":
        return _WIDE
    return _NARROW if char in _NARROWS else _CAPITAL if char.isupper() else _USUAL


@lru_cache(maxsize=4096)
def longest_word(text: str) -> int:
    """The width of the longest stretch without a blank; between Han characters a line breaks."""
    if len(text) < 200 and text.isascii():
        return max((width(word) for word in text.split()), default=0)
    words = (part for word in _BREAK.split(text) for part in _narrow_parts(word))
    return max(map(width, words), default=0)


def _narrow_parts(word: str) -> Iterator[str]:
    part = ""
    for char in word:
        if east_asian_width(char) in "WF":
            yield part
            part = ""
        else:
            part += char
    yield part


@dataclass
class _Longest(Generic[T]):
    """The letters of one look so far: how many, and in which of them something is longest; the
    shortest letter is kept as well."""

    letters: int = 0
    shortest: tuple[int, Mapping[str, int], T] | None = None
    lengths: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # by place, the first of that length
    kept: dict[int, tuple[Mapping[str, int], T]] = field(default_factory=dict)

    def add(self, number: int, lengths: Mapping[str, int], letter: T) -> None:
        self.letters += 1
        if self.shortest is None or lengths[WHOLE] < self.shortest[1][WHOLE]:
            self.shortest = number, lengths, letter
        longer = [place for place, n in lengths.items() if n > self.lengths.get(place, 0)]
        if not longer:
            return
        for place in longer:
            self.lengths[place] = lengths[place]
            self.first[place] = number
        self.kept[number] = lengths, letter
        still = set(self.first.values())
        self.kept = {n: kept for n, kept in self.kept.items() if n in still}

    def chosen(self, most: int) -> Iterator[T]:
        """At most so many letters: the shortest, and those that together have as many of the
        longest as they can."""
        if self.shortest is None or not most:
            return
        number, lengths, letter = self.shortest
        yield letter
        open_places = set(self.lengths) - self._holds(lengths)
        left = {n: self._holds(had) for n, (had, _) in self.kept.items() if n != number}
        for _ in range(min(most - 1, len(left))):
            best = max(left, key=lambda n: (len(left[n] & open_places), -n))
            if not left[best] & open_places:
                return
            open_places -= left.pop(best)
            yield self.kept[best][1]

    def _holds(self, lengths: Mapping[str, int]) -> set[str]:
        return {place for place, n in lengths.items() if n == self.lengths[place]}


class LongestLetters(Generic[T]):
    """Letters as they go by, of which each look's longest are kept; memory grows with the looks."""

    def __init__(self) -> None:
        self._looks: dict[Look, _Longest[T]] = {}

    def add(self, number: int, look: Look, letter: T) -> None:
        """Note a letter; each has a number of its own, above those before it."""
        self._looks.setdefault(look, _Longest()).add(number, look.lengths, letter)

    def chosen(self, most: int) -> Iterator[tuple[Look, int, Sequence[T]]]:
        """Each look, how many letters have it, and at most so many of them."""
        for look, longest in self._looks.items():
            yield look, longest.letters, tuple(longest.chosen(most))
