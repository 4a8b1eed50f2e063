"""Drafting `earlier`: columns of a last letter's level and day, and which letter each level is.

That is certain only where the levels in the column are 1 to n and the ladder has n letters; else
the lines are offered, to be read by a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from notices.case.blank_record import quoted
from notices.tables.header_words import How
from notices.tables.mapping_draft import Draft
from notices.tables.row_earlier import plain_level

LEVEL, DATE = "earlier.level", "earlier.date"


def with_earlier(
    draft: Draft, samples: Mapping[str, Sequence[str]], letters: Sequence[str]
) -> Draft:
    """The draft with the letters of the levels that its column holds; `letters` are those of the
    ladder, in order. Without both columns, or
    where it is not certain, they stand as offered."""
    placed = {match.target: match for match in draft.matches if match.target in (LEVEL, DATE)}
    if not placed:
        return draft
    level = placed.get(LEVEL)
    seen = {plain_level(text) for text in samples.get(level.header, ())} if level else set()
    seen -= {"", "0"}
    numbers = sorted(int(text) for text in seen if text.isdecimal())
    proven = (
        placed.keys() == {LEVEL, DATE}
        and all(match.how == "synonym" for match in placed.values())
        and len(numbers) == len(seen)
        and bool(numbers)
        and numbers[-1] == len(letters)
    )
    is_counted = len(numbers) == len(seen)
    known = [*map(str, range(1, max([1, *numbers]) + 1))] if is_counted else sorted(seen)
    pairs = zip_longest(known, letters[: len(known)], fillvalue="")
    how: How = "synonym" if proven else "unproven"
    matches = [replace(m, how=how) if m.target in placed else m for m in draft.matches]
    levels = {name: letter for name, letter in pairs if name} if level else {}
    return replace(draft, matches=tuple(matches), levels=levels)


def earlier_lines(draft: Draft, words: Callable[..., str]) -> list[str]:
    """The lines of `earlier`; a comment where they are offered."""
    placed = {m.target: m for m in draft.matches if m.target in (LEVEL, DATE)}
    if not placed:
        return []
    levels = ", ".join(f"{quoted(n)}: {letter or '…'}" for n, letter in draft.levels.items())
    said = [f"levels: {{{levels}}}"] if levels else []
    said += [f"{t.partition('.')[2]}: {quoted(m.header)}" for t, m in sorted(placed.items())]
    how = next(iter(placed.values())).how
    line = f"earlier: {{{', '.join(said)}}}"
    if how == "synonym":
        return ["", f"{line}  # {words('map-earlier')}"]
    return ["", f"# {line}  # {words('map-unproven')}"]
