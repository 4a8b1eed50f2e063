"""`notices ledger import`: what another system sent before."""

from __future__ import annotations

from pathlib import Path

import click

from notices.batch.import_history import import_history
from notices.batch.rows import open_table
from notices.cli import clock
from notices.cli.command import command
from notices.cli.ledger_show import open_ledger
from notices.cli.session import FAULT, Session
from notices.errors import RequestError
from notices.tables.row import TableError


@command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    metavar="MAPPING",
    help="Which columns name the case, the debt and, as `earlier`, the letter.",
)
@click.option("--sender", default="", metavar="NAME", help="Whose letters; else the workspace's.")
def import_(session: Session, file: Path, map_file: Path, sender: str) -> None:
    """Take the letters of another system into the ledger, as its table states them.

    FILE is any table that `notices batch` reads. A row names a case, a debt and a letter with its
    day; the mapping says what its levels are, as `earlier: {levels: {1: reminder}, level: …,
    date: …}`. Such letters count on the ladder; they are marked as imported, and prove nothing. Of
    a case with a faulty row nothing is entered; the same file again adds nothing.
    """
    try:
        rows = open_table(file, map_file, session.workspace)
        session.note(rows.findings)
        with open_ledger(session) as ledger:
            done = import_history(
                rows, session.workspace, ledger, clock.stamp(), clock.today(), sender
            )
    except TableError as error:
        session.note(error.findings)
        session.finish({"file": str(file)}, FAULT)
    except RequestError as error:
        raise click.UsageError(str(error)) from error
    session.note(tuple(done.findings))
    counts = {"entered": done.entered, "known": done.known, "refused": done.refused}
    session.say("history-imported", **counts)
    session.next("next-ledger")
    session.finish(counts)
