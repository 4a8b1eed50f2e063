"""What is wrong with one clause as it is being typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from notices.finding import Finding
from notices.pack.coverage import check_spoken
from notices.pack.parity import check_clause
from notices.pack.types import Pack
from notices.pack.unfilled import MARK, fill_finding
from notices.wording.approval_check import check_text
from notices.wording.approvals import Approval
from notices.wording.reading_hints import check_clause_reading


def check_one(pack: Pack, clause: str) -> tuple[Finding, ...]:
    """Parity of placeholders, paragraphs and numbers, names nobody fills, forbidden wording, a
    missing source, long sentences: of this clause alone."""
    return tuple(_found(pack, clause))


def _found(pack: Pack, name: str) -> Iterator[Finding]:
    clause = pack.clauses[name]
    yield from check_clause(clause, pack)
    alone = replace(
        pack, clauses={name: clause}, labels={}, salutations={}, item_kinds={}, rules=()
    )
    yield from check_spoken(alone)
    if not clause.source.citation:
        params = {"name": clause.source.id}
        yield Finding("source-missing", "error", clause.file, clause.line, clause.source.id, params)
    for lang, text in (*clause.texts.items(), *clause.headings.items()):
        if MARK in text:
            line = clause.lines.get(lang, clause.line)
            yield fill_finding(text, clause.file, line, f"{name}.{lang}")
    yield from check_clause_reading(clause, pack)


def check_stale(
    pack: Pack, kind: str, approvals: Iterable[Approval]
) -> dict[str, tuple[Finding, ...]]:
    """Clauses of a kind of which one side alone changed since somebody approved them."""
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in check_text(pack, kind, approvals):
        room, _, name = finding.params.get("piece", "").partition("/")
        if finding.rule == "translation-stale" and room == "clauses":
            found[name] = (*found.get(name, ()), finding)
    return found
