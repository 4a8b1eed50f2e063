"""`notices ledger export`: every letter as a line of a table."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from notices.cli.command import door
from notices.cli.ledger_show import open_ledger
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.errors import FileError


@door("export")
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
    from notices.ledger.export import export_lines

    if as_csv and session.as_json:
        raise click.UsageError(session.words("export-one-form"))
    with open_ledger(session) as ledger:
        lines = export_lines(ledger, case_id=case_id, run_id=run_id, since=since)
        if out is not None:
            count = _to_file(out, lines)
            session.say("export-written", file=out, count=count)
            session.finish({"file": str(out), "letters": count})
        if session.as_json:
            session.finish({"letters": list(lines)})
        _as_csv(sys.stdout, lines)
    session.finish({})


def _to_file(file: Path, lines: Iterable[Mapping[str, str]]) -> int:
    if file.suffix not in (".csv", ".jsonl"):
        raise click.BadParameter(".csv, .jsonl", param_hint="--out")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        return _as_csv(stream, lines) if file.suffix == ".csv" else _as_lines(stream, lines)


def _as_csv(stream: TextIO, lines: Iterable[Mapping[str, str]]) -> int:
    from notices.ledger.export import COLUMNS, formula_safe

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the count outlives the loop
        writer.writerow([formula_safe(line[name]) for name in COLUMNS])
    return count


def _as_lines(stream: TextIO, lines: Iterable[Mapping[str, str]]) -> int:
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the count outlives the loop
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return count
