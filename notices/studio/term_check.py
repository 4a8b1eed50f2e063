"""What is wrong with one term as it is being typed: a language that is missing, parity of its
sides, slots, forbidden wording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from notices.catalogue import as_record
from notices.finding import Finding
from notices.pack.coverage import check_spoken
from notices.pack.labels import check_sides
from notices.pack.term_parity import Terms, check_term, terms_of, with_term
from notices.pack.term_slots import HINTS, check_term_slots
from notices.pack.types import Pack
from notices.studio.drafts import Draft
from notices.studio.view import Plain

T = TypeVar("T")


def drafts_plain(drafts: Iterable[Draft]) -> Plain:
    """The drafts of sources, by scalar."""
    mine = (draft for draft in drafts if draft.scalar.startswith("sources/"))
    return {draft.scalar: {"text": draft.text, "seen": draft.base} for draft in mine}


def words_of(pack: Pack) -> dict[str, Terms]:
    """The pack's terms by room, and the hints of its fields."""
    return {**terms_of(pack), HINTS: {name: field.hint for name, field in pack.fields.items()}}


def term_findings(pack: Pack, room: str, name: str, drafts: Iterable[Draft]) -> list[Plain]:
    """What is wrong with a term as this editor has typed it."""
    terms = words_of(pack).get(room, {})
    if name not in terms:
        return []
    texts = dict(terms[name])
    for draft in drafts:
        place, _, lang = draft.scalar.rpartition("/")
        if place == f"{room}/{name}":
            texts[lang] = draft.text.strip()
    return [as_record(finding) for finding in _found(pack, room, name, texts)]


def _found(pack: Pack, room: str, name: str, texts: dict[str, str]) -> Iterator[Finding]:
    yield from check_term_slots(pack, room, name, texts)
    if room == HINTS:
        return
    yield from check_term(pack, room, name, texts)
    shown = with_term(pack, room, name, texts)

    def alone(terms: Mapping[str, T]) -> dict[str, T]:
        return {name: terms[name]} if name in terms else {}

    shown = replace(
        shown,
        clauses={},
        rules=(),
        labels=alone(shown.labels),
        salutations=alone(shown.salutations),
        item_kinds=alone(shown.item_kinds),
    )
    yield from (f for f in check_spoken(shown) if f.path.startswith(f"{room}.{name}."))
    yield from (f for f in check_sides(shown) if f.path == f"{room}.{name}")
