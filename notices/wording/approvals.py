"""Approvals: who accepted which wording and which unverified facts. The book, and its lines.

An approval of a kind binds its whole text (`wording.digests`), from a day on or until a day if it
says so; what letters looked like then is noted beside. Approvals stand in the user's workspace, one
JSON object a line, `approvals/CN.jsonl`; lines are only ever added. The text itself is kept beside:
its words, `approvals/text/DIGEST.json`, to be compared with what stands now, and a snapshot that
letters are written by (`wording.snapshots`). A line may also withdraw what stood before it, or ask
for changes of a text. Time comes from the door.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from notices.errors import WorkspaceError
from notices.files import append_line, read_bytes, write_whole
from notices.pack.types import Pack, Source
from notices.textfiles import TextFileError, parse_json
from notices.wording.digests import Seen, Sides, fact_digest, kind_text
from notices.wording.redline import Text, pack_text, text_of, text_record
from notices.wording.snapshots import (
    has_snapshot,
    keep_snapshot,
    snapshot_name,
    snapshot_text,
)

LONGEST_NAME = 80
STOP, COMING = "stop", "coming"
OPEN, SETTLED = "open", "settled"


@dataclass(frozen=True)
class Approval:
    """One person's acceptance: of a kind's text (`kind`) or of an unverified fact (`fact`).

    `withdraws` makes it the opposite: STOP ends every text of the kind, COMING the text of `digest`
    whose first day has not come. `request` makes it none either: OPEN asks for changes of the text,
    as the note says, SETTLED ends what was asked of it.
    """

    pack: str
    version: str
    by: str
    when: str  # ISO 8601, from the door
    digest: str
    kind: str = ""
    fact: str = ""
    note: str = ""
    sides: Sides = field(default_factory=dict)
    effective_from: str = ""  # the first issue date it holds for, ISO 8601; "" = any
    effective_to: str = ""  # the last one
    kept: str = ""  # SHA-256 of the text kept beside
    layout: str = ""  # the layout's digest then; "" in lines of version 0.1.0
    fonts: str = ""
    key: str = ""  # the public key that the line is signed with; "" = the name is declared
    signature: str = ""
    snapshot: str = ""  # SHA-256 of the snapshot; "" in lines of version 0.1.0
    withdraws: str = ""  # "" | STOP | COMING
    request: str = ""  # "" | OPEN | SETTLED
    read: tuple[str, ...] = ()  # what was to be read, and was opened: `text`, `letters/EXAMPLE`

    @property
    def approves(self) -> bool:
        """Whether it is an approval at all."""
        return not self.withdraws and not self.request

    def has_begun(self, day: str) -> bool:
        """Whether its first day has come by this issue date (ISO 8601); "" asks of no date."""
        return not day or self.effective_from <= day

    def has_ended(self, day: str) -> bool:
        """Whether its last day lies before this issue date (ISO 8601); "" asks of no date."""
        return bool(self.effective_to) and self.effective_to < day

    def holds_on(self, day: str) -> bool:
        """Whether it counts for a letter of this issue date (ISO 8601); "" asks of no date."""
        return self.has_begun(day) and not self.has_ended(day)


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
        return Approval(**{**data, "read": tuple(data.get("read", ()))})
    except (TextFileError, TypeError) as error:
        raise WorkspaceError(f"{place}: not an approval: restore the file from git") from error


def approval_record(approval: Approval) -> dict[str, Any]:
    """A line of the book as plain data: what is empty is left out."""
    return {key: value for key, value in asdict(approval).items() if value}


def append_approval(folder: Path, approval: Approval) -> Path:
    """Add one line to the pack's book, in one write. Raises FileError."""
    return append_line(folder / f"{approval.pack}.jsonl", approval_record(approval))


def accept_kind(
    pack: Pack,
    kind: str,
    seen: Seen,
    by: str,
    when: datetime,
    note: str = "",
    effective: tuple[date | None, date | None] = (None, None),
    read: Iterable[str] = (),
) -> Approval:
    """An acceptance of a kind's text as it is, for letters issued from the first to the last of the
    `effective` days, both included; None leaves an end open. `read` is what was opened before.

    Raises WorkspaceError for a bad name, days in the wrong order, or a last day before `when`'s.
    """
    effective_from, effective_to = effective
    if effective_from and effective_to and effective_to < effective_from:
        raise WorkspaceError(f"--until {effective_to} lies before --from {effective_from}")
    if effective_to and effective_to < when.date():
        raise WorkspaceError(f"--until {effective_to} has passed: no letter of today would have it")
    text = kind_text(pack, kind)
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=person_name(by),
        when=when.isoformat(timespec="seconds"),
        digest=text.digest,
        kind=kind,
        note=note,
        sides=text.sides,
        effective_from=effective_from.isoformat() if effective_from else "",
        effective_to=effective_to.isoformat() if effective_to else "",
        kept=hashlib.sha256(_kept_text(pack, kind)).hexdigest(),
        layout=seen.layout,
        fonts=seen.fonts,
        snapshot=snapshot_name(snapshot_text(pack, kind)),
        read=tuple(read),
    )


