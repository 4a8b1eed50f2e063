"""`notices pack approvals`: who approved, asked or stopped what, and who is still needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import CLEAN, Session
from notices.letter.live import LiveGate
from notices.review.standing import Standing, needed_plain, read_standing


@command("approvals")
@pack_argument()
@click.argument("kind", metavar="[KIND]", default="")
def approvals(session: Session, pack_id: str, kind: str) -> None:
    """List who approved a kind's text or asked for changes, and who is still needed.

    Without KIND the kinds that somebody approved, stopped or asked about. Lines of an older text
    are marked so.
    """
    pack = session.kind(pack_id, kind) if kind else session.pack(pack_id)
    gate = LiveGate(session.workspace, clock.stamp())
    found = [read_standing(gate, pack, name) for name in ([kind] if kind else pack.kinds)]
    answers: list[dict[str, Any]] = []
    for standing in (one for one in found if kind or one.lines):
        session.print(f"{pack.id}/{standing.kind}")
        lines = [standing.plain(line) for line in standing.lines]
        for line in lines:
            _say_line(session, line)
        _say_needed(session, standing)
        session.note(replace(f, severity="warning") for f in standing.live_findings)
        needed = needed_plain(standing.needed)
        answers.append({"kind": standing.kind, "lines": lines, "needed": needed})
    if not answers:
        session.say("approvals-none", what=pack.id)
    session.finish({"pack": pack.id, "kinds": answers}, CLEAN)


def _say_line(session: Session, line: Any) -> None:
    what = session.words(f"approvals-{line['does']}")
    days = (
        f" {line['from'] or '…'} – {line['until'] or '…'}" if line["from"] or line["until"] else ""
    )
    older = "" if line["current"] or line["does"] in ("stop", "coming") else "approvals-older"
    older = older if line["counts"] else "approvals-uncounted"
    mark = f" {session.words(older)}" if older else ""
    note = f": {line['note']}" if line["note"] else ""
    session.print(f"  {line['when'][:16]} {line['by']} {what}{days}{mark}{note}")


def _say_needed(session: Session, standing: Standing) -> None:
    needed = standing.needed
    editors = ", ".join(needed.editors or ())
    for request in needed.requests:
        session.say("needed-settled", by=request.by)
    if needed.missing and needed.editors and not needed.approvers:
        session.say("needed-other", names=editors)
    elif needed.missing:
        session.say("needed-people", count=needed.missing)
    elif not needed.requests:
        session.say("needed-nobody")
