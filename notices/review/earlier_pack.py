"""One kind of a pack as it was: as shipped, as approved last, or as git has it."""

from __future__ import annotations

from notices.catalogue import line_of
from notices.errors import PackError, WorkspaceError
from notices.finding import errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.load import find_pack, load_pack, read_pack
from notices.pack.types import Pack
from notices.review.compare import APPROVED, SHIPPED, WORKING, approved_kinds
from notices.review.git_revisions import pack_at
from notices.wording.snapshots import read_snapshot, with_snapshot


def earlier_pack(gate: LiveGate, pack: Pack, kind: str, state: str) -> Pack:
    """The pack in that state; as approved, this kind of it has the words accepted last.

    `pack` is the working one. Raises PackError, WorkspaceError where there is no such state.
    """
    if state == WORKING:
        return pack
    if state == APPROVED:
        return _approved(gate, pack, kind)
    if state == SHIPPED:
        return shipped_pack(gate.workspace, pack.id)
    return revision_pack(gate.workspace, pack, state)


def shipped_pack(workspace: Workspace, pack_id: str) -> Pack:
    """The pack as it is shipped. Raises PackError where it is not."""
    root = find_pack(pack_id, (workspace.builtin_root,))
    if root is None:
        raise PackError(f"no pack {pack_id[:40]} is shipped")
    return load_pack(root)


def revision_pack(workspace: Workspace, pack: Pack, revision: str) -> Pack:
    """The pack as git has it. Raises PackError, WorkspaceError."""
    with pack_at(pack.root, revision) as folder:
        found, faults = read_pack(folder, *workspace.of_pack(pack.root)[1:])
    if found is None:
        errors = errors_in(faults)
        raise PackError(line_of(errors[0]) if errors else f"{pack.id}: unreadable", errors)
    return found


def _approved(gate: LiveGate, pack: Pack, kind: str) -> Pack:
    last = next((a for a in approved_kinds(gate, pack.id) if a.kind == kind), None)
    folder = gate.workspace.approvals
    if last is None or folder is None:
        raise WorkspaceError(f"no text of {pack.id}/{kind} has been approved in this workspace")
    if last.digest in gate.text(pack, kind).digests:
        return pack
    snapshot, found = read_snapshot(folder, kind, last.digest, last.snapshot)
    if snapshot is None:
        raise WorkspaceError(f"{pack.id}/{kind}: {line_of(found[0])}")
    return with_snapshot(pack, snapshot)
