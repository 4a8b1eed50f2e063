"""What belongs together stays on one line: the pieces of a cell that a line's end may not part.

The rules are data: `templates/layout/ties.yaml`. A cell's text stays as it is, character by
character; only its runs are cut and grouped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple
from unicodedata import category

from notices.page.document import Cell, Run
from notices.places import LAYOUT
from notices.textfiles import read_text_file
from notices.words.locales import month_names


class Tie(NamedTuple):
    """A stretch of a cell's text. `name` is `nowrap`, `nowrap long` (gives way where a whole line
    could not hold it) or `date`, which may be parted before its `year` in a narrow column."""

    start: int
    end: int
    name: str
    year: int = 0


@dataclass(frozen=True)
class Group:
    """Parts that are set alike; `name` is what the style sheet calls them."""

    name: str
    parts: tuple[Run | Group, ...]


class Rules(NamedTuple):
    """One language's: dates, all else, and how a paragraph ends."""

    dates: re.Pattern[str]
    others: re.Pattern[str]
    endings: re.Pattern[str]


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_text_file(LAYOUT / "ties.yaml").data
    return data


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name].replace("{s}", _data()["space"]))


@cache
def _rules(languages: tuple[str, ...]) -> Rules:
    """The rules of a letter's languages: what one writes stands in the other's text too."""
    data = _data()
    tongues = tuple(dict.fromkeys(lang.partition("-")[0] for lang in languages))
    forms = f"(?:{'|'.join(data['forms'])})"

    def compiled(by_language: Mapping[str, Any]) -> re.Pattern[str]:
        found = []
        for lang in ("all", *tongues):
            months = f"(?:{'|'.join(month_names(lang))})" if lang != "all" else ""
            given = by_language.get(lang, ())
            patterns = (given,) if isinstance(given, str) else given
            found += [pattern.replace("{month}", months) for pattern in patterns]
        whole = "|".join(found) or "(?!)"
        for slot, text in (("{form}", forms), ("{n}", data["number"]), ("{s}", data["space"])):
            whole = whole.replace(slot, text)
        return re.compile(whole, re.MULTILINE)

    return Rules(*(compiled(data[name]) for name in ("dates", "ties", "endings")))


def find_ties(cell: Cell, languages: tuple[str, ...]) -> tuple[Tie, ...]:
    """What of the cell's text may not be parted, in order and apart."""
    rules, text, year = _rules(languages), cell.text, _pattern("year")
    ends = accumulate(len(run.text) for run in cell.runs)
    whole = zip(cell.runs, ends, strict=True)
    found = [(end - len(run.text), end) for run, end in whole if run.nowrap]
    for pattern in rules:
        found += [match.span() for match in pattern.finditer(text)]
    years = {
        match.start() + said.start(): match.end()
        for match in rules.dates.finditer(text)
        if (said := year.search(match[0]))
    }
    return tuple(filter(None, (_tie(*span, text, years) for span in _merged(found, text))))


def _merged(found: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Stretches that overlap as one, each with the brackets and points that stand at it."""
    start = end = -1
    for first, last in sorted(found):
        last = _closed(text, last)
        if first and text[first - 1] in _data()["before"]:
            first -= 1
        if first >= end:
            if start >= 0:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if start >= 0:
        yield start, end


def _closed(text: str, end: int) -> int:
    while text[end : end + 1] and text[end] in _data()["after"]:
        end += 1
    return end


def _tie(start: int, end: int, text: str, years: Mapping[int, int]) -> Tie | None:
    """The stretch as a tie; None where no line would end within it anyway."""
    if not any(may_part(*pair) for pair in pairwise(text[start:end])):
        return None
    within = [at for at in years if start < at < end]
    if len(within) == 1 and end == _closed(text, years[within[0]]):
        return Tie(start, end, "date", within[0])
    return Tie(start, end, "nowrap long" if end - start > int(_data()["long"]) else "nowrap")


def may_part(one: str, other: str) -> bool:
    """Whether a line may end between two characters (roughly UAX 14, on the safe side)."""
    return one in " \u2009-–/" or max(one, other) >= "\u2e80"


@lru_cache(maxsize=8192)  # fixed wording comes again in every letter
def tied(cell: Cell, languages: tuple[str, ...]) -> tuple[Run | Group, ...]:
    """The cell's runs, cut and grouped for the layout."""
    parts: list[Run | Group] = []
    at = 0
    for tie in find_ties(cell, languages):
        parts += _pieces(cell, at, tie.start)
        parts += _group(cell, tie)
        at = tie.end
    return (*parts, *_pieces(cell, at, len(cell.text)))


def _group(cell: Cell, tie: Tie) -> Iterator[Group]:
    if not tie.year:
        yield Group(tie.name, tuple(_pieces(cell, tie.start, tie.end)))
        return
    day = Group("nowrap", tuple(_pieces(cell, tie.start, tie.year)))
    yield Group(tie.name, (day, *_pieces(cell, tie.year, tie.end)))


def _pieces(cell: Cell, start: int, end: int) -> Iterator[Run | Group]:
    """The runs of a stretch; apart, marks that are set half as wide and signs of another font."""
    text, at = cell.text, 0
    for run in cell.runs:
        first, last = max(start, at), min(end, at + len(run.text))
        at += len(run.text)
        for mark in _marks(text) if first < last else ():
            if first <= mark.start() < last:
                yield from _cut(run, text[first : mark.start()])
                if mark.lastgroup == "opening" and _leaves_air(text[: mark.start()]):
                    yield Group("gap", (replace(run, text=" ", nowrap=False),))
                yield Group(str(mark.lastgroup), tuple(_cut(run, mark[0])))
                first = mark.end()
        yield from _cut(run, text[first:last])


def _cut(run: Run, text: str) -> Iterator[Run]:
    if text:
        yield replace(run, text=text, nowrap=False)


@lru_cache(maxsize=8192)
def _marks(text: str) -> tuple[re.Match[str], ...]:
    if text.isascii():
        return ()
    named = (f"(?P<{name}>{_data()[name]})" for name in ("opening", "closing", "sign"))
    return tuple(re.finditer("|".join(named), text))


def _leaves_air(before: str) -> bool:
    """Whether an opening mark after this text has its air; after a mark or a space it has none."""
    return bool(before) and not before[-1].isspace() and not category(before[-1]).startswith("P")
