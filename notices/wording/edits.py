"""Editing a pack: one value's span at a time; every other byte of the file stays as it was.

An edit says which digest the editor saw; where the file has moved on, it is a conflict and nothing
is written. After each edit the new text is read again: the value must be what was asked, and
nothing else may have changed. Files are never dumped.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from notices.errors import FileError
from notices.files import alone, read_bytes, write_whole
from notices.finding import Finding
from notices.pack.core import FOLDER as CORE
from notices.pack.core import core_of
from notices.textfiles import Path_, TextFileError, read_spans
from notices.wording import yaml_rewrite as rewrite
from notices.wording.new_clause import (
    NewClause,
    by_language,
    check_sides,
    clause_entry,
    tidy,
    with_conditions,
)
from notices.wording.pack_wording import with_conditions_at, with_keys, with_piece
from notices.wording.yaml_rewrite import MISSING, Refused, value_at, with_value

Status = Literal["written", "same", "conflict", "refused", "held"]
_FILE = re.compile(r"(clauses/|_core/|examples/(senders/)?)?[A-Za-z0-9][A-Za-z0-9_.-]{0,80}\.yaml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_JOINERS = "\u200c\u200d\u00ad"  # format characters that words may need


@dataclass(frozen=True)
class Outcome:
    """What became of an edit. `held`: not written, because another one of the same save was not.

    `before` and `after` are the value in the file, before and after the edit: in a conflict both
    are what somebody else wrote, beside `asked`. `digest` is the next edit's `seen`.
    """

    status: Status
    file: str  # within the pack's folder: clauses/opening.yaml
    path: Path_
    asked: Any
    before: Any
    after: Any
    digest: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class AddPart:
    """A new part before the part at `index` (at the end: the number of parts)."""

    index: int
    part: Mapping[str, Any]  # as kinds.yaml writes it: {"clause": "hardship"}


@dataclass(frozen=True)
class RemovePart:
    """The part at `index` goes; its clause stays in its file."""

    index: int


@dataclass(frozen=True)
class MovePart:
    """The part at `index` goes to where `to` counts without it."""

    index: int
    to: int


@dataclass(frozen=True)
class SetConditions:
    """The named conditions of the part at `index`: those that must hold, and those that must not;
    what else its `when` asks stays."""

    index: int
    hold: tuple[str, ...]
    hold_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangePart:
    """What the part at `index` shows, and how: the keys SHOWN as in `part`, others as before."""

    index: int
    part: Mapping[str, Any]


SHOWN = ("style", "title", "rows", "sums", "column")  # all of a part but what it is, and its when
PartsChange = AddPart | RemovePart | MovePart | SetConditions | ChangePart


# --- reading ---------------------------------------------------------------------------------


def value_digest(value: Any) -> str:
    """What `seen` is compared with. A value that is not there has a digest too."""
    plain = None if value is MISSING else [_trimmed(value)]
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def read_value(root: Path, file: str, path: Path_) -> tuple[Any, str]:
    """A value of a pack's file as it stands (None where there is none), and its digest.

    Raises FileError, TextFileError.
    """
    value = value_at(_parsed(_read(root, file), file), path)
    return (None if value is MISSING else _trimmed(value)), value_digest(value)


def _read(root: Path, file: str) -> str:
    if not _FILE.fullmatch(file):
        raise FileError(f"{file[:80]}: not a file of a pack")
    folder, _, name = file.rpartition("/")
    core = core_of(root) if folder == CORE else None  # a shipped pack's stands beside it
    try:
        return read_bytes(core / name if core else root / file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{root / file}: not UTF-8 text") from error


def _parsed(text: str, file: str) -> Any:
    text = text.removeprefix("\ufeff")
    return {} if rewrite.says_nothing(text) else read_spans(text, file)[0]


def check_new_text(text: str) -> tuple[Finding, ...]:
    """Characters that no letter may hold: controls, unseen ones, and what turns the reading order.

    Line ends and tabs are fine.
    """
    for number, char in enumerate(text):
        kind = unicodedata.category(char)
        unseen = kind in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") and char not in "\n\r\t"
        if unseen or (kind == "Cf" and char not in _JOINERS):
            line = text.count("\n", 0, number) + 1
            params = {"code": f"U+{ord(char):04X}", "line": str(line)}
            return (Finding("edit-character", params=params),)
    return () if text.strip() else (Finding("edit-empty"),)


# --- edits -----------------------------------------------------------------------------------


def set_text(root: Path, file: str, path: Path_, text: str, seen: str) -> Outcome:
    """Replace one text of a pack: a clause's side, heading, term, label, hint, explanation.

    Raises FileError where the file can't be read or written.
    """
    asked = tidy(text)
    return _edit(
        root,
        file,
        path,
        asked,
        seen,
        check_new_text(text),
        lambda t: rewrite.scalar(t, path, asked),
    )


def add_text(root: Path, file: str, path: Path_, text: str, seen: str) -> Outcome:
    """Add a text that its mapping does not have yet: another side, a term in another language."""
    asked = tidy(text)
    return _edit(
        root, file, path, asked, seen, check_new_text(text), lambda t: rewrite.entry(t, path, asked)
    )


def set_headings(
    root: Path, file: str, clause: str, headings: Mapping[str, str], seen: str
) -> Outcome:
    """Give a clause that has no heading one in each language; `seen` is of `(id, "heading")`."""
    path = (clause, "heading")
    twice = check_sides(headings)
    faults = (*twice, *(f for text in headings.values() for f in check_new_text(text)))
    asked = {} if twice else by_language({side: tidy(text) for side, text in headings.items()})
    return _edit(root, file, path, asked, seen, faults, lambda t: rewrite.entry(t, path, asked))


def set_value(root: Path, file: str, path: Path_, value: Any, seen: str) -> Outcome:
    """Have a place say a value of any form, as it once stood there; None takes it out.

    Raises FileError where the file can't be read or written.
    """
    asked = MISSING if value is None else _trimmed(value)
    faults = check_new_text(value) if isinstance(value, str) else ()
    done = _edit(root, file, path, asked, seen, faults, lambda t: with_piece(t, path, asked))
    if value is not None:
        return done
    return replace(done, asked=None, after=None if done.status == "written" else done.after)


def fill_text(root: Path, file: str, path: Path_, text: str, seen: str) -> Outcome:
    """Write a text that was still to be written (`pack.unfilled`); in a list each of its lines is
    an entry, in the place of the mark: the other entries stay. `seen` is of the list then.

    Raises FileError where the file can't be read or written.
    """
    if not isinstance(path[-1], int):
        return set_text(root, file, path, text, seen)
    now, digest = read_value(root, file, path[:-1])
    faults, at = check_new_text(text), path[-1]
    if not isinstance(now, list) or at not in range(len(now)):
        faults = (*faults, Finding("edit-place", file=file, path=_shown(path)))
    if faults:
        return Outcome("refused", file, path[:-1], text, now, now, digest, faults)
    lines = [line.strip() for line in tidy(text).split("\n") if line.strip()]
    return set_value(root, file, path[:-1], [*now[:at], *lines, *now[at + 1 :]], seen)


def add_clause(root: Path, file: str, clause: NewClause) -> Outcome:
    """Add a clause at the end of a file of clauses/; conflict where the pack has the id already.

    Raises FileError, TextFileError where a file can't be read or written.
    """
    texts = (clause.source, *clause.texts.values(), *filter(None, clause.headings.values()))
    mixed = check_sides(clause.texts, clause.headings)
    faults = [*mixed, *(f for text in texts for f in check_new_text(text))]
    if not _NAME.fullmatch(clause.id):
        faults.append(Finding("bad-id", params={"name": clause.id[:40]}))
    elif "." in clause.id:  # the log writes a place as steps with dots between them
        faults.append(Finding("id-with-dot", params={"name": clause.id}))
    place = clause_file(root, clause.id)
    if place:
        met, digest = read_value(root, place, (clause.id,))
        twice = Finding("id-twice", file=place, path=clause.id, params={"name": clause.id})
        return Outcome("conflict", place, (clause.id,), None, met, met, digest, (twice,))
    other = clause_file(root, clause.like) if clause.like else ""
    like = read_value(root, other, (clause.like,))[0] if other else {}
    value = {} if mixed else clause_entry(clause, like)
    return _edit(
        root,
        file,
        (clause.id,),
        value,
        value_digest(MISSING),
        tuple(faults),
        lambda t: rewrite.entry(t, (clause.id,), value),
    )


def clause_file(root: Path, clause: str) -> str:
    """The file of clauses/ that has the clause; "" where none does. Raises FileError."""
    names = (f"clauses/{file.name}" for file in sorted((root / "clauses").glob("*.yaml")))
    return next((n for n in names if read_value(root, n, (clause,))[0] is not None), "")


def change_parts(root: Path, kind: str, change: PartsChange, seen: str) -> Outcome:
    """Add, remove, move a kind's part or set its conditions; `seen` is of `(kind, "parts")`."""
    path = (kind, "parts")
    now, digest = read_value(root, "kinds.yaml", path)
    try:
        asked = _changed(now if isinstance(now, list) else [], change)
    except Refused as refusal:
        return Outcome("refused", "kinds.yaml", path, None, now, now, digest, (refusal.finding,))
    return _edit(
        root, "kinds.yaml", path, asked, seen, (), lambda t: _rewritten(t, path, change, asked)
    )


