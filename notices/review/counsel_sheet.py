"""What outside counsel gets to read of one letter: its texts in order, in all its languages, with
what changed since an earlier state and by whom. Pure data; `counsel_docx` writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from notices.markup import unwrapped
from notices.pack.sentences import Tongue, in_both_tongues
from notices.pack.types import Clause, Kind, Pack, Part, Source, language_of, variant_of
from notices.wording.attributed import HandRun, attribute
from notices.wording.history import Change
from notices.wording.usage import clause_uses

Said = Mapping[Tongue, str]


@dataclass(frozen=True)
class Cell:
    """One text: a clause's side, a heading, a label. `piece` names it as the log of edits does;
    "" where it is no longer there, and can't be edited. `said` is for whom it is, where a clause
    reads otherwise by recipient."""

    piece: str
    lang: str
    runs: tuple[HandRun, ...]
    said: Said | None = None

    @property
    def text(self) -> str:
        """As it reads now."""
        return "".join(run.text for run in self.runs if run.op != "removed")


@dataclass(frozen=True)
class Row:
    """Texts beside each other, at most one a language."""

    cells: tuple[Cell, ...]
    is_heading: bool = False


@dataclass(frozen=True)
class Entry:
    """A clause at its first place in the letter, or a block that is no clause (`block`)."""

    name: str
    rows: tuple[Row, ...] = ()
    printed: Said | None = None  # None: in every case
    printed_before: Said | None = None  # where it read otherwise
    source: Source | None = None
    also: tuple[str, ...] = ()  # other kinds that print it
    is_gone: bool = False
    block: bool = False


@dataclass(frozen=True)
class Sheet:
    """One kind's letter for counsel."""

    pack: Pack
    kind: str
    languages: tuple[str, ...]
    before: str  # the earlier state, as people called it
    entries: tuple[Entry, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All texts that may come back."""
        rows = (row for entry in self.entries for row in entry.rows)
        return tuple(cell for row in rows for cell in row.cells if cell.piece)


def text_id(pack_id: str, piece: str) -> str:
    """What a text is called inside a document: 16 hexadecimal digits."""
    return _digits(f"{pack_id}\0{piece}")


def text_state(text: str) -> str:
    """What a text read like when it was sent: 16 hexadecimal digits over the unwrapped text."""
    return _digits(unwrapped(text))


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build_sheet(
    pack: Pack,
    kind: str,
    earlier: Pack | None,
    changes: Iterable[Change],
    before: str = "",
    languages: Iterable[str] = (),
) -> Sheet:
    """The kind's letter as the pack words it, with the changes since the `earlier` state, if any;
    `languages` are those wanted, else all."""
    tags = tuple(languages) or tuple(pack.formats)
    log = tuple(changes)
    entries = tuple(_Reader(pack, kind, earlier or pack, log, tags).entries())
    return Sheet(pack, kind, tags, before, entries)


def text_piece(clause: str, side: str, *, heading: bool = False) -> str:
    """A clause's text as the log of edits names it: `clauses/hardship/zh-Hans/person`."""
    return "/".join(("clauses", clause, *(["heading"] if heading else []), *side.split(".")))


def texts_of(pack: Pack, kind: str) -> dict[str, tuple[str, str]]:
    """Every text of a kind that counsel may change: piece → language, wording (unwrapped)."""
    return {cell.piece: (cell.lang, cell.text) for cell in build_sheet(pack, kind, None, ()).cells}


def clause_names(kind: Kind) -> list[str]:
    """The clauses of a kind, in the order of the letter, subjects first."""
    subjects = (kind.subject, *kind.subjects.values())
    return [*dict.fromkeys((*subjects, *(name for part in kind.parts for name in part.clauses)))]


@dataclass(frozen=True)
class _Reader:
    pack: Pack
    kind: str
    old: Pack
    log: tuple[Change, ...]
    tags: tuple[str, ...]

    def entries(self) -> Iterator[Entry]:
        kind = self.pack.kinds[self.kind]
        names = [name for name in clause_names(kind) if name in self.pack.clauses]
        before = clause_names(self.old.kinds[self.kind]) if self.kind in self.old.kinds else []
        gone = _gone_before([n for n in before if n in self.old.clauses], names)
        for name in dict.fromkeys((kind.subject, *kind.subjects.values())):
            yield from map(self._gone, gone.pop(name, ()))
            yield from self._clause(name, Part(clause=name))
        seen = {kind.subject, *kind.subjects.values()}
        labels: set[str] = set()  # a label is changed where it comes first
        for part in kind.parts:
            if not part.clauses or part.block:
                yield Entry(
                    part.block, self._titles(part, labels), self._printed(part, None), block=True
                )
                labels |= {part.title, *part.rows}
            for name in part.clauses:
                yield from map(self._gone, gone.pop(name, ()))
                if name not in seen:
                    yield from self._clause(name, part)
                seen.add(name)
        yield from map(self._gone, gone.pop("", ()))

    def _clause(self, name: str, part: Part) -> Iterator[Entry]:
        clause = self.pack.clauses.get(name)
        if clause is None:
            return
        now = self._printed(part, clause)
        was = when_printed(self.old, self.kind, name)
        also = [use.kind for use in clause_uses(self.pack, name) if use.kind != self.kind]
        yield Entry(
            name,
            tuple(self._rows(clause, self.old.clauses.get(name))),
            now,
            was if name in self.old.clauses and was != now and self.old is not self.pack else None,
            clause.source,
            tuple(dict.fromkeys(also)),
        )

    def _printed(self, part: Part, clause: Clause | None) -> Said | None:
        whens = [when for when in (part.when, clause.when if clause else {}) if when]
        return in_both_tongues(self.pack, *whens) if whens else None

    def _rows(self, clause: Clause, old: Clause | None) -> Iterator[Row]:
        tags = [tag for tag in self.tags if not clause.only or tag in clause.only]
        for what, texts in ((True, clause.headings), (False, clause.texts)):
            before = {} if old is None else old.headings if what else old.texts
            columns = [
                [
                    self._cell(text_piece(clause.id, side, heading=what), side, texts, before)
                    for side in texts
                    if language_of(side) == tag
                ]
                for tag in tags
            ]
            for cells in zip_longest(*columns):
                yield Row(tuple(filter(None, cells)), what)

    def _cell(
        self, piece: str, side: str, texts: Mapping[str, str], before: Mapping[str, str]
    ) -> Cell:
        cell = self._words(piece, side, before.get(side, ""), texts[side])
        variant = variant_of(side)
        said = in_both_tongues(self.pack, {"all": (variant,)}) if variant else None
        return replace(cell, said=said)

    def _words(self, piece: str, side: str, before: str, after: str) -> Cell:
        runs = attribute(unwrapped(before), unwrapped(after), self.log, piece)
        return Cell(piece, language_of(side), tuple(runs))

    def _titles(self, part: Part, seen: set[str]) -> tuple[Row, ...]:
        """The labels that a block names and none before it: its title and its rows."""
        found = []
        for name in dict.fromkeys((part.title, *part.rows)):
            if name in seen:
                continue
            texts = self.pack.labels.get(name, {})
            before = self.old.labels.get(name, {})
            cells = tuple(
                self._words(f"labels/{name}/{tag}", tag, before.get(tag, ""), texts[tag])
                for tag in self.tags
                if tag in texts
            )
            if cells:
                found.append(Row(cells, is_heading=name == part.title))
        return tuple(found)

    def _gone(self, name: str) -> Entry:
        """A clause that the letter had, all of it taken out."""
        clause = self.old.clauses[name]
        sides = [s for tag in self.tags for s in clause.texts if language_of(s) == tag]
        cells = tuple(
            Cell("", language_of(side), (HandRun("removed", unwrapped(clause.texts[side])),))
            for side in sides
        )
        return Entry(name, (Row(cells),), is_gone=True, source=clause.source)


def when_printed(pack: Pack, kind: str, name: str) -> Said | None:
    """When a clause is printed at its first place in a kind; None: in every case, or never."""
    clause, asked = pack.clauses.get(name), pack.kinds.get(kind)
    if clause is None or asked is None:
        return None
    part = next((p for p in asked.parts if name in p.clauses), Part(clause=name))
    whens = [when for when in (part.when, clause.when) if when]
    return in_both_tongues(pack, *whens) if whens else None


def _gone_before(old: list[str], new: list[str]) -> dict[str, list[str]]:
    """Names that only the old list has, by the name of the new one that they stood before; "" is
    its end."""
    found: dict[str, list[str]] = {}
    for op, a1, a2, _, b2 in SequenceMatcher(None, old, new, False).get_opcodes():
        if op in ("delete", "replace"):
            gone = [name for name in old[a1:a2] if name not in new]
            found.setdefault(new[b2] if b2 < len(new) else "", []).extend(gone)
    return found
