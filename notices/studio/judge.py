"""What is wrong with one clause as it is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notices.findings import Finding
from notices.pack.coverage import check_spoken
from notices.pack.parity import check_clause
from notices.pack.types import Pack


def check_one(pack: Pack, clause: str) -> tuple[Finding, ...]:
    """Parity of placeholders, paragraphs and numbers, names nobody fills, forbidden wording, a
    missing source: of this clause alone."""
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
