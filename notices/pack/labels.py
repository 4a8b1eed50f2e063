"""Labels: every word that a letter prints outside its clauses stands in terms.yaml, per language.

What the layout needs is listed in the vocabulary; without it no letter can be composed, so a pack
that lacks a label does not load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from notices.finding import Finding
from notices.pack.reply_rooms import room_labels
from notices.pack.types import Pack, Part
from notices.pack.vocabulary import (
    BLOCK_LABELS,
    CONTACTS,
    DEBTOR_TYPES,
    LETTER_LABELS,
    WORDS_UNITS,
    near_miss,
)


def check_labels(pack: Pack) -> Iterator[Finding]:
    """Labels, salutations and terms that lack a language; labels that are named and not there."""
    yield from check_sides(pack)
    for debtor_type in DEBTOR_TYPES:
        if debtor_type not in pack.salutations:
            yield _missing(pack, "salutations", debtor_type)
    for name in dict.fromkeys(_needed(pack)):
        if name not in pack.labels:
            yield _missing(pack, "labels", name)
    for kind in pack.kinds.values():
        for i, part in enumerate(kind.parts):
            for name in _named(part, pack):
                if name not in pack.labels:
                    params = {"name": name[:60], "near": near_miss(name, pack.labels) or "–"}
                    place = (kind.source.file, part.line, f"{kind.id}.parts[{i}]")
                    yield Finding("unknown-label", "error", *place, params)


def check_sides(pack: Pack) -> Iterator[Finding]:
    """Terms that lack one of the pack's languages, or have one that it does not."""
    bases = {rule.id: rule.basis for rule in pack.rules if rule.basis}
    sections: dict[str, Mapping[str, Mapping[str, str]]] = {
        "labels": pack.labels,
        "salutations": pack.salutations,
        "item_kinds": {kind.id: kind.labels for kind in pack.item_kinds.values()},
        "glossary": pack.glossary,
        "basis": bases,
    }
    for section, entries in sections.items():
        for name, texts in entries.items():
            place = (*_place(pack, section, name), f"{section}.{name}")
            for lang in pack.formats:
                if not texts.get(lang):
                    yield Finding("label-missing", "error", *place, {"name": name, "lang": lang})
            for lang in texts:
                if lang not in pack.formats:
                    near = near_miss(lang, pack.formats) or "–"
                    yield Finding("unknown-key", "error", *place, {"name": lang, "near": near})


def _needed(pack: Pack) -> Iterator[str]:
    """What the layout prints by itself: in every letter, and in each block that a kind uses."""
    yield from LETTER_LABELS
    yield from (name for line in CONTACTS for name in line if name in pack.fields)
    for kind in pack.kinds.values():
        for part in kind.parts:
            yield from BLOCK_LABELS.get(part.block, ())
            if part.block == "items" and not part.title:
                yield "column_item"
    for formats in pack.formats.values():
        for unit in WORDS_UNITS.get(formats.words, ()):
            yield from (f"{currency}-{unit}" for currency in pack.currencies)


def _named(part: Part, pack: Pack) -> Iterator[str]:
    if part.title:
        yield part.title
    if part.block in ("values", "reply_slip"):
        yield from part.rows
    if part.block == "reply_slip":
        for text in (pack.labels.get(name, {}) for name in (*part.rows, "reply_sign")):
            yield from dict.fromkeys(name for said in text.values() for name in room_labels(said))


def _missing(pack: Pack, section: str, name: str) -> Finding:
    place = (*_place(pack, section, name), f"{section}.{name}")
    params = {"name": name, "lang": ", ".join(pack.formats)}
    return Finding("label-missing", "error", *place, params)


def _place(pack: Pack, section: str, name: str) -> tuple[str, int]:
    if section == "basis":
        rule = next(rule for rule in pack.rules if rule.id == name)
        return rule.source.file, rule.source.line
    fallback = pack.lines.get(f"terms/{section}", (f"packs/{pack.root.name}/terms.yaml", 0))
    return pack.lines.get(f"terms/{section}/{name}", fallback)
