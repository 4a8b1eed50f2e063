"""A text from one state to another with the names of those who changed it, by the log of edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from notices.markup import unwrapped
from notices.wording.history import Change
from notices.wording.redline import Op, words_of
from notices.wording.yaml_rewrite import value_at


@dataclass(frozen=True)
class Hand:
    """Who changed a stretch of text, and when (ISO 8601); both "" where nobody knows."""

    by: str = ""
    when: str = ""


@dataclass(frozen=True)
class HandRun:
    """A stretch of text that stayed, or that somebody took out or put in."""

    op: Op
    text: str
    hand: Hand = Hand()


@dataclass(frozen=True)
class _Word:
    text: str
    came: Hand | None = None
    went: Hand | None = None

    @property
    def run(self) -> tuple[Op, Hand]:
        if self.went:
            return "removed", self.went
        return ("added", self.came) if self.came else ("same", Hand())


def attribute(before: str, after: str, changes: Iterable[Change], piece: str) -> list[HandRun]:
    """Runs from a piece's one text to its later one, each with the hand of its last change.

    The changes are those of the log, oldest first; what they leave open is nobody's. Texts are
    compared as `unwrapped` has them. The same and removed runs joined are the old text, the same
    and added ones the new text.
    """
    words = [_Word(word) for word in words_of(before)]
    for text, hand in _steps(before, after, changes, piece):
        words = list(_changed(words, words_of(text), hand))
    return [
        HandRun(op, "".join(word.text for word in run), hand)
        for (op, hand), run in groupby(words, lambda word: word.run)
    ]


def _steps(
    before: str, after: str, changes: Iterable[Change], piece: str
) -> Iterator[tuple[str, Hand]]:
    """The texts that lead from one to the other, each with whose it is."""
    known = [
        (said[0], said[1], Hand(change.by, change.when))
        for change in changes
        if change.is_kept and f"{piece}/".startswith(f"{change.piece}/")
        if (said := _said(change, piece))[0] != said[1]
    ]
    begins = [i for i, (old, _, _) in enumerate(known) if old == before]
    if not begins and known and known[-1][1] == after != before:
        begins = [_unbroken(known)]
    text = before
    for old, new, hand in known[begins[-1] :] if begins else ():
        if old != text:
            yield old, Hand()  # changed in the file itself
        yield new, hand
        text = new
    if text != after:
        yield after, Hand()


def _unbroken(known: list[tuple[str, str, Hand]]) -> int:
    """Where the last changes begin that follow each other with nothing between."""
    first = len(known) - 1
    while first and known[first - 1][1] == known[first][0]:
        first -= 1
    return first


def _said(change: Change, piece: str) -> tuple[str, str]:
    """What the change made of the piece, also where it changed more than that."""
    inner = tuple(piece.split("/")[len(change.piece.split("/")) :])
    old, new = (_text(value_at(value, inner)) for value in (change.before, change.after))
    return old, new


def _text(value: Any) -> str:
    return unwrapped(value) if isinstance(value, str) else ""


def _changed(words: list[_Word], new: list[str], hand: Hand) -> Iterator[_Word]:
    """The words after one more change: one that came and went again is gone without a trace."""
    standing = [word.text for word in words if not word.went]
    ops = SequenceMatcher(None, standing, new, False).get_opcodes()
    places = [i for i, word in enumerate(words) if not word.went]
    taken = {
        places[i] for op, a1, a2, _, _ in ops if op in ("delete", "replace") for i in range(a1, a2)
    }
    come = {
        a2: [_Word(text, came=hand) for text in new[b1:b2]]
        for op, _, a2, b1, b2 in ops
        if op in ("insert", "replace")
    }
    seen = 0  # standing words so far
    for i, word in enumerate(words):
        if not word.went and seen in come:
            yield from come.pop(seen)
        if i not in taken:
            yield word
        elif not word.came:
            yield replace(word, went=hand)
        seen += not word.went
    yield from come.pop(seen, ())
