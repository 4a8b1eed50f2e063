"""Which of a kind's parts a letter has, and how its recipient reads their clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from notices.pack.conditions import Asked, KnownFacts, asked_facts, cut_down, holds
from notices.pack.types import CLAUSE_BLOCKS, Clause, Kind, Pack, Part


def chosen_parts(kind: Kind, pack: Pack, facts: Mapping[str, object]) -> tuple[Part, ...]:
    """The parts whose conditions hold, with those of their clauses whose conditions hold."""
    return _chosen(kind, pack, cut_down(facts, _asked(kind, pack)))


def read_clauses(kind: Kind, pack: Pack, facts: Mapping[str, object]) -> Mapping[str, Clause]:
    """The kind's clauses as this letter's recipient reads them.

    A clause of which not exactly one variant fits is left out: no letter prints another's words.
    """
    return _read(kind, pack, cut_down(facts, _asked(kind, pack)))


def _clauses(kind: Kind, pack: Pack) -> tuple[Clause, ...]:
    subjects = (kind.subject, *kind.subjects.values())
    names = dict.fromkeys((*subjects, *(name for part in kind.parts for name in part.clauses)))
    return tuple(pack.clauses[name] for name in names)


@lru_cache(maxsize=64)
def _asked(kind: Kind, pack: Pack) -> Asked:
    conditions = [part.when for part in kind.parts]
    for clause in _clauses(kind, pack):
        conditions += [clause.read_as(name).when for name in clause.variants]
    return asked_facts(conditions, pack.conditions)


@lru_cache(maxsize=4096)
def _read(kind: Kind, pack: Pack, known: KnownFacts) -> Mapping[str, Clause]:
    facts = dict(known)
    found = {}
    for clause in _clauses(kind, pack):
        fitting = [
            name
            for name in clause.variants
            if not name or holds(pack.conditions[name], facts, pack.conditions)
        ]
        if len(fitting) == 1:
            found[clause.id] = clause.read_as(fitting[0])
    return found


@lru_cache(maxsize=4096)  # letters differ in few facts that a part or clause asks about
def _chosen(kind: Kind, pack: Pack, known: KnownFacts) -> tuple[Part, ...]:
    facts = dict(known)

    def is_read(clause: str) -> bool:
        return holds(pack.clauses[clause].when, facts, pack.conditions)

    return tuple(
        replace(part, rows=tuple(filter(is_read, part.rows)))
        if part.block in CLAUSE_BLOCKS
        else part
        for part in kind.parts
        if (not part.when or holds(part.when, facts, pack.conditions))
        and (not part.clause or is_read(part.clause))
    )


def block_id(part: Part, clause: Clause, read: Clause) -> str:
    """A clause's id on the page: with its variant, unless that is the first one.

    It stands in the file's structure: so a letter has the bytes that it had when each variant was
    a clause of its own.
    """
    return part.id if read.variant == clause.variants[0] else f"{part.id}-{read.variant}"
