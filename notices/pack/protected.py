"""What no letter of a kind may lack, in whatever case: protected parts, and all of `must_print`.

A kind's `protected` names clauses and blocks with the condition under which each must stand. What
parts and clauses ask is held against it as formulas, so a part that was removed, and one that was
narrowed by a further condition, are the same fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from notices.finding import Finding
from notices.markup import parse_clause
from notices.pack.conditions import holds
from notices.pack.coverage import many_valued
from notices.pack.formula import (
    Alternatives,
    Choices,
    conjunction,
    disjuncts,
    only_possible,
)
from notices.pack.sentences import said_params
from notices.pack.types import Clause, Condition, Kind, Pack, Part
from notices.pack.vocabulary import (
    ALWAYS_PRINTED,
    BLOCKS,
    DEBTOR_TYPES,
    NAMING_BLOCKS,
    SENDER_ROLES,
)

Whens = tuple[Condition, ...]  # all of them must hold


def check_protected(pack: Pack) -> Iterator[Finding]:
    """Protected parts, and names of `must_print`, that some letter of the kind would lack."""
    for kind in pack.kinds.values():
        yield from check_protected_kind(pack, kind)


def check_protected_kind(pack: Pack, kind: Kind) -> Iterator[Finding]:
    """The same of one kind; each part and name once, at the first level that lacks it."""
    file, line = kind.source.file, kind.source.line
    for name, when in kind.protected.items():
        for level in kind.levels:
            if _lacking(pack, kind, level, [when], _standing(kind, name, pack)):
                params = {"name": name, "kind": kind.id, "level": str(level)}
                params |= said_params(pack, when)
                yield Finding("protected-part", "error", file, line, f"{kind.id}.parts", params)
                break
    for name in kind.must_print:
        if name in ALWAYS_PRINTED:
            continue
        gap = ((lv, lang) for lv in kind.levels for lang in pack.formats)
        for level, lang in gap:
            covers = list(_printing(kind, level, lang, name, pack))
            if covers and _lacking(pack, kind, level, [], covers):
                params = {"name": name, "kind": kind.id, "level": str(level), "lang": lang}
                yield Finding("must-print-gap", "error", file, line, f"{kind.id}.parts", params)
                break


def _lacking(
    pack: Pack, kind: Kind, level: int, needed: list[Condition], covers: list[Whens]
) -> Alternatives:
    """The letters of which `needed` holds and none of `covers` does."""
    known = {"kind": kind.id, "level": str(level)}
    several, choices = many_valued(pack), choices_of(pack, known)
    left = conjunction(*(disjuncts(when, known, pack.conditions) for when in needed))
    for whens in covers:
        opposite = [disjuncts(w, known, pack.conditions, positive=False) for w in whens]
        left = conjunction(left, tuple(a for alternatives in opposite for a in alternatives))
        left = only_possible(left, several, choices)
    for permitted in _not_refused(pack, known) if left else ():
        left = only_possible(conjunction(left, permitted), several, choices)
    return left


def choices_of(pack: Pack, known: Mapping[str, str]) -> Choices:
    """What every letter that is `known` has: fields always stated, codes with all their values."""
    stated = _always_stated(pack, known)
    codes = {"debtor_type": frozenset(DEBTOR_TYPES), "sender_role": frozenset(SENDER_ROLES)}
    codes |= {n: frozenset(pack.fields[n].allowed) for n in stated if pack.fields[n].allowed}
    return (*(("has", frozenset((name,))) for name in stated), *codes.items())


def _always_stated(pack: Pack, known: Mapping[str, str]) -> frozenset[str]:
    """Fields that every such letter has: required outright, or because another one is there."""
    stated: frozenset[str] = frozenset()
    while True:
        facts = {**known, "present": stated}
        more = frozenset(
            field.name
            for field in pack.fields.values()
            if any(_asks_for(c) and holds(c, facts, pack.conditions) for c in field.required)
        )
        if more <= stated:
            return stated
        stated |= more


def _asks_for(condition: Condition) -> bool:
    """Whether it asks only what stays true when more becomes known."""
    return condition.keys() <= {"kind", "level", "has"}


def _not_refused(pack: Pack, known: Mapping[str, str]) -> Iterator[Alternatives]:
    """What holds of every letter, as the pack refuses the others. A refusal is asked of each debt;
    one that asks two things of a debt says nothing of what several debts have between them."""
    one_each = {"debtor_type", "sender_role"}
    for refusal in pack.refusals:
        dated = refusal.valid_from or refusal.valid_to or refusal.per_debt
        if dated or refusal.severity != "error":
            continue
        refused = disjuncts(refusal.when, known, pack.conditions)
        if all(len([x for x in a if x.key not in one_each]) < 2 for a in refused):
            yield disjuncts(refusal.when, known, pack.conditions, positive=False)


def _standing(kind: Kind, name: str, pack: Pack) -> list[Whens]:
    """When the parts of that name stand: a block's parts, or those that print a clause."""
    found: list[Whens] = []
    for part in kind.parts:
        if part.block == name:
            found.append((part.when,))
        elif name in part.clauses and name in pack.clauses:
            found.append((part.when, pack.clauses[name].when))
    return found


def _printing(kind: Kind, level: int, lang: str, name: str, pack: Pack) -> Iterator[Whens]:
    """When a placeholder is printed in a language, by each part that can."""
    subject = kind.subjects.get(level, kind.subject)
    for part in (Part(clause=subject), *kind.parts):
        named = part.rows if part.block in NAMING_BLOCKS and part.rows else BLOCKS.get(part.block)
        if named and name in named:
            yield (part.when,)
        for clause in part.clauses:
            for read in _variants(pack, clause):
                if name in parse_clause(read.texts.get(lang, "")).names:
                    yield (part.when, read.when)


def _variants(pack: Pack, clause: str) -> Iterator[Clause]:
    if clause in pack.clauses:
        yield from map(pack.clauses[clause].read_as, pack.clauses[clause].variants)
