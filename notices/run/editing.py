"""Edits through the product: the workspace's own pack, one change, a line in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from notices.errors import WorkspaceError
from notices.pack.approvals import person_name
from notices.pack.digests import read_layout_digest
from notices.pack.edit import Outcome
from notices.pack.editlog import append_edits, build_edits
from notices.pack.load import read_pack
from notices.pack.own import own_pack
from notices.run.workspace import Workspace


def edit_pack(
    workspace: Workspace,
    pack_id: str,
    by: str,
    when: datetime,
    change: Callable[[Path], Outcome],
) -> Outcome:
    """One edit of the workspace's own pack, logged under a person's name.

    `change` gets the pack's folder: `lambda root: set_text(root, file, path, text, seen)`. A
    shipped pack is copied into the workspace first. Raises WorkspaceError without a workspace or
    for a bad name, PackError for an unknown pack, FileError where a file can't be read or written.
    """
    if workspace.root is None or workspace.approvals is None:
        raise WorkspaceError("edits stand in a workspace: `notices init` makes one")
    person = person_name(by)
    root = own_pack(pack_id, workspace.pack_roots[0], workspace.builtin_root, when)
    overlay = workspace.overlay / pack_id if workspace.overlay else None
    overlay = overlay if overlay and overlay.is_dir() else None
    before, _ = read_pack(root, overlay)
    outcome = change(root)
    after, _ = read_pack(root, overlay)
    if outcome.status == "written" and before is not None and after is not None:
        lines = build_edits(
            before,
            after,
            read_layout_digest(),
            person,
            when,
            outcome.file,
            ".".join(map(str, outcome.path)),
        )
        append_edits(workspace.approvals, lines)
    return outcome
