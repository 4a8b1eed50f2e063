"""The states of a kind's text that can be compared: working copy, as shipped, as approved, a git
revision of the workspace."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

from notices.errors import NoticesError, PackError
from notices.findings import errors_in, line_of
from notices.pack.approvals import read_approvals, read_kept_text
from notices.pack.load import find_pack, load_pack, read_pack
from notices.pack.redline import Text, pack_text
from notices.pack.types import Pack
from notices.studio.shelf import Shelf

REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/~^@{}-]{0,80}")
SECONDS = 20.0  # for git


class StateError(NoticesError):
    """There is no such state."""


def state_pack(shelf: Shelf, pack_id: str, state: str) -> Pack | None:
    """The pack in that state; None for an approved text, of which only the words are kept.

    Raises StateError, PackError.
    """
    if state == "working":
        return shelf.pack(pack_id)
    if state == "shipped":
        root = find_pack(pack_id, (shelf.workspace.builtin_root,))
        if root is None:
            raise StateError(f"no pack {pack_id[:40]} is shipped")
        return load_pack(root)
    if state == "approved":
        return None
    return _at_revision(shelf, pack_id, state)


def state_text(shelf: Shelf, pack_id: str, kind: str, state: str) -> Text:
    """A kind's words in that state. Raises StateError, PackError, WorkspaceError."""
    pack = state_pack(shelf, pack_id, state)
    if pack is not None:
        return pack_text(pack, state, [kind] if kind in pack.kinds else [])
    folder = shelf.workspace.approvals
    book = [a for a in read_approvals(folder, pack_id) if a.kind == kind and a.kept]
    if not book or folder is None:
        raise StateError("no text of this kind has been approved yet")
    return read_kept_text(folder, book[-1])


def _at_revision(shelf: Shelf, pack_id: str, revision: str) -> Pack:
    """The workspace's own pack as git has it at a revision."""
    root = shelf.workspace.root
    if root is None or not REVISION.fullmatch(revision):
        raise StateError(f"{revision[:40]}: no such revision")
    folder = shelf.workspace.pack_roots[0]
    inner = f"{folder.relative_to(root).as_posix()}/{pack_id}"
    call = ["git", "-C", str(root), "archive", "--format=tar", revision, "--", inner]
    try:
        done = subprocess.run(call, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StateError(f"git does not answer: {type(error).__name__}") from error
    if done.returncode:
        raise StateError(f"git has no pack {pack_id} of this workspace at {revision[:40]}")
    with tempfile.TemporaryDirectory(prefix="notices-") as place:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(place, filter="data")
        pack, found = read_pack(Path(place) / inner)
    if pack is None:
        faults = errors_in(found)
        raise PackError(line_of(faults[0]) if faults else f"{pack_id}: unreadable", faults)
    return pack
