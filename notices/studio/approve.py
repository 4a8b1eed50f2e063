"""The approve view's answers: where a kind's text stands, and a person's approval of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from notices.catalogue import as_record
from notices.letter.live import LiveGate
from notices.review.all_clear import check_approvable
from notices.studio.answers import Studio
from notices.studio.question import AskError, text_of_question
from notices.studio.view import Plain
from notices.wording.approval_check import counting, editors_of
from notices.wording.approvals import accept_kind, append_approval, keep_text, read_approvals
from notices.wording.signatures import read_keys, sign_approval


def approval_status(studio: Studio, asked: Plain) -> Plain:
    """Whether the kind's saved text may go live today, and everything the book says of it."""
    pack = studio.packs.pack(text_of_question(asked, "pack"))
    kind = text_of_question(asked, "kind")
    if kind not in pack.kinds:
        raise AskError(f"{pack.id} has no kind {kind[:40]}")
    now = datetime.now(UTC)
    with LiveGate(studio.workspace, now.isoformat(timespec="seconds")) as gate:
        text = gate.text(pack, kind)
        shipped = gate.shipped(pack.id, kind)
        as_shipped = bool(text.digests & shipped)
        findings = gate.check_kind(pack, kind, (), now.date().isoformat())
        live = gate.texts.of(pack, kind, now.date().isoformat())
        stopped = gate.texts.law_faults(live.pack, kind) if live.approved else live.findings
        counted, log, _ = gate.book(pack.id)
    book = [a for a in read_approvals(studio.workspace.approvals, pack.id) if a.kind == kind]
    edits = [e for e in log if e.kind == kind]
    book_now = counting(book)
    editors = frozenset() if as_shipped else editors_of(text.digests, book_now, edits, shipped)
    return {
        "digest": text.digest,
        "live": live.approved.plain() if live.approved else None,
        "live_findings": [as_record(finding) for finding in stopped],
        "as_shipped": as_shipped,
        "findings": [as_record(finding) for finding in findings],
        "editors": sorted({e.by for e in edits if e.by.casefold() in (editors or ())}),
        "by_hand": editors is None,
        "signs": studio.key is not None,
        "book": [
            {
                "by": a.by,
                "when": a.when,
                "note": a.note,
                "from": a.effective_from,
                "until": a.effective_to,
                "signed": bool(a.signature),
                "counts": a in counted,
                "current": a.digest in text.digests and not a.withdraws,
                "withdraws": a.withdraws,
            }
            for a in reversed(book)
        ],
    }


def approve(studio: Studio, asked: Plain) -> Plain:
    """Record a person's approval of the text that the page showed, signed where the studio was
    given a key. A pack with errors is refused, and edited text whose examples don't come out.

    Raises WorkspaceError for a bad name, days or key; AskError where the text has changed.
    """
    pack = studio.packs.pack(text_of_question(asked, "pack"))
    kind = text_of_question(asked, "kind")
    folder = studio.workspace.approvals
    if kind not in pack.kinds or folder is None:
        raise AskError(f"{pack.id} has no kind {kind[:40]}")
    now = datetime.now(UTC)
    with LiveGate(studio.workspace, now.isoformat(timespec="seconds")) as gate:
        approval = accept_kind(
            pack,
            kind,
            gate.look,
            text_of_question(asked, "by"),
            now,
            text_of_question(asked, "note"),
            (_day(asked, "from"), _day(asked, "until")),
        )
        if approval.digest != text_of_question(asked, "digest"):
            raise AskError("text-changed")
        faults = check_approvable(gate, pack, kind, studio.tried)
    if faults:
        return {**approval_status(studio, asked), "refused": [as_record(fault) for fault in faults]}
    keys = read_keys(folder)
    if studio.key is not None:
        approval = sign_approval(approval, studio.key, keys)
    elif keys:
        raise AskError("key-wanted")
    keep_text(folder, pack, approval)
    append_approval(folder, approval)
    return approval_status(studio, asked)


def _day(asked: Plain, key: str) -> date | None:
    text = text_of_question(asked, key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AskError(f"{key}: a day as 2026-04-15") from error
