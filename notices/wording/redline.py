"""Redline: two states of a pack's text, word by word, in every language. Pure; the result is data.

A state is what can be read: clauses with headings, terms, and each kind's parts in order. It comes
from a pack (working copy, revision) or from the text kept when a kind was approved.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from notices.pack.types import Pack, language_of
from notices.wording.digests import clause_texts, part_text, piece_texts

Op = Literal["same", "removed", "added"]
Sides = Mapping[str, str]  # side (a language; of a clause's variants see Clause) → text
# A word with what joins it, one Han character, a placeholder, white space, or one other character.
_TOKEN = re.compile(
    r"\{\{\s*\w+\s*\}\}|\*\*|[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    r"|[^\W\u2e80-\u9fff\uf900-\ufaff]+(?:['’-][^\W\u2e80-\u9fff]+)*|\s+|."
)


@dataclass(frozen=True)
class Text:
    """A state of a pack's text. Pieces are named as in approvals: `clauses/ID`, `labels/ID`, …"""

    label: str
    pieces: Mapping[str, Sides]
    parts: Mapping[str, tuple[str, ...]]  # kind → its parts, one line each

    def only(self, kind: str) -> Text:
        """The same state, of one kind's parts alone."""
        return Text(self.label, self.pieces, {k: p for k, p in self.parts.items() if k == kind})


@dataclass(frozen=True)
class Run:
    """A stretch of text that stayed, went or came."""

    op: Op
    text: str


@dataclass(frozen=True)
class SideChange:
    """One side's text: runs from the old to the new one. `side`: a language, or "" for rules; of a
    clause's variant as in `Clause`."""

    side: str
    runs: tuple[Run, ...]

    @property
    def lang(self) -> str:
        """The language that it is in."""
        return language_of(self.side)

    @property
    def changed(self) -> bool:
        return any(run.op != "same" for run in self.runs)


@dataclass(frozen=True)
class PieceChange:
    """A piece that came, went or changed; its unchanged sides stand too. `stale`: one side only."""

    name: str
    status: Literal["added", "removed", "changed", "same"]
    sides: tuple[SideChange, ...]

    @property
    def stale(self) -> bool:
        return self.status == "changed" and len({side.changed for side in self.sides}) > 1


@dataclass(frozen=True)
class PartsChange:
    """A kind whose parts came, went, moved or changed; each run is one part's line."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Redline:
    """Everything that differs between two states."""

    before: str
    after: str
    pieces: tuple[PieceChange, ...] = ()
    parts: tuple[PartsChange, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.pieces and not self.parts


def pack_text(pack: Pack, label: str, kinds: Iterable[str] | None = None) -> Text:
    """A pack's text, or that of some of its kinds."""
    asked = tuple(kinds) if kinds is not None else tuple(pack.kinds)
    pieces: dict[str, Sides] = {}
    for kind in asked:
        pieces |= piece_texts(pack, kind)
    if kinds is None:
        pieces |= {f"clauses/{c.id}": clause_texts(c) for c in pack.clauses.values()}
        pieces |= {f"glossary/{name}": texts for name, texts in pack.glossary.items()}
        pieces |= {f"hints/{f.name}": f.hint for f in pack.fields.values()}
    parts = {k: tuple(part_text(p) for p in pack.kinds[k].parts) for k in asked}
    return Text(label, pieces, parts)


def compare_texts(before: Text, after: Text) -> Redline:
    """What changed from one state to another, pieces in the order of the later one."""
    names = dict.fromkeys((*after.pieces, *before.pieces))
    pieces = []
    for name in names:
        old, new = before.pieces.get(name), after.pieces.get(name)
        if old == new:
            continue
        status: Literal["added", "removed", "changed"] = "changed"
        if old is None or new is None:
            status = "added" if old is None else "removed"
        both = dict.fromkeys((*(new or {}), *(old or {})))
        sides = tuple(
            SideChange(side, compare_words((old or {}).get(side, ""), (new or {}).get(side, "")))
            for side in both
        )
        pieces.append(PieceChange(name, status, sides))
    kinds = dict.fromkeys((*after.parts, *before.parts))
    parts = tuple(
        PartsChange(kind, line_runs(before.parts.get(kind, ()), after.parts.get(kind, ())))
        for kind in kinds
        if before.parts.get(kind) != after.parts.get(kind)
    )
    return Redline(before.label, after.label, tuple(pieces), parts)


def same_piece(name: str, sides: Sides) -> PieceChange:
    """A piece of which nothing changed, to be read as it is."""
    said = tuple(SideChange(side, (Run("same", text),)) for side, text in sides.items())
    return PieceChange(name, "same", said)


def compare_words(before: str, after: str) -> tuple[Run, ...]:
    """Runs that lead from one text to the other: words in Latin scripts, characters in Han.

    The same and removed runs joined are the old text, the same and added ones the new text.
    """
    return _runs(words_of(before), words_of(after), "")


def words_of(text: str) -> list[str]:
    """The pieces that texts are compared by: words, Han characters, placeholders, white space."""
    return _TOKEN.findall(text)


def line_runs(before: Iterable[str], after: Iterable[str]) -> tuple[Run, ...]:
    """Runs that lead from one list of lines to the other, each a whole line."""
    old, new = list(before), list(after)
    found: list[Run] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if op == "equal":
            found += [Run("same", line) for line in old[a1:a2]]
            continue
        found += [Run("removed", line) for line in old[a1:a2]]
        found += [Run("added", line) for line in new[b1:b2]]
    return tuple(found)


def _runs(old: list[str], new: list[str], glue: str) -> tuple[Run, ...]:
    found: list[Run] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if op == "equal":
            found.append(Run("same", glue.join(old[a1:a2])))
            continue
        if a2 > a1:
            found.append(Run("removed", glue.join(old[a1:a2])))
        if b2 > b1:
            found.append(Run("added", glue.join(new[b1:b2])))
    return tuple(found)


def as_data(redline: Redline) -> dict[str, Any]:
    """The redline as plain data, for `--json` and the web page."""
    return {
        "before": redline.before,
        "after": redline.after,
        "pieces": [piece_data(piece) for piece in redline.pieces],
        "parts": {p.kind: [[run.op, run.text] for run in p.runs] for p in redline.parts},
    }


def piece_data(piece: PieceChange) -> dict[str, Any]:
    """One piece as plain data."""
    return {
        "name": piece.name,
        "status": piece.status,
        "stale": piece.stale,
        "sides": {side.side: [[run.op, run.text] for run in side.runs] for side in piece.sides},
    }


def text_record(text: Text) -> str:
    """A state as JSON, in a stable order: what an approval keeps."""
    plain = {"label": text.label, "pieces": text.pieces, "parts": text.parts}
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def text_of(data: Mapping[str, Any]) -> Text:
    """A state from what `text_record` wrote."""
    parts = {kind: tuple(lines) for kind, lines in data["parts"].items()}
    return Text(str(data["label"]), data["pieces"], parts)
