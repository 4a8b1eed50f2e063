"""What the commands that add to a pack's tables share: check, say what changes, write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import click

from notices.cli import clock
from notices.cli.session import Session
from notices.errors import WorkspaceError
from notices.figures.reach import Reach, derive_reach
from notices.files import write_whole
from notices.finding import errors_in
from notices.pack.table_changes import Proposal, TableChange, propose
from notices.pack.types import Pack


def add_to_tables(
    session: Session, pack: Pack, changes: Sequence[TableChange], dry_run: bool = False
) -> NoReturn:
    """Write the changes into the workspace's overlay, say what becomes possible, and leave.

    Nothing is written where a finding is an error, or in a dry run.
    """
    if session.workspace.overlay is None:
        raise WorkspaceError(session.words("table-needs-workspace"))
    folder = session.workspace.overlay / pack.id
    proposal = propose(session.pack_root(pack.id), folder, pack, changes, clock.today())
    session.note(proposal.findings)
    answer: dict[str, Any] = {"pack": pack.id, "written": [], "tables": [], "letters": []}
    if errors_in(session.findings) or proposal.pack is None:
        session.finish(answer)
    answer["tables"] = _say_tables(session, pack, proposal)
    answer["letters"] = _say_reach(session, pack, proposal.pack)
    for name, text in () if dry_run else proposal.files.items():
        write_whole(folder / name, text)
        session.say("table-written", file=folder / name)
        answer["written"].append(str(folder / name))
    if not dry_run:
        session.next("next-table", pack=pack.id)
    session.finish(answer)


def _say_tables(session: Session, pack: Pack, proposal: Proposal) -> list[dict[str, Any]]:
    """Each table with its new rows and how far it is known now."""
    answers = []
    for change in proposal.added:
        before, after = (
            getattr(one, change.folder)[change.name].known_through
            for one in (pack, proposal.pack or pack)
        )
        table = change.file.removesuffix(".csv")
        rows = [dict(row.cells) for row in change.rows]
        for cells in rows:
            said = (v for k, v in cells.items() if k not in ("table", "source") and v)
            session.print(f"+ {table}: {' '.join(said)}")
        session.say("table-change", table=table, count=len(rows), before=before, through=after)
        known = {"before": before.isoformat(), "known_through": after.isoformat()}
        answers.append({"table": table, "added": rows, **known})
    return answers


def _say_reach(session: Session, before: Pack, after: Pack) -> list[dict[str, str]]:
    """Which letters become possible: each kind whose last issue day moves."""
    was = {(reach.kind, reach.table): reach.until for reach in derive_reach(before)}
    answers = []
    for reach in derive_reach(after):
        until = was.get((reach.kind, reach.table))
        if until is None or until == reach.until:
            continue
        session.say("reach-moved", name=reach_name(session, before.id, reach), until=reach.until,
                    before=until)  # fmt: skip
        answers.append({"kind": reach.kind, "table": reach.table, "until": str(reach.until),
                        "before": str(until)})  # fmt: skip
    return answers


def reach_name(session: Session, pack_id: str, reach: Reach) -> str:
    """`CN/formal_demand`, and the table where not every such letter needs it."""
    name = f"{pack_id}/{reach.kind}"
    return name if reach.always else session.words("reach-where", name=name, table=reach.table)


def stated_source(session: Session, text: str) -> str:
    """Where a value was published; a usage error where that is not said."""
    if not text.strip():
        raise click.UsageError(session.words("source-needed"))
    return plain_line(session, text)


def plain_line(session: Session, text: str) -> str:
    """One line of text; a usage error where it has control characters."""
    if not text.isprintable():
        raise click.UsageError(session.words("one-line"))
    return text.strip()
