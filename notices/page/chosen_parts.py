"""Which of a kind's parts a letter has, by the facts of its case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from notices.pack.conditions import Asked, Told, asked_facts, cut_down, holds
from notices.pack.types import CLAUSE_BLOCKS, Kind, Pack, Part


def chosen_parts(kind: Kind, pack: Pack, facts: Mapping[str, object]) -> tuple[Part, ...]:
    """The parts whose conditions hold, with those of their clauses whose conditions hold."""
    return _chosen(kind, pack, cut_down(facts, _asked(kind, pack)))


@lru_cache(maxsize=64)
def _asked(kind: Kind, pack: Pack) -> Asked:
    conditions = [part.when for part in kind.parts]
    conditions += [pack.clauses[name].when for part in kind.parts for name in part.clauses]
    return asked_facts(conditions, pack.conditions)


@lru_cache(maxsize=4096)  # letters differ in few facts that a part or clause asks about
def _chosen(kind: Kind, pack: Pack, told: Told) -> tuple[Part, ...]:
    facts = dict(told)

    def stands(clause: str) -> bool:
        return holds(pack.clauses[clause].when, facts, pack.conditions)

    return tuple(
        replace(part, rows=tuple(filter(stands, part.rows)))
        if part.block in CLAUSE_BLOCKS
        else part
        for part in kind.parts
        if (not part.when or holds(part.when, facts, pack.conditions))
        and (not part.clause or stands(part.clause))
    )
