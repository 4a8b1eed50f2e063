"""`notices pack revert`: a text as it was before a change, or as it was shipped."""

from __future__ import annotations

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import CLEAN, FINDINGS, Session
from notices.review.put_back import put_text_back, restore_text


@command("revert")
@pack_argument()
@click.argument("piece", metavar="PIECE")
@click.option("--by", required=True, metavar="NAME", help="Who puts it back: a person's name.")
@click.option("--to", "number", type=click.IntRange(1), metavar="N", help="As before change N.")
@click.option("--undo", type=click.IntRange(1), metavar="N", help="Take back change N alone.")
@click.option("--shipped", is_flag=True, help="As the shipped pack says it.")
def revert(
    session: Session,
    pack_id: str,
    piece: str,
    by: str,
    number: int | None,
    undo: int | None,
    shipped: bool,
) -> None:
    """Put a text back as it was before a change, or as it was shipped.

    PIECE is named as `notices pack log` lists it; without --to its last change is undone. With
    --undo later changes stay: a part that went comes back to its place, one that moved goes back.
    It is an edit like any other: it is logged, and approved before live letters have it.
    """
    pack = session.pack(pack_id)
    place, now = session.workspace, clock.now()
    if shipped:
        outcomes = restore_text(place, pack.id, piece, by, now)
    elif undo:
        outcomes = (put_text_back(place, pack.id, piece, by, now, undo, alone=True),)
    else:
        outcomes = (put_text_back(place, pack.id, piece, by, now, number or 0),)
    done = []
    for outcome in outcomes:
        where = {"file": outcome.file, "path": ".".join(map(str, outcome.path)), "by": by}
        if outcome.status in ("written", "same"):
            session.say("reverted" if outcome.status == "written" else "reverted-same", **where)
        session.note(outcome.findings)
        said = {"before": outcome.before, "after": outcome.after}
        done.append({**where, "status": outcome.status, **said})
    if not outcomes:
        session.say("reverted-same", file=pack.id, path=piece)
    good = all(outcome.status in ("written", "same") for outcome in outcomes)
    session.finish({"pack": pack.id, "texts": done}, CLEAN if good else FINDINGS)
