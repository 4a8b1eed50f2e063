"""Where used: the kinds and levels that a clause, term, placeholder or condition shows in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from notices.markup import parse_clause
from notices.pack.conditions import mentioned
from notices.pack.coverage import many_valued
from notices.pack.formula import conjunction, disjuncts, possible
from notices.pack.types import Clause, Condition, Kind, Pack, Part
from notices.pack.vocabulary import BLOCKS, NAMING_BLOCKS

Room = Literal["clause", "label", "placeholder", "condition"]
ROOMS: tuple[Room, ...] = ("clause", "label", "placeholder", "condition")


@dataclass(frozen=True)
class Use:
    """One place in one kind's letters. `part` is the part's index, -1 for subject and must_print.

    `through` is the clause or condition in between, "" where the place names the thing itself.
    """

    kind: str
    levels: tuple[int, ...]  # those whose letters can show it
    part: int
    through: str = ""


def find_uses(pack: Pack, room: Room, name: str) -> tuple[Use, ...]:
    """Everywhere a thing of the pack is used, in letter order, each place once."""
    finders = {
        "clause": clause_uses,
        "label": label_uses,
        "placeholder": placeholder_uses,
        "condition": condition_uses,
    }
    return finders[room](pack, name)


def rooms_of(pack: Pack, name: str) -> tuple[Room, ...]:
    """What a name means in the pack; one name may be a placeholder and its label."""
    known = {
        "clause": name in pack.clauses,
        "label": name in pack.labels,
        "placeholder": bool(placeholder_uses(pack, name)) or name in pack.fields,
        "condition": name in pack.conditions,
    }
    return tuple(room for room in ROOMS if known[room])


def clause_uses(pack: Pack, clause: str) -> tuple[Use, ...]:
    """The letters that can print the clause: as a subject, as a part, or as a part's line."""
    return tuple(
        Use(kind.id, levels, index)
        for kind, index, part, shown in _places(pack)
        if shown and shown.id == clause
        if (levels := _levels(pack, kind, index, part, shown))
    )


def label_uses(pack: Pack, label: str) -> tuple[Use, ...]:
    """The letters that name the label as a part's title or row; what the layout names itself isn't
    listed."""
    return tuple(
        Use(kind.id, levels, index)
        for kind in pack.kinds.values()
        for index, part in enumerate(kind.parts)
        if label == part.title or (label in part.rows and not part.clauses)
        if (levels := _levels(pack, kind, index, part, None))
    )


def placeholder_uses(pack: Pack, name: str) -> tuple[Use, ...]:
    """The letters that can print the placeholder: in a clause, in rows, or by a block itself."""
    found: list[Use] = []
    for kind, index, part, shown in _places(pack):
        levels = _levels(pack, kind, index, part, shown)
        if not levels:
            continue
        if shown and any(name in parse_clause(text).names for text in shown.texts.values()):
            found.append(Use(kind.id, levels, index, shown.id))
        elif shown is None and name in _named(part):
            found.append(Use(kind.id, levels, index))
    found += [Use(k.id, k.levels, -1) for k in pack.kinds.values() if name in k.must_print]
    return tuple(dict.fromkeys(found))


def condition_uses(pack: Pack, condition: str) -> tuple[Use, ...]:
    """The letters that the named condition decides about, directly or through another one."""
    found: list[Use] = []
    for kind, index, part, shown in _places(pack):
        own = condition in mentioned(part.when, pack.conditions)
        by_clause = shown is not None and any(
            condition in mentioned(shown.read_as(variant).when, pack.conditions)
            for variant in shown.variants
        )
        if own or by_clause:
            levels = _levels(pack, kind, index, part, None)
            found.append(Use(kind.id, levels, index, "" if own or not shown else shown.id))
    return tuple(dict.fromkeys(use for use in found if use.levels))


def _named(part: Part) -> frozenset[str]:
    """The placeholders that a part without clauses prints."""
    if part.block in NAMING_BLOCKS and part.rows:
        return frozenset(part.rows)
    return frozenset(BLOCKS.get(part.block, ()))


def _places(pack: Pack) -> Iterator[tuple[Kind, int, Part, Clause | None]]:
    """Every place of every kind: subjects first (-1), then parts, once for each clause."""
    for kind in pack.kinds.values():
        for subject in dict.fromkeys((*kind.subjects.values(), kind.subject)):
            if subject in pack.clauses:
                yield kind, -1, Part(clause=subject), pack.clauses[subject]
        for index, part in enumerate(kind.parts):
            shown = [pack.clauses[name] for name in part.clauses if name in pack.clauses]
            for clause in shown:
                yield kind, index, part, clause
            if not part.clauses:
                yield kind, index, part, None


def _levels(
    pack: Pack, kind: Kind, index: int, part: Part, clause: Clause | None
) -> tuple[int, ...]:
    """The levels at which the place can show."""
    several = many_valued(pack)
    nothing: Condition = {}

    def can_show(level: int) -> bool:
        if index < 0 and kind.subjects.get(level, kind.subject) != part.clause:
            return False
        known = {"kind": kind.id, "level": str(level)}
        asked = (part.when, clause.when if clause else nothing)
        terms = [disjuncts(when, known, pack.conditions) for when in asked]
        return possible(conjunction(*terms), several)

    return tuple(level for level in kind.levels if can_show(level))
