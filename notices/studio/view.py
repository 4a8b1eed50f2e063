"""A pack and a kind as the page shows them: plain data, ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from notices.case.build import languages_of
from notices.pack import names
from notices.pack.sentences import in_both_tongues
from notices.pack.term_parity import terms_of
from notices.pack.types import (
    Clause,
    Condition,
    Kind,
    Pack,
    Part,
    language_of,
    variant_of,
)
from notices.pack.unfilled import find_unfilled
from notices.pack.vocabulary import FIGURES, LAYOUTS
from notices.review.examples import Example, read_examples
from notices.studio.question import Plain as Plain
from notices.textfiles import read_text_file
from notices.wording.edits import value_digest
from notices.wording.usage import clause_uses
from notices.wording.yaml_rewrite import MISSING

HERE = Path(__file__).parent
NAMED = ("all", "not")  # keys of a condition that hold named ones
LARGE_PRINT = "large-print"  # offered among the layouts: it has one of its own


@cache
def read_meanings() -> Mapping[str, Mapping[str, str]]:
    """What each figure's placeholder means, zh and en."""
    data: Mapping[str, Mapping[str, str]] = read_text_file(HERE / "meanings.yaml").data
    return data


@cache
def read_words() -> Mapping[str, Mapping[str, str]]:
    """The page's own sentences, zh and en."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(HERE.glob("words*.yaml")):
        found |= read_text_file(file).data
    return found


def pack_plain(pack: Pack, shipped: bool) -> Plain:
    """A pack as the first choice of the page: kinds, languages, examples, layouts."""
    return {
        "id": pack.id,
        "version": pack.version,
        "called": names.name_pack(pack),
        "shipped": shipped,
        "todo": 0 if shipped else len(find_unfilled(pack.root)),
        "languages": {tag: formats.name for tag, formats in pack.formats.items()},
        "language_sets": [list(tags) for tags in pack.language_sets],
        "layouts": [*LAYOUTS, LARGE_PRINT],
        "default_layout": pack.defaults.get("layout", "parallel"),
        "kinds": [_kind_plain(pack, kind) for kind in pack.kinds.values()],
        "examples": [_example_plain(pack, e) for e in read_examples(pack.root) if not e.faults],
        "clause_names": clause_names(pack),
        "condition_names": {name: names.name_condition(pack, name) for name in pack.conditions},
    }


def clause_names(pack: Pack) -> Plain:
    """What people call each clause, by id."""
    return {clause.id: names.name_clause(pack, clause) for clause in pack.clauses.values()}


def _example_plain(pack: Pack, example: Example) -> Plain:
    """An example with the languages and the level that its letter has by itself."""
    data = example.record.data
    kind = pack.kinds.get(str(data.get("kind")))
    try:
        languages = languages_of(data, pack)
    except ValueError:
        languages = pack.language_sets[0]  # the preview tells what is wrong with it
    return {
        "name": example.name,
        "called": names.name_example(pack, example.name, example.about),
        "kind": kind.id if kind else "",
        "level": str(data.get("level") or (kind.levels[0] if kind else 1)),
        "languages": list(languages),
    }


def _kind_plain(pack: Pack, kind: Kind) -> Plain:
    return {
        "id": kind.id,
        "levels": list(kind.levels),
        "called": names.name_kind(pack, kind.id),
        "arrangements": list(kind.arrangements),
    }


def letter_plain(pack: Pack, kind_id: str) -> Plain:
    """Everything that a letter of the kind may say, in its order. Raises KeyError."""
    kind = pack.kinds[kind_id]
    subjects = tuple(dict.fromkeys((kind.subject, *kind.subjects.values())))
    clauses = [*subjects, *(name for part in kind.parts for name in part.clauses)]
    return {
        "pack": pack.id,
        "kind": kind.id,
        "subjects": [{"clause": name, "levels": _levels(kind, name)} for name in subjects],
        "parts": [_part_plain(i, part, pack, kind.id) for i, part in enumerate(kind.parts)],
        "clauses": {
            name: _clause_plain(pack.clauses[name], pack, kind.id)
            for name in dict.fromkeys(clauses)
        },
        "clause_names": clause_names(pack),
        "placeholders": dict(_placeholders(pack)),
        "conditions": [
            {"name": name, "explain": names.name_condition(pack, name)} for name in pack.conditions
        ],
        "languages": {tag: formats.name for tag, formats in pack.formats.items()},
        "prevailing": pack.prevailing,
    }


def terms_plain(pack: Pack) -> list[Plain]:
    """Terms that letters print and hints of fields, with what a save is held against."""
    hints = {name: field.hint for name, field in pack.fields.items()}
    rooms = (*terms_of(pack).items(), ("hints", hints))
    return [
        {
            "room": room,
            "name": name,
            "called": dict(names.given_name("placeholders", pack.id, name)),
            "sides": {
                lang: {
                    "text": texts.get(lang, ""),
                    "digest": value_digest(texts.get(lang, MISSING)),
                }
                for lang in pack.formats
            },
        }
        for room, entries in rooms
        for name, texts in entries.items()
    ]


def _levels(kind: Kind, clause: str) -> list[int]:
    return [level for level in kind.levels if kind.subjects.get(level, kind.subject) == clause]


def _part_plain(index: int, part: Part, pack: Pack, kind: str) -> Plain:
    return {
        "index": index,
        "id": part.id,
        "clause": part.clause,
        "clauses": list(part.clauses),
        "block": part.block,
        "style": part.style,
        "title": dict(pack.labels.get(part.title, {})),
        "rows": [
            {"name": row, "label": dict(pack.labels.get(row, {}))}
            for row in part.rows
            if row not in part.clauses
        ],
        "when": when_plain(pack, part.when),
        "printed": printed_when(pack, part),
        "shown": {
            **{key: getattr(part, key) for key in ("style", "title", "column")},
            "rows": list(part.rows),
            "sums": {row: list(kinds) for row, kinds in part.sums.items()},
        },
        "protected": bool({part.block, *part.clauses} & {*pack.kinds[kind].protected}),
    }


def _clause_plain(clause: Clause, pack: Pack, kind: str) -> Plain:
    return {
        "id": clause.id,
        "called": names.name_clause(pack, clause),
        "file": clause.file,
        "line": clause.line,
        "sides": {
            side: _side_plain(clause, side, pack)
            for lang in clause.only or tuple(pack.formats)
            for side in _sides(clause, lang)
        },
        "only": list(clause.only),
        "source": {
            "class": clause.source.kind,
            "citation": clause.source.citation,
            "called": names.name_source(pack, clause.source.citation),
            "status": clause.source.status,
            "digests": {
                "source": value_digest(clause.source.citation),
                "class": value_digest(clause.source.kind),
            },
        },
        "when": when_plain(pack, clause.when),
        "also": [
            k for k in dict.fromkeys(u.kind for u in clause_uses(pack, clause.id)) if k != kind
        ],
    }


def _sides(clause: Clause, lang: str) -> tuple[str, ...]:
    """The sides of a language, headings first; itself where a heading or the text is missing."""
    rooms = (clause.headings, clause.texts) if clause.headings else (clause.texts,)
    own = ([side for side in room if language_of(side) == lang] for room in rooms)
    return tuple(dict.fromkeys(side for sides in own for side in sides or (lang,)))


def _side_plain(clause: Clause, side: str, pack: Pack) -> Plain:
    """What can be edited at a side: its text, its heading, or both."""
    lang, variant = language_of(side), variant_of(side)
    plain: Plain = {
        "lang": lang,
        "variant": variant,
        "explain": names.name_condition(pack, variant) if variant else {},
        "unverified": lang in clause.unverified,
    }
    if clause.headings and _stands(clause.headings, side):
        plain["heading"] = clause.headings.get(side, "")
        plain["heading_digest"] = value_digest(clause.headings.get(side, MISSING))
    if _stands(clause.texts, side):
        plain["text"] = clause.texts.get(side, "")
        plain["digest"] = value_digest(clause.texts.get(side, MISSING))
    return plain


def _stands(texts: Mapping[str, str], side: str) -> bool:
    """Whether a side has its text here, or should have it: a language that has none at all."""
    return side in texts or (side not in map(language_of, texts) and not variant_of(side))


def when_plain(pack: Pack, condition: Condition) -> Plain:
    """A condition: its sentence, the named conditions that must and must not hold, and the sentence
    of what else it asks."""
    rest = {key: values for key, values in condition.items() if key not in NAMED}
    return {
        "said": in_both_tongues(pack, condition) if condition else None,
        "hold": list(condition.get("all", ())),
        "hold_not": list(condition.get("not", ())),
        "rest": in_both_tongues(pack, rest) if rest else None,
    }


def printed_when(pack: Pack, part: Part) -> Plain:
    """When each clause of a part is printed, part and clause together; "" is the part alone."""
    conditions = {"": [part.when]}
    for name in part.clauses:
        conditions[name] = [part.when, pack.clauses[name].when]
    return {
        name: in_both_tongues(pack, *whens) if any(whens) else None
        for name, whens in conditions.items()
    }


def _placeholders(pack: Pack) -> Iterator[tuple[str, Plain]]:
    """Every name that a clause may use: its type and its meaning."""
    meanings = read_meanings()
    for name, kind in FIGURES.items():
        meaning = dict(meanings[name])
        called = names.name_placeholder(pack, name)
        yield name, {"type": kind, "called": called, "meaning": meaning, "figure": True}
    for name in sorted(pack.dates):
        label = _zh_en(pack.labels.get(name, {}))
        called = names.name_placeholder(pack, name)
        yield name, {"type": "date", "called": called, "meaning": label, "figure": True}
    for name, field in pack.fields.items():
        if name not in FIGURES:
            yield (
                name,
                {
                    "type": field.type,
                    "called": names.name_placeholder(pack, name),
                    "meaning": _zh_en(field.hint),
                    "example": field.example,
                    "figure": False,
                },
            )


def _zh_en(texts: Mapping[str, str]) -> dict[str, str]:
    """By the page's two languages; "" in one that lacks: a value's name says enough."""
    zh = next((text for tag, text in texts.items() if tag.startswith("zh")), "")
    return {"zh": zh, "en": texts.get("en", "")}
