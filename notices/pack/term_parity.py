"""Parity of a term's sides: every language of a label, salutation, item kind or explained word has
the same slots and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from notices.finding import Finding
from notices.pack.parity import missing_numbers
from notices.pack.types import Pack

Terms = Mapping[str, Mapping[str, str]]  # name → language → text
TERM_ROOMS = ("labels", "salutations", "item_kinds", "glossary")
_SLOT = re.compile(r"\{[a-z_]+\}")


def terms_of(pack: Pack) -> dict[str, Terms]:
    """The pack's terms by room, as terms.yaml has them."""
    return {
        "labels": pack.labels,
        "salutations": pack.salutations,
        "item_kinds": {kind.id: kind.labels for kind in pack.item_kinds.values()},
        "glossary": pack.glossary,
    }


def check_terms(pack: Pack) -> Iterator[Finding]:
    """Every term whose sides differ in slots or numbers."""
    for room, terms in terms_of(pack).items():
        for name, texts in terms.items():
            yield from check_term(pack, room, name, texts)


def with_term(pack: Pack, room: str, name: str, texts: Mapping[str, str]) -> Pack:
    """The pack with other texts of one term."""
    if room == "item_kinds":
        kind = replace(pack.item_kinds[name], labels=dict(texts))
        return replace(pack, item_kinds={**pack.item_kinds, name: kind})
    terms = {**terms_of(pack)[room], name: dict(texts)}
    if room == "labels":
        return replace(pack, labels=terms)
    if room == "salutations":
        return replace(pack, salutations=terms)
    return replace(pack, glossary=terms)


def check_term(pack: Pack, room: str, name: str, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The same of one term, as it would read."""
    fallback = pack.lines.get(f"terms/{room}", (f"packs/{pack.root.name}/terms.yaml", 0))
    file, line = pack.lines.get(f"terms/{room}/{name}", fallback)
    sides = {lang: text for lang, text in texts.items() if text and lang in pack.formats}
    for lang, text in sides.items():
        place = (file, line, f"{room}.{name}.{lang}")
        others = {tag: other for tag, other in sides.items() if tag != lang}
        slots = {slot for other in others.values() for slot in _SLOT.findall(other)}
        if lacking := sorted(slots - {*_SLOT.findall(text)}):
            params = {"side": lang, "names": ", ".join(lacking)}
            yield Finding("placeholder-parity", "note", *place, params)
        for tag, other in others.items():
            if numbers := missing_numbers(_SLOT.sub(" ", other), tag, text, lang):
                params = {"side": lang, "other": tag, "numbers": ", ".join(numbers)}
                yield Finding("number-parity", "note", *place, params)
