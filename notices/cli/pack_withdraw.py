"""`notices pack withdraw`: a named person stops a kind's approved text."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import key_option, pack_argument
from notices.cli.session import CLEAN, Session
from notices.letter.live import LiveGate
from notices.review.accept import approvals_folder, enter, sign, withdraw


@command("withdraw")
@pack_argument()
@click.argument("kind", metavar="KIND")
@click.option("--by", required=True, metavar="NAME", help="Who withdraws: a person's name.")
@click.option("--note", default="", help="Why: it is told with every letter that is held.")
@click.option("--coming", is_flag=True, help="Only texts whose first day has not come.")
@key_option
def withdraw_(
    session: Session, pack_id: str, kind: str, by: str, note: str, coming: bool, key: Path | None
) -> None:
    """Stop a kind's approved text now: no live letter of it is made until a text is approved.

    No older text takes its place. With --coming the text that is live stays, and those that were
    approved for later days are taken back. One person is enough.
    """
    folder = approvals_folder(session.workspace)
    pack = session.kind(pack_id, kind)
    gate = LiveGate(session.workspace, clock.stamp())
    made = withdraw(gate, pack, kind, by, clock.now(), note, coming=coming)
    for line in [sign(folder, line, key) for line in made]:
        enter(folder, pack, line)
    said = "withdrawn-coming" if coming else "withdrawn-text"
    session.say(said, what=f"{pack.id}/{kind}", by=made[0].by)
    answer = [{"by": line.by, "when": line.when, "digest": line.digest} for line in made]
    session.finish({"pack": pack.id, "kind": kind, "withdrawn": answer}, CLEAN)
