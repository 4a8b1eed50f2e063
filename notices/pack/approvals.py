"""Approvals: who accepted which wording and which unverified facts, and what a live letter lacks.

An approval of a kind binds its whole text: parts, both sides of each clause, the terms it prints,
the languages' formats and the layout. Each side also keeps a hash of its own, so that a later
change of one side alone marks the translation stale. Approvals stand in the user's workspace, one
JSON object a line, `approvals/CN.jsonl`; lines are only ever added. Time comes from the door.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.errors import FileError, WorkspaceError
from notices.findings import Finding
from notices.pack.types import Clause, Condition, Kind, Pack, Part, Source
from notices.places import LAYOUT
from notices.textfiles import TextFileError, parse_json, read_bytes

LONGEST_NAME = 80
Sides = Mapping[str, Mapping[str, str]]  # clause or term → language → hash


@dataclass(frozen=True)
class Approval:
    """One person's acceptance: of a kind's text (`kind`) or of an unverified fact (`fact`)."""

    pack: str
    version: str
    by: str
    when: str  # ISO 8601, from the door
    digest: str
    kind: str = ""
    fact: str = ""
    note: str = ""
    sides: Sides = field(default_factory=dict)


@dataclass(frozen=True)
class KindText:
    """A kind's whole text as digests: one over everything, one for each side of each piece."""

    digest: str
    sides: Sides


# --- digests ---------------------------------------------------------------------------------


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


def kind_text(pack: Pack, kind: str, layout_digest: str) -> KindText:
    """Everything that decides how a letter of this kind reads, whatever its level or case."""
    asked = pack.kinds[kind]
    clauses = _clauses(pack, asked)
    sides: dict[str, Mapping[str, str]] = {
        f"clauses/{clause.id}": {
            lang: _hash([clause.headings.get(lang, ""), text])
            for lang, text in clause.texts.items()
        }
        for clause in clauses
    }
    sides |= {name: {lang: _hash(t) for lang, t in by.items()} for name, by in _terms(pack, asked)}
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
        "layout": layout_digest,
    }
    return KindText(_hash([rest, {name: dict(by) for name, by in sides.items()}]), sides)


def _clauses(pack: Pack, kind: Kind) -> tuple[Clause, ...]:
    ids = [kind.subject, *kind.subjects.values()]
    ids += [clause for part in kind.parts for clause in part.clauses]
    return tuple(pack.clauses[i] for i in dict.fromkeys(ids) if i in pack.clauses)


def _part(part: Part) -> list[object]:
    said = [part.clause, part.block, part.style, list(part.rows), part.title, part.column]
    return [*said, _plain(part.sums), _plain(part.when)]


def _plain(condition: Condition) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in sorted(condition.items())}


def _conditions(pack: Pack, kind: Kind, clauses: Iterable[Clause]) -> Mapping[str, Condition]:
    """The named conditions that choose this kind's parts, and those that they build on."""
    open_ones = [part.when for part in kind.parts] + [clause.when for clause in clauses]
    found: dict[str, Condition] = {}
    while open_ones:
        condition = open_ones.pop()
        for name in (*condition.get("all", ()), *condition.get("not", ())):
            if name in pack.conditions and name not in found:
                found[name] = pack.conditions[name]
                open_ones.append(found[name])
    return found


def _terms(pack: Pack, kind: Kind) -> Iterator[tuple[str, Mapping[str, str]]]:
    """All terms, and where rates come from; but no labels that only other kinds' parts name."""
    own = _named_labels([kind])
    others = _named_labels(k for k in pack.kinds.values() if k.id != kind.id) - own
    yield from ((f"labels/{i}", t) for i, t in pack.labels.items() if i not in others)
    yield from ((f"salutations/{i}", t) for i, t in pack.salutations.items())
    yield from ((f"item_kinds/{i}", item.labels) for i, item in pack.item_kinds.items())
    yield from ((f"basis/{rule.id}", rule.basis) for rule in pack.rules if rule.basis)


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
            for r in pack.rules
            if r.id == name or r.source.id == source.id
        ]
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


# --- the book --------------------------------------------------------------------------------


def read_approvals(folder: Path | None, pack_id: str) -> tuple[Approval, ...]:
    """The workspace's approvals for a pack, oldest first. Raises WorkspaceError on a bad line."""
    file = folder / f"{pack_id}.jsonl" if folder else None
    if file is None or not file.is_file():
        return ()
    lines = read_bytes(file).decode("utf-8", "replace").splitlines()
    return tuple(_approval(line, f"{file}:{n}") for n, line in enumerate(lines, 1) if line.strip())


