"""Where one kind's text stands: its lines in the book, and who is still needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from notices.finding import Finding
from notices.letter.live import LiveGate
from notices.letter.live_text import LiveText
from notices.pack.types import Pack
from notices.wording.approval_check import Needed, check_text, still_needed
from notices.wording.approvals import Approval, read_approvals


@dataclass(frozen=True)
class Standing:
    """A kind's lines of the book, oldest first, and those that count: without what has no valid
    signature. `text` has the digests of the text as it is. `live` is what live letters of today
    have, and `live_findings` say why it can't be used."""

    kind: str
    lines: tuple[Approval, ...]
    counted: tuple[Approval, ...]
    text: frozenset[str]
    needed: Needed
    live: LiveText
    live_findings: tuple[Finding, ...]

    def plain(self, line: Approval) -> Mapping[str, Any]:
        """A line for people and programs: what it does, and whether it is about today's text."""
        does = line.withdraws or line.request or "approve"
        return {
            "by": line.by,
            "when": line.when,
            "does": does,  # approve | stop | coming | open | settled
            "note": line.note,
            "from": line.effective_from,
            "until": line.effective_to,
            "signed": bool(line.signature),
            "counts": line in self.counted,
            "current": line.digest in self.text and not line.withdraws,
            "open": line in self.needed.requests,
            "read": list(line.read),
        }


def read_standing(gate: LiveGate, pack: Pack, kind: str) -> Standing:
    """Where the kind's text, as the pack has it, stands today. Raises WorkspaceError on a bad
    line."""
    lines = [a for a in read_approvals(gate.workspace.approvals, pack.id) if a.kind == kind]
    book, log, _ = gate.book(pack.id)
    counted = tuple(a for a in book if a.kind == kind)
    edits = [e for e in log if e.kind == kind]
    text = gate.text(pack, kind).digests
    day, shipped = gate.now[:10], gate.shipped(pack.id, kind)
    needed = still_needed(text, counted, edits, shipped, day)
    live = gate.texts.of(pack, kind, day)
    found = live.findings
    if live.approved:
        told = check_text(live.pack, kind, book, shipped, log, day)
        ended = tuple(f for f in told if f.rule == "not-effective")
        live = replace(live, approved=None) if ended else live
        found = (*ended, *gate.texts.law_faults(live.pack, kind))
    return Standing(kind, tuple(lines), counted, text, needed, live, found)


def needed_plain(needed: Needed) -> dict[str, Any]:
    """Who is still needed, as data."""
    editors = needed.editors
    return {
        "approvers": list(needed.approvers),
        "editors": None if editors is None else list(editors),
        "missing": needed.missing,
        "not_alone": needed.missing == 1 and bool(editors) and not needed.approvers,
        "requests": [{"by": a.by, "when": a.when, "note": a.note} for a in needed.requests],
    }
