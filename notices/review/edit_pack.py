"""Edits through the product: tried on a copy, then the workspace's own pack, a line in the log.

Nothing is written that would leave a pack that can't be read, a text that can't be printed as it is
meant, or a part that can never be printed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from notices.errors import FileError, PackError, WorkspaceError
from notices.files import alone
from notices.finding import Finding, errors_in
from notices.letter.workspace import Workspace
from notices.pack.check import check_pack
from notices.pack.core import copy_pack
from notices.pack.load import find_pack, read_pack
from notices.pack.types import Pack
from notices.pack.unfilled import RULE as TO_FILL
from notices.wording.approvals import keep_older, person_name
from notices.wording.edit_log import append_edits, build_edits, with_values
from notices.wording.edits import Outcome
from notices.wording.own_copy import own_pack, put_back

Change = Callable[[Path], Outcome]  # of the pack in a folder
DONE = ("written", "same")
# What is no draft's business to be saved: it stays a draft. Whatever else is wrong is told, saved,
# and can't be approved.
STAYS_A_DRAFT = frozenset(
    (
        *("clause-fault", "heading-fault", "unknown-placeholder", "clause-side-missing"),
        *("heading-side-missing", "bad-slot", "slot-not-once", "rooms-differ", "never-printed"),
    )
)


def edit_pack(
    workspace: Workspace, pack_id: str, by: str, when: datetime, change: Change
) -> Outcome:
    """One edit of the workspace's own pack, logged under a person's name; see `edit_at_once`."""
    return edit_at_once(workspace, pack_id, by, when, (change,))[0]


def edit_at_once(
    workspace: Workspace, pack_id: str, by: str, when: datetime, changes: Sequence[Change]
) -> tuple[Outcome, ...]:
    """Several edits of the workspace's own pack, all or none, logged under a person's name.

    A change gets the pack's folder: `lambda root: set_text(root, file, path, text, seen)`. A
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
        now = _as_it_stands(workspace, pack_id)
        places = workspace.of_pack(now)
        before, found = read_pack(*places)
        with _copy_of(now) as copy:
            tried = tuple(change(copy) for change in changes)
            if not all(outcome.status in DONE for outcome in tried):
                return tuple(_held(outcome, ()) for outcome in tried)
            after, met = read_pack(copy, *places[1:])
        if faults := _new_faults(before, found, after, met):
            return tuple(_held(outcome, faults) for outcome in tried)
        root = own_pack(pack_id, workspace.pack_roots[0], workspace.builtin_root, when)
        if before is not None:
            keep_older(workspace.approvals, before)
        outcomes = tuple(change(root) for change in changes)
        for outcome in outcomes:
            if outcome.status == "written" and before is not None and after is not None:
                path = ".".join(map(str, outcome.path))
                lines = build_edits(before, after, person, when, outcome.file, path)
                lines = with_values(lines, after, person, when, outcome)
                append_edits(workspace.approvals, lines)
    return outcomes


def _as_it_stands(workspace: Workspace, pack_id: str) -> Path:
    """The pack's folder: the workspace's own, else the shipped one. Raises PackError."""
    if find_pack(pack_id, workspace.pack_roots):
        put_back(workspace.pack_roots[0] / pack_id)  # after an upgrade that ended half-way
    now = find_pack(pack_id, workspace.pack_roots)
    if now is None:
        raise PackError(f"no pack is called {pack_id[:60]}")
    return now


@contextmanager
def _copy_of(root: Path) -> Iterator[Path]:
    """The pack in `root` in a temporary place, under its own name."""
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        copy = Path(folder) / root.name
        try:
            copy_pack(root, copy)
        except OSError as error:
            raise FileError(f"{root}: {error.strerror or error}") from error
        yield copy


def _held(outcome: Outcome, faults: tuple[Finding, ...]) -> Outcome:
    """An edit that was only tried: nothing was written."""
    if outcome.status not in DONE:
        return outcome
    if faults:
        return replace(outcome, status="refused", after=outcome.before, findings=faults)
    return replace(outcome, status="held", after=outcome.before)


def _new_faults(
    before: Pack | None,
    found: tuple[Finding, ...],
    after: Pack | None,
    met: tuple[Finding, ...],
) -> tuple[Finding, ...]:
    """Errors that the edit would bring in and that forbid saving it."""
    unread = any(fault.rule != TO_FILL for fault in errors_in(met))
    new = [*errors_in(met), *(_drafts(after) if after and not unread else ())]
    if not new:
        return ()
    old = [*errors_in(found), *(_drafts(before) if before else ())]
    known = {_what(finding) for finding in old}
    return tuple(finding for finding in new if _what(finding) not in known)


def _drafts(pack: Pack) -> Iterator[Finding]:
    return (f for f in errors_in(check_pack(pack)) if f.rule in STAYS_A_DRAFT)


def _what(finding: Finding) -> tuple[object, ...]:
    """A finding without its line and level, which move with other edits."""
    params = {k: v for k, v in finding.params.items() if k not in ("level", "detail")}
    return (finding.rule, finding.path, *sorted(params.items()))
