"""Interest that a letter reserves: said in each language, never where paying settles the debt."""

from __future__ import annotations

from collections.abc import Iterator

from notices.finding import Finding
from notices.pack.types import Part
from notices.page.content import Content
from notices.page.passages import placeholders


def check_reservation(parts: tuple[Part, ...], content: Content) -> Iterator[Finding]:
    """Where interest is reserved the letter says so in each language, whatever its clauses' own
    conditions, and nowhere that paying settles the debt."""
    reserved = content.figures.reserved_after
    named = [n for part in parts if reserved for n in part.clauses if n in content.clauses]
    for lang in (context.lang for context in content.contexts if reserved):
        texts = [content.clauses[name].texts.get(lang, "") for name in named]
        if not any("reserved_after" in placeholders(text) for text in texts):
            params = {"pack": content.pack.id, "lang": lang}
            yield Finding("reservation-missing", path=content.case.kind, params=params)
    for name in named:
        if name in content.pack.settling:
            clause, params = content.clauses[name], {"pack": content.pack.id, "name": name}
            yield Finding(
                "settles-though-reserved", "error", clause.file, clause.line, name, params
            )
