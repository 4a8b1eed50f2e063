"""Edits through the product: the workspace's own pack, one change, a line in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from notices.errors import FileError, WorkspaceError
from notices.files import alone
from notices.letter.workspace import Workspace
from notices.pack.load import read_pack
from notices.wording.approvals import keep_older, person_name
from notices.wording.edit_log import append_edits, build_edits, with_values
from notices.wording.edits import Outcome
from notices.wording.own_copy import own_pack


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
        raise WorkspaceError("edits are kept in a workspace: `notices init` makes one")
    person = person_name(by)
    try:
        workspace.approvals.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{workspace.approvals}: {error.strerror or error}") from error
    with alone(workspace.approvals):  # else two edits at once could hide one of their editors
        root = own_pack(pack_id, workspace.pack_roots[0], workspace.builtin_root, when)
        before, _ = read_pack(*workspace.of_pack(root))
        if before is not None:
            keep_older(workspace.approvals, before)
        outcome = change(root)
        after, _ = read_pack(*workspace.of_pack(root))
        if outcome.status == "written" and before is not None and after is not None:
            path = ".".join(map(str, outcome.path))
            lines = build_edits(before, after, person, when, outcome.file, path)
            lines = with_values(lines, after, person, when, outcome)
            append_edits(workspace.approvals, lines)
    return outcome
