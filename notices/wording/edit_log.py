"""Who edited which kind's text through the product: `approvals/edits.jsonl`, lines only ever added.

A line says how an edit took one kind's text from one digest to another, so that a chain of lines
from a text that stood to the text of today names everybody who changed it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.errors import WorkspaceError
from notices.files import append_line, read_bytes
from notices.pack.types import Pack
from notices.textfiles import TextFileError, parse_json
from notices.wording.approvals import person_name
from notices.wording.digests import kind_text
from notices.wording.edits import Outcome

EDITS = "edits.jsonl"


@dataclass(frozen=True)
class EditLine:
    """One edit as one kind saw it; digests as in `kind_text`, "" where the kind was not there."""

    pack: str
    kind: str
    by: str
    when: str  # ISO 8601, from the door
    before: str
    after: str
    file: str = ""  # within the pack's folder
    path: str = ""
    old: Any = None  # what stood there before, in the first line of an edit
    new: Any = None
    is_kept: bool = False  # whether `old` and `new` say so; not in logs of version 0.1.0


def build_edits(
    before: Pack,
    after: Pack,
    by: str,
    when: datetime,
    file: str = "",
    path: str = "",
) -> tuple[EditLine, ...]:
    """The lines for an edit that took a pack from one state to another: one for each kind whose
    text changed. Raises WorkspaceError for a bad name."""
    person, at = person_name(by), when.isoformat(timespec="seconds")
    digests = {
        kind: tuple(
            kind_text(pack, kind).digest if kind in pack.kinds else "" for pack in (before, after)
        )
        for kind in dict.fromkeys((*before.kinds, *after.kinds))
    }
    return tuple(
        EditLine(after.id, kind, person, at, old, new, file, path)
        for kind, (old, new) in digests.items()
        if old != new
    )


def with_values(
    lines: tuple[EditLine, ...],
    pack: Pack,
    by: str,
    when: datetime,
    outcome: Outcome,
) -> tuple[EditLine, ...]:
    """The lines of one edit, the first with what it changed; one line at least, for a text that no
    kind prints has a history too. Raises WorkspaceError for a bad name."""
    path = ".".join(map(str, outcome.path))
    if not lines:
        at = when.isoformat(timespec="seconds")
        lines = (EditLine(pack.id, "", person_name(by), at, "", "", outcome.file, path),)
    first = replace(lines[0], old=outcome.before, new=outcome.after, is_kept=True)
    return (first, *lines[1:])


def append_edits(folder: Path, lines: tuple[EditLine, ...]) -> None:
    """Add lines to the log. Raises FileError."""
    for line in lines:
        said = asdict(line)
        if not line.is_kept:
            said = {key: said[key] for key in said if key not in ("old", "new", "is_kept")}
        append_line(folder / EDITS, said)


def read_edits(folder: Path | None, pack_id: str) -> tuple[EditLine, ...]:
    """A pack's edits, oldest first. Raises WorkspaceError on a bad line."""
    file = folder / EDITS if folder else None
    if file is None or not file.is_file():
        return ()
    found = []
    lines = read_bytes(file).decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(EditLine(**next(iter(parse_json(line, str(file)))).data))
        except (TextFileError, TypeError) as error:
            place = f"{file}:{number}"
            raise WorkspaceError(f"{place}: not an edit: restore the file from git") from error
    return tuple(line for line in found if line.pack == pack_id)
