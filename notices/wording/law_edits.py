"""What an own copy says of law, though it counts for nothing; how far it is behind its pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from notices.finding import Finding, Severity
from notices.pack.load import pack_digest
from notices.pack.overlay import FILES
from notices.pack.paths import path_text
from notices.pack.shipped_law import TABLES, LawEdit, law_edits
from notices.wording.own_copy import base_of, read_origin
from notices.wording.yaml_rewrite import flow

_SHOWN = 200  # characters of an entry that a finding shows


def find_law_edits(root: Path, shipped: Path) -> tuple[LawEdit, ...]:
    """The law that was changed in the own copy in `root` since it was copied.

    Raises FileError, TextFileError.
    """
    with base_of(root) as base:
        return law_edits(root, base, shipped)


def check_law_edits(root: Path, shipped: Path) -> tuple[Finding, ...]:
    """Each entry of law that the own copy in `root` says otherwise, and that counts for nothing.

    Raises FileError, TextFileError.
    """
    with base_of(root) as base:
        edits = law_edits(root, base, shipped)
        told = law_finding if base else old_law_finding
        return tuple(told(root.name, edit) for edit in edits)


def law_finding(pack_id: str, edit: LawEdit, severity: Severity = "warning") -> Finding:
    """The finding about one such entry: a table's row and another entry are mended otherwise."""
    room = edit.file.partition("/")[0]
    name = path_text(edit.path)
    place = (severity, f"packs/{pack_id}/{edit.file}", edit.line, name)
    params = {"pack": pack_id, "name": name}
    if room in TABLES:
        return Finding("law-row-unused", *place, {**params, "room": room})
    if edit.value is None or Path(edit.file).stem not in FILES:
        return Finding("law-edit-lost", *place, params)
    return Finding("law-edit-unused", *place, params)


def old_law_finding(pack_id: str, edit: LawEdit) -> Finding:
    """The finding about one such entry of a copy of which nobody knows what it was made from: it
    may be old, and nobody's change."""
    name = path_text(edit.path)
    params = {"pack": pack_id, "name": name, "ours": _short(edit.value)}
    params["shipped"] = _short(edit.shipped)
    file = f"packs/{pack_id}/{edit.file}"
    return Finding("law-old", "warning", file, edit.line, name, params)


def _short(value: object) -> str:
    text = "–" if value is None else value if isinstance(value, str) else flow(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def check_origin(root: Path, shipped: Path) -> Iterator[Finding]:
    """Whether the shipped pack has moved on since the own copy in `root` was taken or upgraded, and
    which of its texts still wait for a choice. Raises FileError."""
    origin = read_origin(root)
    params = {"pack": root.name}
    if origin is None or origin.digest != pack_digest(shipped):
        yield Finding("pack-behind", "note", f"packs/{root.name}/pack.yaml", 1, "", params)
    for piece in origin.undecided if origin else ():
        place = f"packs/{root.name}"
        yield Finding("upgrade-undecided", "warning", place, 0, piece, {**params, "piece": piece})
