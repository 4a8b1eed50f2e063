"""Conditions that contradict each other: what asks for both sides of a thing is never printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notices.finding import Finding
from notices.pack.coverage import many_valued
from notices.pack.formula import conjunction, disjuncts, possible
from notices.pack.protected import choices_of
from notices.pack.sentences import said_params
from notices.pack.types import Condition, Kind, Pack


def check_contradictions(pack: Pack) -> Iterator[Finding]:
    """Named conditions that never hold, and parts and their clauses that no letter can print."""
    for name, condition in pack.conditions.items():
        if not can_hold(pack, [condition]):
            place = pack.lines.get(f"conditions/{name}", ("conditions.yaml", 0))
            yield _told(pack, (*place, name), name, "–", [condition])
    for kind in pack.kinds.values():
        yield from check_contradictions_of(pack, kind)
    printed = {name for kind in pack.kinds.values() for part in kind.parts for name in part.clauses}
    for clause in pack.clauses.values():  # told with their kinds above, where any prints them
        if clause.id not in printed and not can_hold(pack, [clause.when]):
            where = (clause.file, clause.line, f"{clause.id}.when")
            yield _told(pack, where, clause.id, "–", [clause.when])


def check_contradictions_of(pack: Pack, kind: Kind) -> Iterator[Finding]:
    """The parts of one kind that no letter can print, and clauses, as any of their variants."""
    for index, part in enumerate(kind.parts):
        place = (kind.source.file, part.line, f"{kind.id}.parts[{index}].when")
        if not can_hold(pack, [part.when], kind):
            yield _told(pack, place, part.clause or part.block, kind.id, [part.when])
            continue
        for name in part.clauses:
            clause = pack.clauses.get(name)
            asked = [part.when, clause.when] if clause else [part.when]
            if clause and not can_hold(pack, asked, kind):
                yield _told(pack, place, name, kind.id, asked)


def can_hold(pack: Pack, conditions: Iterable[Condition], kind: Kind | None = None) -> bool:
    """Whether some letter (of the kind) satisfies all of these."""
    letters = [{"kind": kind.id, "level": str(lv)} for lv in kind.levels] if kind else [{}]
    asked = tuple(conditions)
    return not any(asked) or any(
        possible(
            conjunction(*(disjuncts(when, known, pack.conditions) for when in asked)),
            many_valued(pack),
            choices_of(pack, known),
        )
        for known in letters
    )


def _told(
    pack: Pack, place: tuple[str, int, str], name: str, kind: str, asked: list[Condition]
) -> Finding:
    params = {"name": name, "kind": kind, **said_params(pack, *asked)}
    return Finding("never-printed", "error", *place, params)