def _approval(line: str, place: str) -> Approval:
    try:
        data: dict[str, Any] = next(iter(parse_json(line, place))).data
        return Approval(**data)
    except (TextFileError, TypeError) as error:
        raise WorkspaceError(f"{place}: not an approval: restore the file from git") from error


def append_approval(folder: Path, approval: Approval) -> Path:
    """Add one line to the pack's book, in one write. Raises FileError."""
    file = folder / f"{approval.pack}.jsonl"
    record = {key: value for key, value in asdict(approval).items() if value}
    line = json.dumps(record, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    return file


def accept_kind(
    pack: Pack, kind: str, layout_digest: str, by: str, when: datetime, note: str = ""
) -> Approval:
    """An acceptance of a kind's text as it stands. Raises WorkspaceError for a bad name."""
    text = kind_text(pack, kind, layout_digest)
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=_person(by),
        when=when.isoformat(timespec="seconds"),
        digest=text.digest,
        kind=kind,
        note=note,
        sides=text.sides,
    )


def accept_fact(pack: Pack, source: Source, by: str, when: datetime, note: str = "") -> Approval:
    """An acceptance of one unverified fact. Raises WorkspaceError for a bad name."""
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=_person(by),
        when=when.isoformat(timespec="seconds"),
        digest=fact_digest(pack, source),
        fact=source.id,
        note=note,
    )


def _person(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise WorkspaceError(f"--by takes a person's name, at most {LONGEST_NAME} characters")
    return plain


# --- what a live letter lacks -----------------------------------------------------------------


def check_live(
    pack: Pack,
    kind: str,
    sources_used: Iterable[Source],
    approvals: Iterable[Approval],
    layout_digest: str,
    builtin_digest: str,
) -> tuple[Finding, ...]:
    """What keeps a letter of this kind from being live.

    `builtin_digest` is the same kind's text digest in the shipped pack ("" where none is shipped):
    wording that is as shipped needs one person, edited wording two.
    """
    book = tuple(approvals)
    return (
        *check_text(pack, kind, book, layout_digest, builtin_digest),
        *check_facts(pack, sources_used, book),
    )


def check_text(
    pack: Pack, kind: str, approvals: Iterable[Approval], layout_digest: str, builtin_digest: str
) -> tuple[Finding, ...]:
    """Whether enough people accepted the kind's text as it stands (see `check_live`)."""
    text = kind_text(pack, kind, layout_digest)
    book = [a for a in approvals if a.pack == pack.id and a.kind == kind]
    people = {a.by.casefold(): a.by for a in book if a.digest == text.digest}
    if len(people) >= (1 if text.digest == builtin_digest else 2):
        return ()
    source = pack.kinds[kind].source
    place, line = source.file, source.line
    params = {"pack": pack.id, "kind": kind}
    if people:
        by = next(iter(people.values()))
        return (Finding("four-eyes", file=place, line=line, params={**params, "by": by}),)
    stale = _stale(pack, book[-1], text) if book else ()
    return (Finding("not-approved", file=place, line=line, params=params), *stale)


def _stale(pack: Pack, last: Approval, text: KindText) -> tuple[Finding, ...]:
    """The pieces of which, since the last acceptance, one side changed and another did not."""
    found = []
    for name, now in text.sides.items():
        then = last.sides.get(name, {})
        common = [lang for lang in now if lang in then]
        changed = [lang for lang in common if now[lang] != then[lang]]
        kept = [lang for lang in common if now[lang] == then[lang]]
        if changed and kept:
            clause = pack.clauses.get(name.removeprefix("clauses/"))
            term_place = pack.lines.get(f"terms/{name}", ("", 0))
            found.append(
                Finding(
                    "translation-stale",
                    file=clause.file if clause else term_place[0],
                    line=clause.line if clause else term_place[1],
                    params={
                        "pack": pack.id,
                        "piece": name,
                        "changed": ", ".join(changed),
                        "kept": ", ".join(kept),
                        "by": last.by,
                        "date": last.when[:10],
                    },
                )
            )
    return tuple(found)


def check_facts(
    pack: Pack, sources_used: Iterable[Source], approvals: Iterable[Approval]
) -> tuple[Finding, ...]:
    """Each unverified fact that nobody accepted as it stands, once."""
    book = {(a.fact, a.digest) for a in approvals if a.pack == pack.id and a.fact}
    unverified = {s.id: s for s in sources_used if s.status == "unverified"}
    return tuple(
        Finding(
            "fact-unverified",
            file=source.file,
            line=source.line,
            params={"pack": pack.id, "fact": source.id, "citation": source.citation},
        )
        for source in unverified.values()
        if (source.id, fact_digest(pack, source)) not in book
    )
