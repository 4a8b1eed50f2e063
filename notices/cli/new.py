"""`notices new`: a case record to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from notices.case.blank_record import Route, blank_case
from notices.cli.command import command
from notices.cli.fields import chosen_level
from notices.cli.options import named_argument, route_options
from notices.cli.session import Session
from notices.files import write_new
from notices.letter.workspace import sender_names


@command("new")
@named_argument("kind", "PACK/KIND", "kinds", "CN/formal_demand")
@route_options
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; never an existing one.",
)
def new(
    session: Session,
    kind: tuple[str, str],
    level: int | None,
    sender_role: str,
    debtor_type: str,
    out: Path | None,
) -> None:
    """Write a commented case file to fill in.

    Hints and sources stand beside each line. Without --out it goes to the terminal.
    """
    pack = session.kind(*kind)
    chosen = chosen_level(session, pack, kind[1], level)
    route = Route(kind[1], chosen, sender_role, debtor_type)
    text = blank_case(pack, route, session.words, _sender(session))
    if out is None:
        session.print(text.rstrip("\n"))
    else:
        write_new(out, text)
        session.say("file-written", file=out)
        session.next("next-new", file=out)
    session.finish({"file": str(out or ""), "text": text})


def _sender(session: Session) -> str:
    """Who writes: the workspace's only profile, or a remark where there is a choice or none."""
    default = session.workspace.defaults.sender
    names = sender_names(session.workspace)
    remark = session.words("sender-remark", names=", ".join(names) or "–")
    if default or len(names) != 1:
        return f"# {remark}\n# sender: {default or 'NAME'}"
    return f"# {remark}\nsender: {names[0]}"
