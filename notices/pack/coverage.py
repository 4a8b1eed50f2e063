"""Whether a kind's parts print what must be printed, and say only what may be said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from notices.finding import Finding
from notices.markup import parse_clause
from notices.pack.bans import Place, check_text
from notices.pack.formula import NEVER, Alternatives, conjunction, disjuncts, possible
from notices.pack.types import Ban, Clause, Kind, Pack, Part
from notices.pack.vocabulary import (
    ALWAYS_PRINTED,
    BLOCKS,
    DEBTOR_TYPES,
    NAMING_BLOCKS,
    SENDER_ROLES,
)


def check_printed(pack: Pack) -> Iterator[Finding]:
    """`must_print` names that no part of a level can print, in some language."""
    for kind in pack.kinds.values():
        for level in kind.levels:
            for lang in pack.formats:
                printed = _printed(kind, level, lang, pack)
                for name in kind.must_print:
                    if name not in printed:
                        params = {"name": name, "level": str(level), "lang": lang}
                        place = (kind.source.file, kind.source.line, f"{kind.id}.must_print")
                        yield Finding("must-print-unplaced", "error", *place, params)


ASKING = frozenset({"pay_by", "days_to_pay", "account_holder"})  # what asks for payment


def check_forms(pack: Pack) -> Iterator[Finding]:
    """Kinds that ask for no payment, yet print a day or an account for it; slips side by side."""
    for kind in pack.kinds.values():
        place = (kind.source.file, kind.source.line, kind.id)
        if not kind.asks_payment:
            named = (
                _printed(kind, level, lang, pack) for level in kind.levels for lang in pack.formats
            )
            for name in sorted(ASKING & set().union(*named)):
                yield Finding("asks-for-payment", "error", *place, {"name": name, "kind": kind.id})
        slips = any(part.block == "tear_off" for part in kind.parts)
        if slips and kind.arrangements != ("sequential",):
            yield Finding("tear-off-arrangement", "error", *place, {"kind": kind.id})


def _printed(kind: Kind, level: int, lang: str, pack: Pack) -> set[str]:
    printed = set(ALWAYS_PRINTED)
    known = {"kind": kind.id, "level": str(level)}
    subject = pack.clauses.get(kind.subjects.get(level, kind.subject))
    clauses = [subject.read_as(name) for name in subject.variants] if subject else []
    for part in kind.parts:
        several = many_valued(pack)
        if not possible(disjuncts(part.when, known, pack.conditions), several):
            continue
        clauses += [
            read
            for name in part.clauses
            for clause in ([pack.clauses[name]] if name in pack.clauses else [])
            for read in map(clause.read_as, clause.variants)
            if possible(_stands(part, read, known, pack), several)
        ]
        if part.block in NAMING_BLOCKS and part.rows:
            printed.update(part.rows)
        else:
            printed |= BLOCKS.get(part.block, frozenset())
    for clause in clauses:
        if lang in clause.texts:
            printed.update(parse_clause(clause.texts[lang]).names)
    return printed


def _stands(part: Part, clause: Clause, known: dict[str, str], pack: Pack) -> Alternatives:
    """When a part prints a clause of its: its own condition, and the clause's."""
    return conjunction(
        disjuncts(part.when, known, pack.conditions),
        disjuncts(clause.when, known, pack.conditions),
    )


def many_valued(pack: Pack) -> frozenset[str]:
    """Code fields of which a letter may have several values."""
    return frozenset(f.name for f in pack.fields.values() if "[]" in f.path)


def check_variants(pack: Pack) -> Iterator[Finding]:
    """Clauses of which, in a letter that prints them, not exactly one variant fits; each once."""
    several = many_valued(pack)
    for clause in pack.clauses.values():
        if clause.variants == ("",):
            continue
        for known, part in _uses(clause, pack):
            stands = _stands(part, clause, known, pack)
            none = [disjuncts({"not": (n,)}, known, pack.conditions) for n in clause.variants]
            clash = ["–"] if possible(conjunction(stands, *none), several) else []
            for pair in combinations(clause.variants, 2):
                both = disjuncts({"all": pair}, known, pack.conditions)
                if possible(conjunction(stands, both), several):
                    clash.append(", ".join(pair))
            if clash:
                place = (clause.file, clause.line, clause.id)
                params = {"name": clause.id, "fitting": clash[0]}
                params |= {"kind": known["kind"], "debtor_type": known["debtor_type"]}
                yield Finding("variant-misfit", "error", *place, params)
                break


def check_spoken(pack: Pack) -> Iterator[Finding]:
    """The wording rules over the pack's own clauses and terms.

    A ban that yields to a condition counts only where the clause could be printed without it.
    """
    bans = [ban for ban in pack.bans if not ban.over]
    for clause in pack.clauses.values():
        reported: list[Finding] = []
        for read in map(clause.read_as, clause.variants):
            hits = (f for lang in read.texts for f in _hits(read, lang, bans, pack))
            reported += [hit for hit in hits if hit not in reported]
        yield from reported
    terms = [(f"labels.{name}", texts) for name, texts in pack.labels.items()]
    terms += [(f"salutations.{name}", texts) for name, texts in pack.salutations.items()]
    terms += [(f"item_kinds.{kind.id}", kind.labels) for kind in pack.item_kinds.values()]
    for rule in pack.rules:
        for lang, text in rule.basis.items():
            place = Place(rule.source.file, rule.source.line, f"{rule.id}.basis.{lang}")
            yield from (
                f for ban in bans if not ban.unless for f in check_text(lang, text, place, ban)
            )
    for path, texts in terms:
        file, line = pack.lines.get(f"terms/{path.replace('.', '/', 1)}", ("terms.yaml", 0))
        for lang, text in texts.items():
            for ban in bans:
                if not ban.unless:
                    yield from check_text(lang, text, Place(file, line, f"{path}.{lang}"), ban)


def _hits(clause: Clause, side: str, bans: list[Ban], pack: Pack) -> Iterator[Finding]:
    """What a clause's side may not say, heading and text."""
    path = f"{clause.id}.{clause.side(side)}"
    place = Place(clause.file, clause.lines.get(side, clause.line), path)
    whole = f"{clause.headings.get(side, '')}\n{clause.texts[side]}"
    for ban in bans:
        hits = tuple(check_text(clause.tongue or side, whole, place, ban))
        if hits and _may_be_said(clause, ban, pack):
            yield from hits


def _may_be_said(clause: Clause, ban: Ban, pack: Pack) -> bool:
    """Whether some letter prints the clause although the ban's exception does not hold."""
    if not ban.unless:
        return True
    several = many_valued(pack)
    for known, part in _uses(clause, pack):
        forbidden = disjuncts(ban.unless, known, pack.conditions, positive=False)
        if forbidden == NEVER:
            continue
        printed = _stands(part, clause, known, pack)
        if possible(conjunction(printed, forbidden), several):
            return True
    return False


def _uses(clause: Clause, pack: Pack) -> Iterator[tuple[dict[str, str], Part]]:
    """Every letter and part that may print the clause."""
    for kind in pack.kinds.values():
        parts = [part for part in kind.parts if clause.id in part.clauses]
        if clause.id in (kind.subject, *kind.subjects.values()):
            parts.append(Part(clause=clause.id))
        for part in parts:
            for level, role, kind_of_debtor in product(kind.levels, SENDER_ROLES, DEBTOR_TYPES):
                known = {"kind": kind.id, "level": str(level), "sender_role": role}
                yield {**known, "debtor_type": kind_of_debtor}, part
