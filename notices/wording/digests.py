"""What an approval binds: a kind's whole text as digests, and that text in words.

One digest goes over everything that decides how a letter of the kind reads; each side of each piece
has one of its own, so that a change of one language alone can be seen. How a letter looks is not
part of it: `Seen` is noted beside an approval.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from notices.files import read_bytes
from notices.pack.types import Clause, Condition, Kind, Pack, Part, Source
from notices.places import LAYOUT, TEMPLATES
from notices.textfiles import read_text_file
from notices.wording.yaml_rewrite import flow

Sides = Mapping[str, Mapping[str, str]]  # clause or term → side (see Clause) → hash
EARLIER = TEMPLATES / "wording" / "earlier.yaml"
OF_LAW = "law:"  # before a condition's name: as the law reads it, where an approved text differs


@dataclass(frozen=True)
class KindText:
    """A kind's whole text as digests: one over everything, one for each side of each piece.

    `earlier` are the digests that earlier versions gave this text, each with the digest of the
    layout that was part of it.
    """

    digest: str
    sides: Sides
    earlier: Mapping[str, str]

    @property
    def digests(self) -> frozenset[str]:
        """Every digest that stands for this text."""
        return frozenset((self.digest, *self.earlier))


@dataclass(frozen=True)
class Seen:
    """What an approver has before them beside the text: digests of the layout and of the fonts."""

    layout: str
    fonts: str


def _hash(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def read_layout_digest(folder: Path = LAYOUT) -> str:
    """A digest over the layout's files, names and bytes. Raises FileError."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and not f.name.startswith("."))
    inner = [
        (f.relative_to(folder).as_posix(), hashlib.sha256(read_bytes(f)).hexdigest()) for f in files
    ]
    return _hash(inner)


@cache
def _earlier() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_text_file(EARLIER).data
    return data


def shipped_before(pack_id: str, kind: str) -> frozenset[str]:
    """The digests of the texts that earlier versions shipped for a kind."""
    return frozenset(_earlier()["shipped"].get(pack_id, {}).get(kind, ()))


def kind_text(pack: Pack, kind: str) -> KindText:
    """Everything that decides how a letter of this kind reads, whatever its level or case."""
    rest, words = kind_words(pack, kind)
    earlier = {
        words_digest({**rest, "layout": layout}, words): layout
        for layout in _earlier()["layouts"].values()
    }
    return KindText(words_digest(rest, words), _hashed(words), earlier)


def kind_words(pack: Pack, kind: str) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """What the digest of a kind's text goes over: what no language says, and the words by piece
    and side (of a clause heading and text)."""
    asked = pack.kinds[kind]
    clauses = _clauses(pack, asked)
    words: dict[str, Mapping[str, Any]] = {f"clauses/{c.id}": _said(c) for c in clauses}
    words |= dict(_terms(pack, asked))
    rest = {
        "subjects": [asked.subject, sorted(asked.subjects.items())],
        "parts": [_part(part) for part in asked.parts],
        "clauses": [(c.id, _plain(c.when), sorted(c.only), c.tongue) for c in clauses],
        "conditions": {name: _plain(c) for name, c in _conditions(pack, asked, clauses).items()},
        "settles": asked.settles,
        "asks_payment": asked.asks_payment,
        "arrangements": list(asked.arrangements),
        "must_print": sorted(asked.must_print),
        "formats": {tag: asdict(formats) for tag, formats in pack.formats.items()},
        "prevailing": pack.prevailing,
    }
    return rest, words


def words_digest(rest: Mapping[str, Any], words: Mapping[str, Mapping[str, Any]]) -> str:
    """The digest of a kind's text from what `kind_words` says of it."""
    return _hash([rest, _hashed(words)])


