"""`notices holds`: which cases the holds file keeps from getting letters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.errors import WorkspaceError
from notices.finding import errors_in
from notices.letter.holds import read_holds
from notices.plan.holds import active_holds, hold_finding


@command("holds")
@click.argument("case", default="")
@click.option("--on", type=iso_date, metavar="DATE", help="As of this day; else today.")
def holds(session: Session, case: str, on: date | None) -> None:
    """List the holds that bind, and what is wrong in the holds file.

    The workspace's holds.csv (or .xlsx, .yaml) has the columns case_id, hold, from, until, note;
    both days count. A record's own field `holds` binds besides. CASE lists one case.
    """
    if session.workspace.root is None:
        raise WorkspaceError(session.words("holds-need-workspace"))
    book = read_holds(session.workspace)
    day = on or clock.today()
    session.note(book.faults)
    session.note(fault for faults in book.unread.values() for fault in faults)
    answers = []
    for case_id, all_holds in book.by_case.items():
        if case and case_id != case:
            continue
        for hold in active_holds(all_holds, day):
            answers.append(
                {
                    "case": case_id,
                    "hold": hold.name,
                    "from": hold.since.isoformat() if hold.since else "–",
                    "until": hold.until.isoformat() if hold.until else "–",
                    "place": f"{Path(hold.file).name}:{hold.line}",
                }
            )
            session.say("hold-line", **answers[-1])
            if hold.rule == "hold-unknown":
                session.note([hold_finding(hold)])
    if not answers and not errors_in(session.findings):
        session.say("no-holds", day=day.isoformat())
    session.finish({"on": day.isoformat(), "holds": answers})
