"""`notices print`: print files of a finished run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.post.print_run import PrintOptions, PrintResult, print_run
from notices.post.types import total_of

MOST = 500
run_argument = click.argument(
    "folder", metavar="RUN", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
today_option = click.option(
    "--today", type=iso_date, metavar="DATE", help="The day of the call; else the clock's."
)

encoding_option = click.option(
    "--encoding", default="", metavar="NAME", help="The list's, where it can't be known: gb18030 …"
)


@command("print")
@run_argument
@click.option(
    "--withdraw",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A fresh list of what was paid or is held: letter or case id, reason.",
)
@click.option(
    "--paid",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="What was paid since: camt.053, MT940, CSV, or a folder of them. Several times.",
)
@click.option(
    "--paid-period",
    type=(iso_date, iso_date),
    metavar="FROM TO",
    help="The days for which you asked the bank, where a CSV or no statement says so.",
)
@click.option(
    "--without-payments",
    is_flag=True,
    help="Print live letters though payments may have come in since the export.",
)
@encoding_option
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=MOST,
    metavar="N",
    help=f"Letters in one file, {MOST} if left out.",
)
@click.option("--again", default="", metavar="REASON", help="Print anew what was printed already.")
@today_option
def print_(session: Session, folder: Path, today: date | None, **options: Any) -> None:
    """Make the print files of a finished run.

    RUN is the folder that `notices batch` wrote. Files by envelope and sheet count, sorted by
    postcode, each page with its number and code; in RUN/print. Printed and withdrawn letters must
    add up to the proven ones, in letters, pages, sheets and money, or nothing is written.
    Live letters need the payments since the export (--paid), or --without-payments.
    """
    day = today or clock.today()
    result = print_run(folder, session.workspace, day, clock.stamp(), PrintOptions(**options))
    say_print(session, result)


def say_print(session: Session, result: PrintResult) -> NoReturn:
    """Say which files were made and what they add up to; or the findings alone."""
    session.note(result.findings)
    if result.made is None:
        session.finish({"run": result.run_id, "files": []})
    files = []
    for (file, digest), path in zip(result.made.files, result.paths, strict=True):
        totals = total_of(placed.letter for placed in file.letters)
        files.append(
            {
                "file": str(path),
                "sha256": digest,
                "bytes": path.stat().st_size,
                "first": file.letters[0].sequence,
                "last": file.letters[-1].sequence,
                **totals.as_record(),
            }
        )
        session.say("print-file", **{**files[-1], "money": money(totals.money)})
    for name, totals in (("print-total", result.printed), ("print-withdrawn", result.withdrawn)):
        if totals.letters:
            session.say(name, **{**totals.as_record(), "money": money(totals.money)})
    if files:
        session.say("print-untagged")
        session.next("next-printed")
    session.finish(
        {
            "run": result.run_id,
            "files": files,
            "printed": result.printed.as_record(),
            "withdrawn": result.withdrawn.as_record(),
        }
    )


def money(sums: tuple[tuple[str, Decimal], ...]) -> str:
    """Sums by currency as people read them."""
    return ", ".join(f"{currency} {amount:,}" for currency, amount in sums) or "–"
