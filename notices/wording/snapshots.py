"""Approved texts as they were: a kind's words, parts, terms and conditions, to write letters by.

A snapshot is a file of `approvals/snapshots/`, named by its SHA-256, which the approval states. It
holds what the digest of a text goes over, so that it proves itself against the approval too. An
approval of an earlier version states none: its snapshot is made when the text is first edited, and
named by the text's digest. Law is no part of it: that always comes from the pack of today.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from notices.files import read_bytes, write_whole
from notices.finding import Finding
from notices.pack.list_limits import Limit
from notices.pack.types import (
    Clause,
    Condition,
    ItemKind,
    Kind,
    LanguageFormats,
    Pack,
    Part,
    Source,
    language_of,
)
from notices.wording.digests import OF_LAW, kind_text, kind_words, words_digest

FOLDER = "snapshots"


@dataclass(frozen=True)
class Snapshot:
    """One kind's approved text. `rest` and `words` are what its digest goes over (`kind_words`);
    `besides` is what changes no word: levels, page limits, sources."""

    kind: str
    digest: str
    rest: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Any]]
    besides: Mapping[str, Any]
    file: str  # as findings call it


# --- keeping -----------------------------------------------------------------------------------


def snapshot_text(pack: Pack, kind: str, digest: str = "") -> str:
    """A kind's text as its file says it. `digest` is one of those that stand for it; "" =
    today's."""
    rest, words = kind_words(pack, kind)
    if layout := kind_text(pack, kind).earlier.get(digest):
        rest = {**rest, "layout": layout}
    plain = {
        "pack": pack.id,
        "kind": kind,
        "text": rest,
        "words": words,
        "besides": _besides(pack, pack.kinds[kind], words),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, default=str) + "\n"


def snapshot_name(text: str) -> str:
    """The SHA-256 that a snapshot's file is named by."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_snapshot(folder: Path, name: str, text: str) -> None:
    """Keep a snapshot beside the book of approvals; a damaged file is mended. Raises FileError."""
    file = folder / FOLDER / f"{name}.json"
    if not file.is_file() or read_bytes(file) != text.encode():
        write_whole(file, text)


def _besides(pack: Pack, kind: Kind, words: Mapping[str, Any]) -> dict[str, Any]:
    clauses = [name.removeprefix("clauses/") for name in words if name.startswith("clauses/")]
    return {
        "levels": list(kind.levels),
        "pages": dict(kind.pages),
        "aim": dict(kind.aim),
        "envelope": kind.envelope,
        "limits": {key: [most.most, dict(most.reason)] for key, most in kind.limits.items()},
        "source": _source(kind.source),
        "sources": {name: _source(pack.clauses[name].source) for name in clauses},
        "unverified": {name: list(pack.clauses[name].unverified) for name in clauses},
        "item_kinds": {k.id: [k.sign, k.counts_as] for k in pack.item_kinds.values()},
    }


def _source(source: Source) -> list[str]:
    return [source.kind, source.citation, source.status]


# --- reading -----------------------------------------------------------------------------------


def has_snapshot(folder: Path, name: str) -> bool:
    return (folder / FOLDER / f"{name}.json").is_file()


def copy_snapshot(folder: Path, name: str, target: Path) -> None:
    """Keep a snapshot of one folder in another too. Raises FileError."""
    write_whole(target / FOLDER / f"{name}.json", read_bytes(folder / FOLDER / f"{name}.json"))


def read_snapshot(
    folder: Path, kind: str, digest: str, sha256: str = ""
) -> tuple[Snapshot | None, tuple[Finding, ...]]:
    """The snapshot of the kind's text with this digest, or why there is none to write letters by.

    `sha256` is what the approval states of its file; "" where it states none. Raises FileError.
    """
    name = sha256 or digest
    file = folder / FOLDER / f"{name}.json"
    shown = f"approvals/{FOLDER}/{name}.json"
    if not has_snapshot(folder, name):
        return None, (Finding("snapshot-missing", file=shown),)
    raw = read_bytes(file)
    altered = (Finding("snapshot-altered", file=shown),)
    if sha256 and hashlib.sha256(raw).hexdigest() != sha256:
        return None, altered
    try:
        plain = json.loads(raw)
        rest, words, besides = plain["text"], plain["words"], plain["besides"]
        if words_digest(rest, words) != digest or plain["kind"] != kind:
            return None, altered
        return Snapshot(kind, digest, rest, words, besides, shown), ()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, altered


# --- letters by an approved text -----------------------------------------------------------------


def with_snapshot(pack: Pack, snapshot: Snapshot) -> Pack:
    """The pack of today, its law and tables, with one kind worded as it was approved.

    A label or term that the approved text does not know comes from the pack of today. Raises
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError for what is no snapshot.
    """
    rest, words, name = snapshot.rest, snapshot.words, snapshot.kind
    conditions = {key: _condition(when) for key, when in rest["conditions"].items()}
    known = pack.conditions
    if any(key in known and _sets(known[key]) != _sets(conditions[key]) for key in conditions):
        pack = _law_apart(pack)
    formats = {
        tag: LanguageFormats(**{**said, "share": Decimal(said["share"])})
        for tag, said in rest["formats"].items()
    }
    sets = tuple(langs for langs in pack.language_sets if set(langs) <= set(formats))
    terms: dict[str, dict[str, Mapping[str, str]]] = {"labels": {}, "salutations": {}}
    terms |= {"item_kinds": {}, "basis": {}, "clauses": {}}
    for piece, said in words.items():
        room, _, key = piece.partition("/")
        terms[room][key] = said
    clauses = {
        entry[0]: _clause(entry, words[f"clauses/{entry[0]}"], snapshot)
        for entry in rest["clauses"]
    }
    digest = hashlib.sha256(f"{pack.digest} {snapshot.digest}".encode()).hexdigest()
    return replace(
        pack,
        digest=digest,
        approved=snapshot.digest,
        kinds={**pack.kinds, name: _kind(snapshot, pack.kinds.get(name))},
        clauses={**pack.clauses, **clauses},
        conditions={**pack.conditions, **conditions},
        formats=formats,
        language_sets=sets,
        prevailing=rest["prevailing"],
        labels={**pack.labels, **terms["labels"]},
        salutations={**pack.salutations, **terms["salutations"]},
        item_kinds={**pack.item_kinds, **dict(_item_kinds(terms["item_kinds"], pack, snapshot))},
    )


def _kind(snapshot: Snapshot, now: Kind | None) -> Kind:
    rest, besides, name = snapshot.rest, snapshot.besides, snapshot.kind
    subject, subjects = rest["subjects"]
    must_print = (*(now.must_print if now else ()), *rest["must_print"])  # what law has added too
    return Kind(
        id=name,
        levels=tuple(besides["levels"]),
        subject=subject,
        subjects={int(level): clause for level, clause in subjects},
        parts=tuple(map(_part, rest["parts"])),
        pages={int(level): most for level, most in besides["pages"].items()},
        must_print=tuple(dict.fromkeys(must_print)),
        settles=rest["settles"],
        source=_read_source(f"kinds/{name}", besides["source"], snapshot),
        aim={int(level): most for level, most in besides["aim"].items()},
        asks_payment=rest["asks_payment"],
        arrangements=tuple(rest["arrangements"]),
        envelope=besides["envelope"],
        limits={key: Limit(most, reason) for key, (most, reason) in besides["limits"].items()},
    )


def _part(said: Iterable[Any]) -> Part:
    clause, block, style, rows, title, column, sums, when = said
    return Part(
        clause=clause,
        block=block,
        style=style,
        rows=tuple(rows),
        sums=_condition(sums),
        column=column,
        title=title,
        when=_condition(when),
    )


def _clause(entry: Iterable[Any], said: Mapping[str, Any], snapshot: Snapshot) -> Clause:
    name, when, only, tongue = entry
    return Clause(
        id=name,
        source=_read_source(f"clauses/{name}", snapshot.besides["sources"][name], snapshot),
        texts=_once({side: text for side, (_, text) in said.items()}),
        headings=_once({side: heading for side, (heading, _) in said.items() if heading}),
        when=_condition(when),
        only=tuple(only),
        file=snapshot.file,
        line=0,
        tongue=tongue,
        unverified=tuple(snapshot.besides["unverified"][name]),
    )


def _once(said: Mapping[str, str]) -> dict[str, str]:
    """A language's one text where all its variants read alike: so the clause had it."""
    found: dict[str, str] = {}
    for side, text in said.items():
        lang = language_of(side)
        alike = {other for name, other in said.items() if language_of(name) == lang} == {text}
        found[lang if alike else side] = text
    return found


