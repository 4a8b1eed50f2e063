"""The approve view's answers: where a kind's text stands, and a person's approval of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from notices.findings import as_record
from notices.pack.approvals import (
    accept_kind,
    append_approval,
    keep_text,
    read_approvals,
)
from notices.pack.editlog import read_edits
from notices.pack.standing import editors_of
from notices.run.live import LiveGate
from notices.studio.desk import AskError, Desk, text_of_question
from notices.studio.view import Plain


def standing(desk: Desk, asked: Plain) -> Plain:
    """Whether the kind's saved text may go live today, and everything the book says of it."""
    pack = desk.shelf.pack(text_of_question(asked, "pack"))
    kind = text_of_question(asked, "kind")
    if kind not in pack.kinds:
        raise AskError(f"{pack.id} has no kind {kind[:40]}")
    now = datetime.now(UTC)
    with LiveGate(desk.workspace, now.isoformat(timespec="seconds")) as gate:
        digest = gate.text_digest(pack, kind)
        shipped = gate.builtin_digest(pack.id, kind)
        findings = gate.check_kind(pack, kind, ())
    book = [a for a in read_approvals(desk.workspace.approvals, pack.id) if a.kind == kind]
    edits = [e for e in read_edits(desk.workspace.approvals, pack.id) if e.kind == kind]
    editors = editors_of(digest, book, edits, shipped) if digest != shipped else frozenset()
    return {
        "digest": digest,
        "as_shipped": digest == shipped,
        "findings": [as_record(finding) for finding in findings],
        "editors": sorted({e.by for e in edits if e.by.casefold() in (editors or ())}),
        "by_hand": editors is None,
        "book": [
            {
                "by": a.by,
                "when": a.when,
                "note": a.note,
                "from": a.effective_from,
                "until": a.effective_to,
                "signed": bool(a.signature),
                "current": a.digest == digest,
            }
            for a in reversed(book)
        ],
    }


def approve(desk: Desk, asked: Plain) -> Plain:
    """Record a person's approval of the text that the page showed. Raises WorkspaceError for a bad
    name or days; AskError where the text has changed meanwhile."""
    pack = desk.shelf.pack(text_of_question(asked, "pack"))
    kind = text_of_question(asked, "kind")
    folder = desk.workspace.approvals
    if kind not in pack.kinds or folder is None:
        raise AskError(f"{pack.id} has no kind {kind[:40]}")
    now = datetime.now(UTC)
    with LiveGate(desk.workspace, now.isoformat(timespec="seconds")) as gate:
        approval = accept_kind(
            pack,
            kind,
            gate.layout_digest,
            text_of_question(asked, "by"),
            now,
            text_of_question(asked, "note"),
            _day(asked, "from"),
            _day(asked, "until"),
        )
    if approval.digest != text_of_question(asked, "digest"):
        raise AskError("the text has changed since this page was opened; read it again")
    keep_text(folder, pack, approval)
    append_approval(folder, approval)
    return standing(desk, asked)


def _day(asked: Plain, key: str) -> date | None:
    text = text_of_question(asked, key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AskError(f"{key}: a day as 2026-04-15") from error
