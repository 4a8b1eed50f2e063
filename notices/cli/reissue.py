"""`notices reissue`: a letter once more, with new dates, in place of one that went astray."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from notices.case.record import read_records
from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.letter.check import Request
from notices.letter.options import LetterOptions
from notices.letter.reissue import check_reissue
from notices.letter.stages import LetterResult, letter_issuer, read_written


@command("reissue")
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
    options = LetterOptions(sender=sender, issue_date=issue_date, live=not draft)
    request = Request(clock.today(), options)
    folder = out or session.workspace.defaults.out
    with letter_issuer(session.workspace, folder, clock.stamp()) as issuer:
        read = read_records(case_file) if case_file else ()
        records = tuple(read_written(record, issuer.maker.resources) for record in read)
        checked = check_reissue(issuer, letter_id, reason, request, records)
        result = issuer.make(issuer.permit(checked))
    session.note(result.findings)
    if result.file is None:
        session.finish({"letters": []})
    new = result.checked.letter_id
    session.say("reissued", letter=new, old=letter_id, file=result.file)
    pack, case = result.checked.pack, result.checked.case
    text = issuer.gate.texts.told(pack, case.kind) if pack and case else None
    if text and not draft:
        session.say("text-of", **text.plain())
    if draft:
        session.next("next-reissue-draft")
    else:
        session.next("next-delivery")
    session.finish({"letters": [_answer(result)]})


def _answer(result: LetterResult) -> dict[str, object]:
    return {
        "letter_id": result.checked.letter_id,
        "file": str(result.file),
        "attempt": result.plan.request.attempt,
        "replaces": result.plan.replaces,
        "reason": result.plan.reason,
    }
