"""Texts of an own pack put back: as before one of its changes, without one, or as shipped; each an
edit that is logged like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from notices.errors import WorkspaceError
from notices.letter.workspace import Workspace
from notices.pack.load import find_pack
from notices.review.edit_pack import edit_pack
from notices.wording.edit_log import read_edits
from notices.wording.edits import Outcome
from notices.wording.history import (
    put_back,
    read_changes,
    restore_shipped,
    undo_change,
    unlike_shipped,
)


def put_text_back(
    workspace: Workspace,
    pack_id: str,
    piece: str,
    by: str,
    when: datetime,
    number: int = 0,
    seen: str = "",
    *,
    alone: bool = False,
) -> Outcome:
    """A piece as it was before the change of this number (0: its last one), as `read_changes`
    counts; with `alone` that change is taken back and what came later stays. `seen` is the digest
    of what the editor saw there, "" = whatever stands there.

    Raises WorkspaceError where there is no such change, or nobody knows what it said before, and
    what `edit_pack` raises.
    """
    changes = read_changes(read_edits(workspace.approvals, pack_id), piece)
    named = [change for change in changes if number in (0, change.number)]
    if not named:
        raise WorkspaceError(f"{piece[:80]}: no such change; `notices pack log` lists them")
    way = undo_change if alone else put_back
    return edit_pack(workspace, pack_id, by, when, lambda root: way(root, named[-1], seen))


def restore_text(
    workspace: Workspace,
    pack_id: str,
    piece: str,
    by: str,
    when: datetime,
    seen: Mapping[str, str] | None = None,
) -> tuple[Outcome, ...]:
    """A piece of an own copy, and all that stands under its name, as the shipped pack says it: an
    edit for each text that differs. `seen` are those that were shown, with the digests of what they
    said then: no other is restored. None = all, whatever they say.

    Raises WorkspaceError where there is no own copy, no shipped pack stands behind it or neither
    has the piece, and what `edit_pack` raises.
    """
    root = find_pack(pack_id, workspace.pack_roots)
    shipped = workspace.law_of(root) if root else None
    if root is None or shipped is None:
        raise WorkspaceError(f"{pack_id[:60]} is no own copy of a shipped pack")
    unlike = unlike_shipped(root, shipped, piece)
    names = unlike if seen is None else [name for name in unlike if name in seen]
    known = seen or {}

    def restore(name: str) -> Outcome:
        def change(root: Path) -> Outcome:
            return restore_shipped(root, shipped, name, known.get(name, ""))

        return edit_pack(workspace, pack_id, by, when, change)

    return tuple(map(restore, names))
