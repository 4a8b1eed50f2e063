"""Texts of an own pack put back: as before one of its changes, or as shipped; each an edit that is
logged like any other."""

from __future__ import annotations

from datetime import datetime

from notices.errors import WorkspaceError
from notices.letter.workspace import Workspace
from notices.pack.load import find_pack
from notices.review.edit_pack import edit_pack
from notices.wording.edit_log import read_edits
from notices.wording.edits import Outcome
from notices.wording.history import (
    Change,
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
) -> Outcome:
    """A piece as it was before the change of this number (0: its last one), as `read_changes`
    counts; `seen` is the digest of what the editor saw there, "" = whatever stands there.

    Raises WorkspaceError where there is no such change, or nobody knows what it said before, and
    what `edit_pack` raises.
    """
    change = _change(workspace, pack_id, piece, number)
    return edit_pack(workspace, pack_id, by, when, lambda root: put_back(root, change, seen))


def undo_text(
    workspace: Workspace,
    pack_id: str,
    piece: str,
    by: str,
    when: datetime,
    number: int = 0,
    seen: str = "",
) -> Outcome:
    """The change of this number alone taken back, and what came later left; else as
    `put_text_back`."""
    change = _change(workspace, pack_id, piece, number)
    return edit_pack(workspace, pack_id, by, when, lambda root: undo_change(root, change, seen))


def _change(workspace: Workspace, pack_id: str, piece: str, number: int) -> Change:
    changes = read_changes(read_edits(workspace.approvals, pack_id), piece)
    named = [change for change in changes if number in (0, change.number)]
    if not named:
        raise WorkspaceError(f"{piece[:80]}: no such change; `notices pack log` lists them")
    return named[-1]


def restore_text(
    workspace: Workspace, pack_id: str, piece: str, by: str, when: datetime
) -> tuple[Outcome, ...]:
    """A piece of an own copy, and all that stands under its name, as the shipped pack says it: an
    edit for each text that differs.

    Raises WorkspaceError where there is no own copy, no shipped pack stands behind it or neither
    has the piece, and what `edit_pack` raises.
    """
    root = find_pack(pack_id, workspace.pack_roots)
    shipped = workspace.law_of(root) if root else None
    if root is None or shipped is None:
        raise WorkspaceError(f"{pack_id[:60]} is no own copy of a shipped pack")
    names = unlike_shipped(root, shipped, piece)

    def restore(name: str) -> Outcome:
        return edit_pack(
            workspace, pack_id, by, when, lambda root: restore_shipped(root, shipped, name)
        )

    return tuple(map(restore, names))
