"""`notices pack log`: who changed which text when, before and after."""

from __future__ import annotations

from dataclasses import asdict

import click

from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.pack_diff import shown_runs
from notices.cli.session import CLEAN, Session
from notices.wording.edit_log import read_edits
from notices.wording.history import Change, read_changes
from notices.wording.redline import compare_words
from notices.wording.yaml_rewrite import flow


@command("log")
@pack_argument()
@click.argument("piece", metavar="[PIECE]", default="")
def log(session: Session, pack_id: str, piece: str) -> None:
    """List who changed which text when, before and after.

    PIECE is a text or the beginning of its name: `clauses/opening`, `clauses/opening/en`,
    `labels/total_due`, `kinds/reminder/parts`. Numbers are what `notices pack revert --to` takes.
    """
    pack = session.pack(pack_id)
    changes = read_changes(read_edits(session.workspace.approvals, pack.id), piece)
    for change in changes:
        kinds = f" ({', '.join(change.kinds)})" if change.kinds else ""
        what = change.piece or pack.id
        number, when, by = change.number, change.when[:16], change.by
        session.say("log-line", number=number, when=when, by=by, piece=what, kinds=kinds)
        if change.is_kept:
            for line in shown_runs(
                compare_words(_text(change.before), _text(change.after))
            ).splitlines():
                session.print(f"   {line}")
        else:
            session.say("log-unknown")
    if not changes:
        session.say("log-empty", what=piece or pack.id)
    session.finish({"pack": pack.id, "changes": [_answer(change) for change in changes]}, CLEAN)


def _text(value: object) -> str:
    if isinstance(value, list):  # parts: one on each line
        return "\n".join(map(flow, value))
    return value if isinstance(value, str) else "" if value is None else flow(value)


def _answer(change: Change) -> dict[str, object]:
    return {**asdict(change), "path": list(change.path), "kinds": list(change.kinds)}
