"""Who edited which kind's text through the product: `approvals/edits.jsonl`, lines only ever added.

A line says how an edit took one kind's text from one digest to another, so that a chain of lines
from a text that stood to the text of today names everybody who changed it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from notices.errors import WorkspaceError
from notices.files import append_line, read_bytes
from notices.pack.types import Pack
from notices.textfiles import TextFileError, parse_json
from notices.wording.approvals import person_name
from notices.wording.digests import kind_text

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


def append_edits(folder: Path, lines: tuple[EditLine, ...]) -> None:
    """Add lines to the log. Raises FileError."""
    for line in lines:
        append_line(folder / EDITS, asdict(line))


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