def _changed(parts: Sequence[Any], change: PartsChange) -> list[Any]:
    """The parts as they will read."""
    new = list(parts)
    last = len(new) if isinstance(change, AddPart) else len(new) - 1
    ends = (change.index, change.to) if isinstance(change, MovePart) else (change.index,)
    if not all(0 <= index <= last for index in ends):
        raise Refused(Finding("edit-place", path="parts"))
    if isinstance(change, AddPart):
        new.insert(change.index, rewrite.plain(change.part))
    elif isinstance(change, RemovePart):
        del new[change.index]
    elif isinstance(change, MovePart):
        new.insert(change.to, new.pop(change.index))
    elif isinstance(change, ChangePart):
        part = new[change.index]
        shown = {key: rewrite.plain(v) for key, v in change.part.items() if key in SHOWN and v}
        new[change.index] = {**{k: v for k, v in part.items() if k not in SHOWN}, **shown}
    else:
        part = new[change.index]
        rest = {key: value for key, value in part.items() if key != "when"}
        when = with_conditions(part.get("when"), change.hold, change.hold_not)
        new[change.index] = {**rest, "when": when} if when else rest
    return new


def set_clause_conditions(
    root: Path,
    file: str,
    clause: str,
    hold: tuple[str, ...],
    hold_not: tuple[str, ...],
    seen: str,
) -> Outcome:
    """The named conditions of a clause, wherever it is printed; `seen` is of `(clause, "when")`.

    What else its `when` asks stays. Raises FileError, TextFileError where the file can't be read.
    """
    path = (clause, "when")
    now, _ = read_value(root, file, path)
    when = with_conditions(now, hold, hold_not) or None
    asked = MISSING if when is None else rewrite.plain(when)
    return _edit(root, file, path, asked, seen, (), lambda t: with_conditions_at(t, path, when))