def withdraw_kind(
    pack: Pack,
    kind: str,
    digest: str,
    by: str,
    when: datetime,
    note: str = "",
    *,
    coming: bool = False,
) -> Approval:
    """The end of a kind's text, and of all before it; or of this one alone, whose first day has not
    come. No older text counts again. Raises WorkspaceError for a bad name."""
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=person_name(by),
        when=when.isoformat(timespec="seconds"),
        digest=digest,
        kind=kind,
        note=note,
        withdraws=COMING if coming else STOP,
    )


def ask_changes(
    pack: Pack, kind: str, by: str, when: datetime, note: str, *, settled: bool = False
) -> Approval:
    """A request to change a kind's text before it goes live, or the end of all that was asked of
    it. Raises WorkspaceError for a bad name, or without a word of what is asked."""
    if not note.strip() and not settled:
        raise WorkspaceError("--note says what is to be changed")
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=person_name(by),
        when=when.isoformat(timespec="seconds"),
        digest=kind_text(pack, kind).digest,
        kind=kind,
        note=note.strip(),
        request=SETTLED if settled else OPEN,
    )


def accept_fact(pack: Pack, source: Source, by: str, when: datetime, note: str = "") -> Approval:
    """An acceptance of one unverified fact. Raises WorkspaceError for a bad name."""
    return Approval(
        pack=pack.id,
        version=pack.version,
        by=person_name(by),
        when=when.isoformat(timespec="seconds"),
        digest=fact_digest(pack, source),
        fact=source.id,
        note=note,
    )


def person_name(name: str) -> str:
    """A person's name as the book writes it. Raises WorkspaceError."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise WorkspaceError(f"--by takes a person's name, at most {LONGEST_NAME} characters")
    return plain


# --- the text that was approved ---------------------------------------------------------------


def _kept_text(pack: Pack, kind: str) -> bytes:
    return text_record(pack_text(pack, f"{pack.id}/{kind}", [kind])).encode()


def keep_text(folder: Path, pack: Pack, approval: Approval) -> Path:
    """Keep the text of an approved kind beside the book, in words and as a snapshot. Raises
    FileError."""
    text = snapshot_text(pack, approval.kind)
    keep_snapshot(folder, snapshot_name(text), text)
    file = folder / "text" / f"{approval.digest}.json"
    if not file.is_file():
        write_whole(file, _kept_text(pack, approval.kind))
    return file


def read_kept_text(folder: Path, approval: Approval) -> Text:
    """The text that an approval is about. Raises WorkspaceError where it lacks or was altered."""
    file = folder / "text" / f"{approval.digest}.json"
    if not file.is_file():
        raise WorkspaceError(f"{file}: the approved text is not kept; restore the file from git")
    raw = read_bytes(file)
    if hashlib.sha256(raw).hexdigest() != approval.kept:
        raise WorkspaceError(f"{file}: not the text that was approved; restore the file from git")
    return text_of(json.loads(raw))


def keep_older(folder: Path, pack: Pack) -> None:
    """Snapshots for approvals of earlier versions, which have none, where their text still stands:
    before an edit takes it away. Raises FileError, WorkspaceError."""
    for line in read_approvals(folder, pack.id):
        if line.snapshot or line.request or line.kind not in pack.kinds:
            continue
        if has_snapshot(folder, line.digest):
            continue
        if line.digest in kind_text(pack, line.kind).digests:
            keep_snapshot(folder, line.digest, snapshot_text(pack, line.kind, line.digest))


def join_texts(texts: Iterable[Text], label: str) -> Text:
    """Several kinds' texts as one state."""
    pieces: dict[str, Mapping[str, str]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for text in texts:
        pieces |= text.pieces
        parts |= text.parts
    return Text(label, pieces, parts)
