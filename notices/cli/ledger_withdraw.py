"""`notices ledger withdraw`: letters that will not go out, and cases that were paid."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.ledger_show import open_ledger
from notices.cli.print import encoding_option
from notices.cli.session import Session
from notices.finding import errors_in
from notices.post.withdraw import Recorded, withdraw_letters
from notices.post.withdrawal_list import read_withdrawals


@command("withdraw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@encoding_option
def withdraw(session: Session, file: Path, encoding: str) -> None:
    """Record letters that will not go out, and cases that were paid.

    FILE is a list as `notices print --withdraw` reads it: an id, a reason. The reason `paid`
    settles every letter of a case, or the one letter named: the next letter of that case begins
    anew. Any other reason takes out the letter named, as long as it is not in the post; it then
    counts for no level.
    """
    lines, findings = read_withdrawals(file, encoding)
    session.note(findings)
    recorded = Recorded()
    if not errors_in(findings):
        with open_ledger(session) as ledger:
            recorded = withdraw_letters(ledger, lines, str(file), clock.stamp())
    session.note(recorded.findings)
    counts = {
        "settled": recorded.settled,
        "withdrawn": recorded.withdrawn,
        "known": recorded.known,
    }
    session.say("ledger-withdrawn", **counts)
    session.next("next-ledger")
    session.finish(counts)