def _rewritten(text: str, path: Path_, change: PartsChange, asked: list[Any]) -> str:
    if isinstance(change, AddPart):
        return rewrite.add_item(text, path, change.index, change.part)
    if isinstance(change, RemovePart):
        return rewrite.remove_item(text, path, change.index)
    if isinstance(change, MovePart):
        return rewrite.move_item(text, path, change.index, change.to)
    if isinstance(change, ChangePart):
        return with_keys(text, (*path, change.index), asked[change.index])
    return with_conditions_at(text, (*path, change.index, "when"), asked[change.index].get("when"))


# --- one edit, whole or not at all --------------------------------------------------------------


def _edit(
    root: Path,
    file: str,
    path: Path_,
    asked: Any,
    seen: str,
    faults: tuple[Finding, ...],
    change: Callable[[str], str],
) -> Outcome:
    with alone(root):
        raw = _read(root, file)
        text = raw.removeprefix("\ufeff")
        try:
            before = value_at(_parsed(text, file), path)
        except TextFileError as error:
            fault = error.fault
            refused = Finding(
                fault.rule, file=file, line=fault.line, params={"detail": fault.detail}
            )
            return Outcome("refused", file, path, asked, None, None, "", (refused,))
        digest = value_digest(before)
        now = None if before is MISSING else _trimmed(before)

        def kept(status: Status, *findings: Finding) -> Outcome:
            return Outcome(status, file, path, asked, now, now, digest, findings)

        if faults:
            return kept("refused", *faults)
        if digest == value_digest(asked):
            return kept("same")
        if digest != seen:
            return kept("conflict", Finding("edit-conflict", file=file, path=_shown(path)))
        try:
            new = change(text)
        except Refused as refusal:
            return kept("refused", refusal.finding)
        if not _is_as_asked(text, new, path, asked, file):
            return kept("refused", Finding("edit-place", file=file, path=_shown(path)))
        write_whole(root / file, raw[: len(raw) - len(text)].encode() + new.encode())
    then = None if asked is MISSING else asked
    return Outcome("written", file, path, asked, now, then, value_digest(asked))


def _shown(path: Path_) -> str:
    return ".".join(map(str, path))


def _is_as_asked(old: str, new: str, path: Path_, asked: Any, file: str) -> bool:
    """Whether the new text reads as asked, and everything else in it as before."""
    try:
        before, after = _parsed(old, file), _parsed(new, file)
    except TextFileError:
        return False
    same = with_value(before, path, None) == with_value(after, path, None)
    return same and rewrite.reads_as(value_at(after, path), asked)
