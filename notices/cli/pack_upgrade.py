"""`notices pack upgrade`: an own copy's wording merged with that of the shipped pack."""

from __future__ import annotations

from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import Session
from notices.finding import errors_in
from notices.letter.live import LiveGate
from notices.pack.shipped_law import LawEdit
from notices.review.upgrade_pack import Choice, Side, Upgrade, upgrade_pack
from notices.wording.merge import Step
from notices.wording.yaml_rewrite import MISSING, flow


@command("upgrade")
@pack_argument()
@click.option("--dry-run", is_flag=True, help="Only say what it comes to.")
@click.option("--ours", multiple=True, metavar="PIECE", help="Keep your own; repeatable.")
@click.option("--theirs", multiple=True, metavar="PIECE", help="Take the shipped one; repeatable.")
@click.option(
    "--law",
    type=click.Choice(("ours", "theirs")),
    help="Law changed in the copy: move it to the overlay, or drop it.",
)
@click.option("--by", default="", metavar="NAME", help="Who does it, for the log of edits.")
def upgrade(
    session: Session,
    pack_id: str,
    dry_run: bool,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    law: Side | None,
    by: str,
) -> None:
    """Bring your own copy of a shipped pack up to that pack.

    Its wording is merged three ways: what only the shipped pack changed is taken, what only you
    changed stays, and what both changed is shown side by side and stays yours until you choose. A
    PIECE is named as it is listed (clauses/opening/en), or by its beginning (clauses/opening).
    Which kinds are to be approved again is said before anything is written; --dry-run writes
    nothing.
    """
    gate = LiveGate(session.workspace, clock.stamp())
    choice = Choice(ours, theirs, law or "")
    it = upgrade_pack(gate, pack_id, clock.now(), choice, by, write=not dry_run)
    if it.unknown:
        raise click.UsageError(session.words("upgrade-unknown", name=it.unknown[0]))
    _say(session, pack_id, it, choice)
    session.note(it.findings)
    if it.written:
        session.say("upgrade-written", root=session.pack_root(pack_id))
    elif dry_run and not errors_in(it.findings):
        session.say("upgrade-tried")
    if it.conflicts:
        session.next("next-choose", pack=pack_id, piece=it.conflicts[0].piece)
    elif it.written and it.touched:
        session.next("next-upgrade", pack=pack_id)
    session.finish(_answer(pack_id, it))


def _say(session: Session, pack_id: str, it: Upgrade, choice: Choice) -> None:
    counts = {"taken": len(it.taken), "kept": len(it.kept), "open": len(it.conflicts)}
    session.say("upgrade-head", pack=pack_id, **counts)
    if not it.knows_base:
        session.say("upgrade-no-base")
    for key, steps in (("upgrade-taken", it.taken), ("upgrade-kept", it.kept)):
        for step in steps:
            session.say(key, piece=step.piece)
    for step in it.conflicts:
        key = "upgrade-conflict" if step.base is not MISSING else "upgrade-differs"
        session.say(key, piece=step.piece)
        if step.base is not MISSING:
            session.say("upgrade-before", text=_text(session, step.base))
        session.say("upgrade-ours", text=_text(session, step.ours))
        session.say("upgrade-theirs", text=_text(session, step.theirs))
    if choice.law == "ours":
        for edit in it.law:
            session.say("upgrade-law", pack=pack_id, file=edit.file, name=_name(edit))
    if it.touched:
        session.say("upgrade-touched", kinds=", ".join(it.touched))
    for gone in it.ended:
        key = "upgrade-ended-by-law" if gone.by_law else "upgrade-ended"
        session.say(key, kind=f"{pack_id}/{gone.kind}", by=gone.by, date=gone.when[:10])


def _text(session: Session, value: Any) -> str:
    if value is MISSING:
        return session.words("upgrade-nothing")
    return value.strip() if isinstance(value, str) else flow(value)


def _answer(pack_id: str, it: Upgrade) -> dict[str, Any]:
    return {
        "pack": pack_id,
        "written": it.written,
        "knows_base": it.knows_base,
        "taken": [_step(step) for step in it.taken],
        "kept": [_step(step) for step in it.kept],
        "conflicts": [_step(step) for step in it.conflicts],
        "law": [{"file": e.file, "line": e.line, "name": _name(e)} for e in it.law],
        "touched": list(it.touched),
        "ended": [
            {"kind": gone.kind, "by": gone.by, "when": gone.when, "by_law": gone.by_law}
            for gone in it.ended
        ],
    }


def _name(edit: LawEdit) -> str:
    return "/".join(map(str, edit.path))


def _step(step: Step) -> dict[str, Any]:
    sides = {"base": step.base, "ours": step.ours, "theirs": step.theirs}
    return {"piece": step.piece, **{k: None if v is MISSING else v for k, v in sides.items()}}
