"""What is wrong with one term as it is being typed: as strict as with a clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notices.finding import Finding
from notices.pack.coverage import check_spoken
from notices.pack.labels import check_sides
from notices.pack.parity import check_clause
from notices.pack.types import Clause, Pack, Source

TWINS = frozenset(("number-parity", "placeholder-parity"))  # what two languages say alike


def check_term(pack: Pack, name: str) -> tuple[Finding, ...]:
    """A label that lacks a language, says what may not be said, or has other numbers in another."""
    return tuple(_found(pack, name))


def _found(pack: Pack, name: str) -> Iterator[Finding]:
    texts = pack.labels[name]
    alone = replace(
        pack, clauses={}, labels={name: texts}, salutations={}, item_kinds={}, glossary={}, rules=()
    )
    yield from check_sides(alone)
    yield from check_spoken(alone)
    file, line = pack.lines.get(f"terms/labels/{name}", ("terms.yaml", 0))
    source = Source(f"labels/{name}", "product", "–", "verified", file, line)
    if all(texts.get(lang) for lang in pack.formats):
        as_clause = Clause(name, source, texts, {}, {}, (), file, line)
        yield from (f for f in check_clause(as_clause, pack) if f.rule in TWINS)
