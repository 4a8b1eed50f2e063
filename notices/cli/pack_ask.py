"""`notices pack ask`: a named person asks for changes of a kind's text before it goes live."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import key_option, pack_argument
from notices.cli.session import CLEAN, Session
from notices.letter.live import LiveGate
from notices.review.accept import approvals_folder, enter, request, sign


@command("ask")
@pack_argument()
@click.argument("kind", metavar="KIND")
@click.option("--by", required=True, metavar="NAME", help="Who asks: a person's name.")
@click.option("--note", default="", help="What is to be changed.")
@click.option("--settled", is_flag=True, help="What was asked of this text is settled.")
@key_option
def ask(
    session: Session, pack_id: str, kind: str, by: str, note: str, settled: bool, key: Path | None
) -> None:
    """Ask for changes of a kind's text, which keeps it from going live until they are settled.

    It stands in the book of approvals, about the text as it is. It ends with --settled, with an
    approval by whoever asked, and with another text. A text that is live already stays so.
    """
    folder = approvals_folder(session.workspace)
    pack = session.kind(pack_id, kind)
    gate = LiveGate(session.workspace, clock.stamp())
    made = request(gate, pack, kind, by, clock.now(), note, settled=settled)
    enter(folder, pack, sign(folder, made, key))
    key_ = "asked-settled" if settled else "asked-changes"
    session.say(key_, what=f"{pack.id}/{kind}", by=made.by)
    answer = {"by": made.by, "when": made.when, "note": made.note, "does": made.request}
    session.finish({"pack": pack.id, "kind": kind, "asked": answer}, CLEAN)
