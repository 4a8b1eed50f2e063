"""`notices pack diff`: what reads otherwise between two states of a pack, and what that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from notices.catalogue import as_record
from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date, pack_argument
from notices.cli.session import Session
from notices.files import write_whole
from notices.letter.live import LiveGate
from notices.review.compare import compare_states
from notices.review.redline_page import build_redline_page
from notices.wording.redline import PieceChange, Run, as_data

_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


@command("diff")
@pack_argument()
@click.option("--from", "before", required=True, metavar="STATE", help="The earlier state.")
@click.option("--to", "after", default="working", metavar="STATE", help="The later; else working.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Also as a page.")
@click.option("--as-of", type=iso_date, metavar="DATE", help="Rates and holidays reach this day.")
@click.option("--rehearse", is_flag=True, help="Make the letters of all examples.")
def diff(
    session: Session,
    pack_id: str,
    before: str,
    after: str,
    html: Path | None,
    as_of: date | None,
    rehearse: bool,
) -> None:
    """Compare two states of a pack, word by word, in every language.

    A STATE is `working` (as the workspace has it), `shipped`, `approved` (the last text of each
    kind that enough people accepted), or a git revision. Also: which faults are new, and which
    examples no longer come out: the letters of the kinds that the change touches are made and read
    back, with --rehearse all. The page is one file, for counsel and for paper.
    """
    session.pack_root(pack_id)
    gate = LiveGate(session.workspace, clock.stamp())
    it = compare_states(gate, pack_id, before, after, as_of=as_of or clock.today(), render=rehearse)
    if it.redline.is_empty:
        session.say("nothing-changed", before=before, after=after)
    else:
        session.say("diff-head", pack=pack_id, before=before, after=after)
    for piece in it.redline.pieces:
        for line in _piece(piece):
            session.print(line)
        if piece.stale:
            session.say("diff-stale")
    for change in it.redline.parts:
        session.print(f"kinds/{change.kind}/parts")
        for run in change.runs:
            session.print(f"  {shown_runs([run])}")
    for said in it.said:
        session.say("diff-said", name=said.name)
        for mark, text in (("removed", said.before), ("added", said.after)):
            if text:
                session.print("  " + text[session.lang].join(_MARKS[mark]))
    if it.unapproved:
        session.say("diff-left-out", kinds=", ".join(it.unapproved))
    session.note(it.findings)
    for broken in it.broken:
        session.note(broken.findings)
    session.note((*it.still, *it.reworded))
    if it.untried:
        session.say("diff-untried", kinds=", ".join(it.untried))
    if it.broken:
        session.say("diff-broken", count=len(it.broken), played=it.played)
    elif it.is_clear:
        session.say("diff-whole", played=it.played, made=it.made)
    else:
        key = "diff-tried" if it.played else "diff-unplayed"
        session.say(key, played=it.played, made=it.made)
    if html:
        pack, day = session.pack(pack_id), clock.today().isoformat()
        write_whole(html, build_redline_page(gate, pack, it, day))
        session.say("file-written", file=html)
    kind = next((change.kind for change in it.redline.parts), "KIND")
    if not it.redline.is_empty and it.is_clear:
        session.next("next-diff", pack=pack_id, kind=kind)
    session.finish(
        {
            "pack": pack_id,
            **as_data(it.redline),
            "unapproved": list(it.unapproved),
            "played": it.played,
            "made": it.made,
            "touched": list(it.touched),
            "untried": list(it.untried),
            "clear": it.is_clear,
            "said": [asdict(said) for said in it.said],
            "broken": [
                {
                    "example": example.name,
                    "about": example.about,
                    "findings": [as_record(finding) for finding in example.findings],
                }
                for example in it.broken
            ],
            "html": str(html) if html else "",
        }
    )


def _piece(piece: PieceChange) -> Iterator[str]:
    yield f"{piece.name} ({piece.status})"
    for side in piece.sides:
        if side.changed:
            tag = f"{side.side}: " if side.side else ""
            yield from (f"  {line}" for line in f"{tag}{shown_runs(side.runs)}".splitlines())


def shown_runs(runs: Iterable[Run]) -> str:
    """A text as it was and is, in one: `[-gone-]` and `{+new+}`."""
    return "".join(run.text.join(_MARKS[run.op]) for run in runs)