def _hashed(words: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    return {name: {side: _hash(said) for side, said in by.items()} for name, by in words.items()}


def _clauses(pack: Pack, kind: Kind) -> tuple[Clause, ...]:
    ids = [kind.subject, *kind.subjects.values()]
    ids += [clause for part in kind.parts for clause in part.clauses]
    return tuple(pack.clauses[i] for i in dict.fromkeys(ids) if i in pack.clauses)


def _part(part: Part) -> list[object]:
    said = [part.clause, part.block, part.style, list(part.rows), part.title, part.column]
    return [*said, _plain(part.sums), _plain(part.when)]


def _plain(condition: Condition) -> dict[str, list[str]]:
    return {
        key: sorted(value.removeprefix(OF_LAW) for value in values)
        for key, values in sorted(condition.items())
    }


def _conditions(pack: Pack, kind: Kind, clauses: Iterable[Clause]) -> Mapping[str, Condition]:
    """The named conditions that choose this kind's parts, and those that they build on."""
    open_ones = [part.when for part in kind.parts]
    open_ones += [clause.read_as(name).when for clause in clauses for name in clause.variants]
    found: dict[str, Condition] = {}
    while open_ones:
        condition = open_ones.pop()
        for name in (*condition.get("all", ()), *condition.get("not", ())):
            if name in pack.conditions and name not in found:
                found[name] = pack.conditions[name]
                open_ones.append(found[name])
    return found


def _terms(pack: Pack, kind: Kind) -> Iterator[tuple[str, Mapping[str, str]]]:
    """All terms, and where rates come from; but no labels that only other kinds' parts name, and of
    rules that have ended only what a working of this kind may print."""
    own = _named_labels([kind])
    others = _named_labels(k for k in pack.kinds.values() if k.id != kind.id) - own
    yield from ((f"labels/{i}", t) for i, t in pack.labels.items() if i not in others)
    yield from ((f"salutations/{i}", t) for i, t in pack.salutations.items())
    yield from ((f"item_kinds/{i}", item.labels) for i, item in pack.item_kinds.items())
    works = any(part.block in ("working", "apart") for part in kind.parts)
    rules = [rule for rule in pack.rules if works or rule.valid_to is None]
    yield from ((f"basis/{rule.id}", rule.basis) for rule in rules if rule.basis)


def _named_labels(kinds: Iterable[Kind]) -> frozenset[str]:
    parts = [part for kind in kinds for part in kind.parts]
    return frozenset(label for part in parts for label in (*part.rows, part.title) if label)


def fact_digest(pack: Pack, source: Source) -> str:
    """A digest over what the fact says: an acceptance ends where its content changes."""
    room, _, name = source.id.partition("/")
    said: object = ""
    if room == "rules":
        said = [
            (r.method, r.params, _plain(r.when), r.valid_from, r.valid_to, r.selected_on, r.basis)
            + ((r.or_from, r.undated_from) if r.or_from or r.undated_from else ())
            for r in pack.rules
            if r.id == name or r.source.id == source.id
        ]
    elif room == "scales":
        if scale := pack.scales.get(name):
            said = (scale.params, scale.valid_from, scale.valid_to, scale.selected_on)
            if scale.or_from or scale.undated_from:
                said += (scale.or_from, scale.undated_from)
    elif room == "clauses" and name in pack.clauses:
        said = [dict(pack.clauses[name].texts), dict(pack.clauses[name].headings)]
    elif room == "fields" and name in pack.fields:
        field_ = pack.fields[name]
        said = [field_.path, field_.type, [_plain(c) for c in field_.required], field_.allowed]
    elif room == "rates":
        table, _, day = name.partition("/")
        points = pack.rates[table].points if table in pack.rates else ()
        said = [str(point.percent) for point in points if str(point.valid_from) == day]
    return _hash([source.id, source.kind, source.citation, said])


# --- the same in words -------------------------------------------------------------------------


def piece_texts(pack: Pack, kind: str) -> dict[str, Mapping[str, str]]:
    """The words of a kind's pieces, by piece and language; a heading stands above its clause.

    What is no language's (conditions, formats, the kind's own ways) stands under the language "".
    """
    asked = pack.kinds[kind]
    clauses = _clauses(pack, asked)
    pieces: dict[str, Mapping[str, str]] = {f"clauses/{c.id}": clause_texts(c) for c in clauses}
    pieces |= {f"clauses/{c.id}/when": {"": flow(c.when)} for c in clauses if c.when}
    pieces |= dict(_terms(pack, asked))
    named = _conditions(pack, asked, clauses)
    pieces |= {f"conditions/{name}": {"": flow(when)} for name, when in named.items()}
    pieces |= {
        f"formats/{tag}": {"": flow(asdict(formats))} for tag, formats in pack.formats.items()
    }
    ways = {
        "subject": asked.subject,
        "subjects": asked.subjects,
        "settles": str(asked.settles).lower(),
        "asks_payment": str(asked.asks_payment).lower(),
        "arrangements": asked.arrangements,
        "must_print": asked.must_print,
        "prevailing": pack.prevailing,
    }
    return {**pieces, f"kinds/{kind}": {"": flow(ways)}}


def is_condition(piece: str) -> bool:
    """Whether a piece, by its name, is a condition: a named one, or a clause's own."""
    room, _, rest = piece.partition("/")
    return room == "conditions" or (room == "clauses" and "/" in rest)


def clause_texts(clause: Clause) -> dict[str, str]:
    """A clause's words by side, its heading above them."""
    return {side: "\n\n".join(filter(None, said)) for side, said in _said(clause).items()}


def _said(clause: Clause) -> dict[str, list[str]]:
    """Heading ("" where there is none) and text of each side."""
    return {
        read.side(lang): [read.headings.get(lang, ""), text]
        for read in map(clause.read_as, clause.variants)
        for lang, text in read.texts.items()
    }


def part_text(part: Part) -> str:
    """A part on one line, as kinds.yaml would write it."""
    said = {
        "clause": part.clause,
        "block": part.block,
        "style": part.style,
        "title": part.title,
        "rows": part.rows,
        "sums": part.sums,
        "column": part.column,
        "when": part.when,
    }
    return flow({key: value for key, value in said.items() if value})
