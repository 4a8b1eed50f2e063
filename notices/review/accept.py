"""Acceptances entered in a workspace's book: signed where keys are used, with the text kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from notices.errors import WorkspaceError
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.folding import folded
from notices.pack.types import Pack
from notices.wording.approval_check import counting, open_requests
from notices.wording.approvals import (
    Approval,
    accept_fact,
    accept_kind,
    append_approval,
    ask_changes,
    keep_text,
    withdraw_kind,
)
from notices.wording.look_check import check_look
from notices.wording.signatures import KEYS, read_keys, sign_approval


def approvals_folder(workspace: Workspace) -> Path:
    """Where acceptances are kept. Raises WorkspaceError without a workspace."""
    if workspace.approvals is None:
        raise WorkspaceError("acceptances are kept in a workspace: `notices init` makes one")
    return workspace.approvals


def sign(folder: Path, approval: Approval, key: Path | None) -> Approval:
    """The approval signed with the key, or as it is: then its name is declared.

    Raises WorkspaceError where the key is not this person's, or where others sign and this one
    does not.
    """
    keys = read_keys(folder)
    if key is not None:
        return sign_approval(approval, key, keys)
    if keys or (folder / KEYS).is_file():
        raise WorkspaceError(
            f"approvals are signed in this workspace: {approval.by} needs --key FILE "
            "(`notices keys new` makes a key)"
        )
    return approval


def enter(folder: Path, pack: Pack, approval: Approval) -> None:
    """Add the approval to the book; a kind's text is kept beside. Raises FileError."""
    if approval.kind and approval.approves:
        keep_text(folder, pack, approval)
    append_approval(folder, approval)


def withdraw(
    gate: LiveGate,
    pack: Pack,
    kind: str,
    by: str,
    when: datetime,
    note: str = "",
    *,
    coming: bool = False,
) -> tuple[Approval, ...]:
    """Lines that stop a kind's text now, or with `coming` those whose first day has not come.

    Raises WorkspaceError where there is nothing to withdraw, or for a bad name.
    """
    lines = [a for a in gate.book(pack.id)[0] if a.kind == kind]
    standing = gate.texts.of(pack, kind, gate.now[:10]).approved
    if not coming:
        if not counting(lines):
            raise WorkspaceError(f"no text of {pack.id}/{kind} is approved")
        digest = standing.digest if standing else counting(lines)[-1].digest
        return (withdraw_kind(pack, kind, digest, by, when, note),)
    waits = [a.digest for a in counting(lines) if not a.has_begun(gate.now[:10])]
    waits = [digest for digest in waits if not standing or digest != standing.digest]
    if not waits:
        raise WorkspaceError(f"no text of {pack.id}/{kind} waits for its first day")
    return tuple(
        withdraw_kind(pack, kind, digest, by, when, note, coming=True)
        for digest in dict.fromkeys(waits)
    )


def request(
    gate: LiveGate,
    pack: Pack,
    kind: str,
    by: str,
    when: datetime,
    note: str = "",
    *,
    settled: bool = False,
) -> Approval:
    """A line that asks for changes of a kind's text as it is, or says that they are settled.

    Raises WorkspaceError where nothing is asked or to be settled, or for a bad name.
    """
    lines = [a for a in gate.book(pack.id)[0] if a.kind == kind]
    if settled and not open_requests(lines, gate.text(pack, kind).digests, gate.now[:10]):
        raise WorkspaceError(f"nobody asks for changes of the text of {pack.id}/{kind}")
    return ask_changes(pack, kind, by, when, note, settled=settled)


def new_kinds(
    gate: LiveGate, pack: Pack, kinds: Iterable[str], by: str, when: datetime, note: str = ""
) -> tuple[Approval, ...]:
    """Acceptances of the kinds' texts as they are now, without those this person has made before,
    of this text and of letters that look the same.

    Raises WorkspaceError for a bad name.
    """
    lines = [a for a in gate.book(pack.id)[0] if a.kind]
    day = gate.now[:10]
    made = []
    for kind in kinds:
        seen = gate.look
        approval = accept_kind(pack, kind, seen, by, when, note)
        digests = gate.text(pack, kind).digests
        known = counting(a for a in lines if a.kind == kind)
        own = [
            a
            for a in known
            if a.holds_on(day) and _same_person(a, approval) and a.digest in digests
        ]
        live = gate.texts.of(pack, kind, day).approved
        is_older = live is not None and live.digest not in digests  # a text that was given up
        if not own or is_older or check_look(pack, kind, own, seen):
            made.append(approval)
    return tuple(made)


def new_facts(
    gate: LiveGate, pack: Pack, facts: Iterable[str], by: str, when: datetime, note: str = ""
) -> tuple[Approval, ...]:
    """Acceptances of unverified facts, by id, without those this person has made before."""
    unverified = {s.id: s for s in pack.sources if s.status == "unverified"}
    made = [accept_fact(pack, unverified[f], by, when, note) for f in dict.fromkeys(facts)]
    known, _, _ = gate.book(pack.id)
    return tuple(
        approval
        for approval in made
        if not any(
            _same_person(a, approval) and (a.fact, a.digest) == (approval.fact, approval.digest)
            for a in known
        )
    )


def _same_person(first: Approval, second: Approval) -> bool:
    return folded(first.by) == folded(second.by)
