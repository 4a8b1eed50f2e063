"""`notices pack approve`: a named person stands behind one kind's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date, key_option, pack_argument
from notices.cli.session import CLEAN, FINDINGS, Session
from notices.letter.live import LiveGate
from notices.review.accept import approvals_folder, enter, sign
from notices.review.all_clear import check_approvable
from notices.review.check_pack import check_waiting
from notices.wording.approval_check import SINCE_APPROVED
from notices.wording.approvals import accept_kind


@command("approve")
@pack_argument()
@click.argument("kind", metavar="KIND")
@click.option("--by", required=True, metavar="NAME", help="Who approves: a person's name.")
@click.option("--note", default="", help="What the person wants remembered.")
@click.option("--from", "first", type=iso_date, metavar="DATE", help="First issue date it is for.")
@click.option("--until", "last", type=iso_date, metavar="DATE", help="Last issue date it is for.")
@key_option
def approve(
    session: Session,
    pack_id: str,
    kind: str,
    by: str,
    note: str,
    first: date | None,
    last: date | None,
    key: Path | None,
) -> None:
    """Approve one kind's text as it stands, on request for letters of some days only.

    A pack with errors is refused, and so is edited text of which an example's letter does not come
    out; the letters are made first. Edited text needs two people: two approvers, or its editors
    (where every edit went through the product) and one approver who is none of them. The text is
    kept: live letters have it until another one is approved and its first day has come.
    """
    folder = approvals_folder(session.workspace)
    pack = session.kind(pack_id, kind)
    answer: dict[str, Any] = {"pack": pack.id, "kind": kind, "approved": None}
    gate = LiveGate(session.workspace, clock.stamp())
    if faults := check_approvable(gate, pack, kind):
        session.note(faults)
        session.say("approve-faulty")
        session.finish(answer, FINDINGS)
    seen = gate.look
    made = accept_kind(pack, kind, seen, by, clock.now(), note, (first, last))
    made = sign(folder, made, key)
    before = [f for f in gate.check_kind(pack, kind, ()) if f.rule in SINCE_APPROVED]
    enter(folder, pack, made)
    session.say("approved", what=f"{pack.id}/{kind}", by=made.by, digest=made.digest[:12])
    if first or last:
        session.say("approved-span", first=first or "…", last=last or "…")
    if not made.signature:
        session.say("name-declared")
    missing = gate.check_kind(pack, kind, (), first.isoformat() if first else "")
    if not missing:
        session.say("approved-enough")
        session.next("next-live")
    session.note(replace(finding, severity="warning") for finding in (*before, *missing))
    session.note(check_waiting(gate.texts.of(pack, kind, gate.now[:10])))
    answer["approved"] = {
        "by": made.by,
        "when": made.when,
        "digest": made.digest,
        "effective_from": made.effective_from,
        "effective_to": made.effective_to,
        "signed": bool(made.signature),
        "enough": not missing,
    }
    session.finish(answer, CLEAN)