def _read_source(name: str, said: Iterable[Any], snapshot: Snapshot) -> Source:
    kind, citation, status = said
    return Source(name, kind, citation, status, snapshot.file, 0)


def _item_kinds(
    labels: Mapping[str, Mapping[str, str]], pack: Pack, snapshot: Snapshot
) -> Iterable[tuple[str, ItemKind]]:
    """The labels as approved; what an item kind counts as is law."""
    for name, said in labels.items():
        if now := pack.item_kinds.get(name):
            yield name, replace(now, labels=said)
        else:
            sign, counts_as = snapshot.besides["item_kinds"][name]
            yield name, ItemKind(name, sign, counts_as, said)


def _condition(said: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in said.items()}


def _sets(condition: Condition) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in condition.items()}


def _law_apart(pack: Pack) -> Pack:
    """The pack with conditions of its own for what is law, so that a text may have others under
    the same names."""

    def own(when: Condition) -> Condition:
        return {
            key: tuple(f"{OF_LAW}{v}" for v in values) if key in ("all", "not") else values
            for key, values in when.items()
        }

    fields = {
        name: replace(
            field,
            required=tuple(map(own, field.required)),
            when=own(field.when),
            unmasked=own(field.unmasked),
        )
        for name, field in pack.fields.items()
    }
    ladder = pack.ladder
    if ladder:
        ladder = replace(ladder, rungs=tuple(replace(r, when=own(r.when)) for r in ladder.rungs))
    conditions = {f"{OF_LAW}{name}": own(when) for name, when in pack.conditions.items()}
    return replace(
        pack,
        conditions={**pack.conditions, **conditions},
        fields=fields,
        rules=tuple(replace(rule, when=own(rule.when)) for rule in pack.rules),
        bans=tuple(replace(ban, unless=own(ban.unless)) for ban in pack.bans),
        refusals=tuple(replace(refusal, when=own(refusal.when)) for refusal in pack.refusals),
        ladder=ladder,
    )
