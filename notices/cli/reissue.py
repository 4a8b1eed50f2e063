"""`notices reissue`: a letter once more, with new dates, in place of one that went astray."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.errors import FileError, WorkspaceError
from notices.finding import errors_in
from notices.textfiles import private_files

if TYPE_CHECKING:
    from notices.letter.reissue import Reissue


@door("reissue")
@click.argument("letter_id", metavar="LETTER")
@click.option("--reason", required=True, metavar="TEXT", help="Why: it is kept in the ledger.")
@click.option(
    "--case",
    "case_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The case as it stands now: corrected address, payments since.",
)
@click.option("--issue-date", type=iso_date, metavar="DATE", help="Date of the new letter.")
@click.option("--sender", default="", metavar="NAME|FILE", help="The sender profile.")
@click.option("--draft", is_flag=True, help="Look at it first: watermarked, not in the ledger.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where letters go.")
def reissue(
    session: Session,
    letter_id: str,
    reason: str,
    case_file: Path | None,
    issue_date: date | None,
    sender: str,
    draft: bool,
    out: Path | None,
) -> None:
    """Write a new letter in place of an issued one, with new dates.

    It is the same notice's next attempt and linked to the old letter in the ledger. Without
    --case the ledger's own record is used. Run again after an interruption, the same command
    finishes the same letter. A returned letter needs another address first.
    """
    from notices.case.record import read_records
    from notices.letter.check import Request
    from notices.letter.live import LiveGate
    from notices.letter.make import LetterMaker, write_letter
    from notices.letter.reissue import check_reissue

    if session.workspace.root is None:
        raise WorkspaceError(session.words("ledger-needs-workspace"))
    records = read_records(case_file) if case_file else ()
    request = Request(clock.today(), live=not draft, sender=sender, issue_date=issue_date)
    folder = out or session.workspace.defaults.out
    with (
        private_files(),
        LetterMaker(session.workspace) as maker,
        LiveGate(session.workspace, clock.stamp()) as gate,
    ):
        made = check_reissue(letter_id, reason, gate.ledger, maker.resources, request, records)
        session.note(made.findings)
        if made.checked is None or errors_in(made.findings):
            session.finish({"letters": []})
        if not draft:
            session.note(gate.check(made.checked))
        if errors_in(session.findings):
            session.finish({"letters": []})
        letter, found = maker.make(made.checked, made.request)
        session.note(found)
        if letter is not None and not draft:
            entered = gate.enter(
                letter, attempt=made.attempt, replaces=made.replaces, reason=made.reason
            )
            session.note(entered)
        if letter is None or errors_in(session.findings):
            session.finish({"letters": []})
        file = write_letter(letter, _folder(folder))
    session.say("reissued", letter=letter.letter_id, old=letter_id, file=file)
    session.finish({"letters": [_answer(made, letter.letter_id, file)]})


def _answer(made: Reissue, letter_id: str, file: Path) -> dict[str, object]:
    return {
        "letter_id": letter_id,
        "file": str(file),
        "attempt": made.attempt,
        "replaces": made.replaces,
        "reason": made.reason,
    }


def _folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: {error.strerror or error}") from error
    return folder
