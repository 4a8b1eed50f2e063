"""`notices ledger export`: every letter as a line of a table."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from notices.cli.command import command
from notices.cli.ledger_show import open_ledger
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.files import creating
from notices.ledger.export import export_lines, write_csv, write_jsonl


@command("export")
@click.option("--csv", "as_csv", is_flag=True, help="As a table; so it is anyway.")
@click.option("--case", "case_id", default="", metavar="CASE", help="Only this case's letters.")
@click.option("--run", "run_id", default="", metavar="RUN", help="Only this run's letters.")
@click.option("--since", type=iso_date, metavar="DATE", help="Only letters issued then or later.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A new .csv or .jsonl file, readable by you alone; else to stdout.",
)
def export(
    session: Session,
    as_csv: bool,
    case_id: str,
    run_id: str,
    since: date | None,
    out: Path | None,
) -> None:
    """Write every letter of the ledger as a line: what, when, to whom, and what became of it.

    A table by default, safe to open in a spreadsheet; with --json one JSON document. The full
    case records, with the numbers that letters mask, stay in the ledger.
    """
    if as_csv and session.as_json:
        raise click.UsageError(session.words("export-one-form"))
    if out is not None and out.suffix not in (".csv", ".jsonl"):
        raise click.BadParameter(".csv, .jsonl", param_hint="--out")
    with open_ledger(session) as ledger:
        lines = export_lines(ledger, case_id=case_id, run_id=run_id, since=since)
        if out is not None:
            with creating(out, private=True) as text:
                count = (write_csv if out.suffix == ".csv" else write_jsonl)(text, lines)
            session.say("export-written", file=out, count=count)
            session.finish({"file": str(out), "letters": count})
        if session.as_json:
            session.finish({"letters": list(lines)})
        write_csv(sys.stdout, lines)
    session.finish({})
