"""`notices new`: a case record to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notices.case.blank_record import Line, Pen, grouped, write_group
from notices.cli.command import door
from notices.cli.fields import chosen_level, codes_of, need_words
from notices.cli.options import named_argument, route_options
from notices.cli.session import Session
from notices.cli.writing import write_new

if TYPE_CHECKING:
    from notices.pack.types import Pack


@door("new")
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
    text = case_text(session, pack, kind[1], chosen, sender_role, debtor_type)
    if out is None:
        session.print(text.rstrip("\n"))
    else:
        write_new(out, text)
        session.say("file-written", file=out)
        session.say("next-check", file=out)
    session.finish({"file": str(out or ""), "text": text})


def case_text(
    session: Session, pack: Pack, kind: str, level: int, sender_role: str, debtor_type: str
) -> str:
    """The record's text."""
    lines = lines_of(pack, kind, level, sender_role, debtor_type)
    known = {"pack": pack.id, "kind": kind, "level": str(level), "recipient.type": debtor_type}
    if len(pack.currencies) == 1:
        known["currency"] = next(iter(pack.currencies))
    own = [line for line in lines if not line.field.path.startswith("sender.")]
    pen = Pen(session.words, tuple(pack.formats), known)
    head = session.words(
        "new-head", pack=pack.id, version=pack.version, kind=kind, level=level, type=debtor_type
    )
    comments = "\n".join(f"# {line}" for line in head.splitlines())
    return f"{comments}\n\n{_sender(session)}\n{write_group(grouped(own), pen)}"


def lines_of(
    pack: Pack, kind: str, level: int, sender_role: str, debtor_type: str
) -> tuple[Line, ...]:
    """The letter's fields as lines of a scaffold."""
    from notices.pack.fields import required_fields

    route = {
        "kind": kind,
        "level": str(level),
        "sender_role": sender_role,
        "debtor_type": debtor_type,
    }
    return tuple(
        Line(field, need, codes_of(pack, field, debtor_type), need_words(field, route))
        for field, need in required_fields(pack, kind, level, sender_role, debtor_type)
    )


def _sender(session: Session) -> str:
    from notices.letter.workspace import sender_names

    default = session.workspace.defaults.sender
    names = sender_names(session.workspace)
    remark = session.words("sender-remark", names=", ".join(names) or "–")
    if default or len(names) != 1:
        return f"# {remark}\n# sender: {default or 'NAME'}"
    return f"# {remark}\nsender: {names[0]}"
