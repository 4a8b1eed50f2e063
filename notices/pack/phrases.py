"""What a wording rule's pattern finds: a phrase, a `regex:`, or words `near:` one another.

`near: tell|inform* & employer|boss` finds a word of each list within one sentence, in any order:
word order, the passive and what stands between don't matter. `*` stands for any letters. Texts come
folded, in one script and without accents (`folding`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from notices.pack.folding import HAN, bare, folded, one_script, ready
from notices.pack.patterns import NEAR, PREFIX

Span = tuple[int, int]
Hit = tuple[Span, ...]  # what was found of each list, in the order of the text

SENTENCE_END = re.compile(r"[.!?](?= |$)|[;。]")
_FAR = 70  # characters between words that are near one another
_FAR_HAN = 22
_IS_HAN = re.compile(f"[{HAN}]")
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "ß": "(?:ss|sz)"}


@dataclass(frozen=True)
class Words:
    """One list: letters without which a word of it is not there, and what finds the word."""

    each: tuple[tuple[str, re.Pattern[str]], ...]

    @cached_property
    def begun(self) -> frozenset[str]:
        return frozenset(needed[:3] for needed, _ in self.each)

    def spans(self, text: str) -> list[Span]:
        """Where the words stand; of those that overlap, the first and longest."""
        if self.begun.isdisjoint(_beginnings(text)):  # far quicker than searching
            return []
        there = [found_by for needed, found_by in self.each if needed in text]
        found = (match.span() for found_by in there for match in found_by.finditer(text))
        spans: list[Span] = []
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if start < end and (not spans or start >= spans[-1][1]):
                spans.append((start, end))
        return spans


@lru_cache(maxsize=256)
def _beginnings(text: str) -> frozenset[str]:
    """What up to three letters of the text stand together anywhere in it."""
    return frozenset(text[at : at + n] for n in range(4) for at in range(len(text)))


def find(pattern: str, text: str) -> tuple[Hit, ...]:
    """Everything that the pattern finds in a text that was made ready."""
    lists, far = _compiled(pattern)
    found = [lists[0].spans(text)]
    if not found[0]:
        return ()
    for listed in lists[1:]:
        found.append(listed.spans(text))
        if not found[-1]:
            return ()
    if len(found) == 1:
        return tuple((span,) for span in found[0])
    return tuple(dict.fromkeys(_together(found, far, text)))


def _together(found: list[list[Span]], far: int, text: str) -> Iterator[Hit]:
    """Each span of each list with the nearest of every other one in its sentence."""
    ends = [match.start() for match in SENTENCE_END.finditer(text)]
    for spans in found:
        for span in spans:
            hit = [span]
            for others in found:
                near = span if others is spans else _nearest(span, others, far, ends)
                if near is None:
                    break
                hit.append(near)
            else:
                yield tuple(sorted(set(hit)))


def _nearest(span: Span, others: list[Span], far: int, ends: list[int]) -> Span | None:
    at = bisect_left(others, span)
    beside = [
        (max(other[0] - span[1], span[0] - other[1]), other)
        for other in others[max(at - 1, 0) : at + 2]
        if bisect_left(ends, span[0]) == bisect_left(ends, other[0])
    ]
    distance, nearest = min(beside, default=(far + 1, span))
    return nearest if distance <= far else None


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> tuple[tuple[Words, ...], int]:
    if pattern.startswith(PREFIX):
        expression = _spelled(pattern.removeprefix(PREFIX))
        return (Words((("", re.compile(expression, re.IGNORECASE)),)),), 0
    if not pattern.startswith(NEAR):
        phrase = ready(folded(pattern).strip())
        return (Words(((phrase, re.compile(re.escape(phrase))),)),), 0
    lists = tuple(map(words, pattern.removeprefix(NEAR).split("&")))
    return lists, _FAR_HAN if _IS_HAN.search(pattern) else _FAR


def words(said: str) -> Words:
    """What finds the words of a list, as `tell | inform*`."""
    listed = [one_script(folded(word)).strip() for word in said.split("|")]
    needed = (bare(max(re.split(r"[äöüß*]", word), key=len)) for word in listed)
    return Words(tuple(zip(needed, map(re.compile, map(_word, listed)), strict=True)))


def _word(word: str) -> str:
    """A word as an expression: whole, but for its `*`; Han has no word ends."""
    inner = _spelled(re.escape(word.strip("*"))).replace(r"\*", r"\w*")
    if _IS_HAN.search(word):
        return inner
    start = "" if word.startswith("*") or not word[0].isalnum() else r"(?<!\w)"
    if word.endswith("*"):
        return start + inner + r"\w*"
    return start + inner + (r"(?!\w)" if word[-1].isalnum() else "")


def _spelled(expression: str) -> str:
    """With or without umlauts (Gefängnis, Gefaengnis, Gefangnis) and accents."""
    written = "".join(_UMLAUTS.get(c, c) for c in one_script(expression))
    return bare(written)
