"""Conditions that two states of a pack say otherwise, as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notices.pack.sentences import Tongue, in_both_tongues
from notices.pack.types import Condition, Kind, Pack


@dataclass(frozen=True)
class SaidChange:
    """When a clause, or a part of a kind, is printed, in both languages: as it was, and as it is;
    None where there was or is no such thing."""

    name: str  # `clauses/ID`, `kinds/KIND/PART`
    before: Mapping[Tongue, str] | None
    after: Mapping[Tongue, str] | None


def said_changes(before: Pack, after: Pack) -> tuple[SaidChange, ...]:
    """Clauses first, then the parts of each kind; what only came or went with its text is left to
    the redline, unless it asks something."""
    return (*_of_clauses(before, after), *_of_parts(before, after))


def _of_clauses(before: Pack, after: Pack) -> Iterator[SaidChange]:
    for name in dict.fromkeys((*after.clauses, *before.clauses)):
        old = _in_order(before.clauses[name].when) if name in before.clauses else None
        new = _in_order(after.clauses[name].when) if name in after.clauses else None
        yield from _change(f"clauses/{name}", (before, old), (after, new))


def _of_parts(before: Pack, after: Pack) -> Iterator[SaidChange]:
    for kind in dict.fromkeys((*after.kinds, *before.kinds)):
        old, new = _whens(before.kinds.get(kind)), _whens(after.kinds.get(kind))
        for part in dict.fromkeys((*new, *old)):
            gone, come = _without(old, new, part), _without(new, old, part)
            for index in range(max(len(gone), len(come))):
                was = gone[index] if index < len(gone) else None
                now = come[index] if index < len(come) else None
                yield from _change(f"kinds/{kind}/{part}", (before, was), (after, now))


def _whens(kind: Kind | None) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for part in kind.parts if kind else ():
        found.setdefault(part.id, []).append(_in_order(part.when))
    return found


def _in_order(when: Condition) -> Condition:
    """What a condition asks, in one order: an approved text keeps another than the file."""
    return {key: tuple(sorted(when[key])) for key in sorted(when)}


def _without(
    one: Mapping[str, list[Condition]], other: Mapping[str, list[Condition]], part: str
) -> list[Condition]:
    """The conditions of a part's places in one state that none of its places in the other has."""
    left = Counter(map(str, other.get(part, ())))
    found = []
    for when in one.get(part, ()):
        if left[str(when)]:
            left[str(when)] -= 1
        else:
            found.append(when)
    return found


def _change(
    name: str, old: tuple[Pack, Condition | None], new: tuple[Pack, Condition | None]
) -> Iterator[SaidChange]:
    said = [None if when is None else in_both_tongues(pack, when) for pack, when in (old, new)]
    asks = any(when for _, when in (old, new))
    if said[0] != said[1] and asks:
        yield SaidChange(name, said[0], said[1])
