"""`notices ledger record-delivery`: what carriers report, from their own table."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.ledger_show import open_ledger
from notices.cli.session import Session
from notices.post.delivery_reports import record_report


@command("record-delivery")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", default="", metavar="NAME", help="Where it can't be known: gb18030 …")
def record_delivery(session: Session, file: Path, encoding: str) -> None:
    """Record what became of letters: posted, delivered, refused, returned, lost.

    FILE is a CSV or XLSX table with the columns letter_id or waybill (one is enough), result and
    date; and carrier, declared_content (内件品名), note. Chinese names, results and dates are
    understood. A day after today is refused. Record a posting with letter id and waybill; later
    reports need only the waybill. The same file again changes nothing. A returned letter counts
    for no level of the ladder, and its address is held.
    """
    with open_ledger(session) as ledger:
        reported = record_report(file, ledger, clock.stamp(), clock.today(), encoding=encoding)
    session.note(reported.findings)
    results = dict(reported.by_result)
    by_result = ", ".join(f"{session.call(name, 'states')} {n}" for name, n in results.items())
    session.say(
        "deliveries-recorded",
        entered=reported.entered,
        known=reported.known,
        refused=reported.refused,
        results=by_result or "–",
    )
    session.next("next-ledger")
    session.finish(
        {
            "entered": reported.entered,
            "known": reported.known,
            "refused": reported.refused,
            "results": results,
        }
    )
