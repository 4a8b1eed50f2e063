"""`notices rates add`: a rate that a workspace adds to a pack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from notices.cli.command import command
from notices.cli.options import iso_date, named_argument
from notices.cli.session import Session
from notices.errors import WorkspaceError
from notices.files import write_whole
from notices.pack.load import load_pack
from notices.pack.overlay_rows import RATE_COLUMNS, check_rate, overlay_text
from notices.pack.types import Pack

T = TypeVar("T")
_PERCENT = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,8})?")


@command("add")
@named_argument("table", "PACK/TABLE", "rates", "CN/lpr_1y")
@click.argument("day", type=iso_date, required=False, metavar="[DATE]")
@click.argument("percent", required=False, metavar="[PERCENT]")
@click.option("--source", default="", help="Where the rate was published; needed with a rate.")
@click.option("--known-through", type=iso_date, metavar="DATE", help="Nothing changed until then.")
@click.option("--unverified", is_flag=True, help="Nobody has checked the source yet.")
def add(
    session: Session,
    table: tuple[str, str],
    day: date | None,
    percent: str | None,
    source: str,
    known_through: date | None,
    unverified: bool,
) -> None:
    """Add a rate to a table.

    From DATE on it is PERCENT a year, and everything before counts as known: leave none out. Or
    only say how far the table is known.

    \b
    notices rates add CN/lpr_1y 2026-10-20 2.95 --source "NIFC, LPR announced on 2026-10-20"
    notices rates add CN/lpr_1y --known-through 2026-11-20
    """
    pack_id, name = table
    known = table_of(session, pack_id, name, session.pack(pack_id).rates)
    rows: list[list[str]] = []
    if day is not None:
        if percent is None or not _PERCENT.fullmatch(percent):
            raise click.UsageError(session.words("percent-form"))
        shipped = shipped_pack(session, pack_id).rates.get(name)
        session.note(check_rate(name, shipped, day, percent))
        for point in known.points if not session.findings else ():
            if point.valid_from == day and str(point.percent) != percent:
                values = {"table": name, "day": day, "percent": point.percent}
                raise click.UsageError(session.words("rate-known", **values))
        status = "unverified" if unverified else "verified"
        rows.append([day.isoformat(), percent, status, stated_source(session, source)])
    elif known_through is None:
        raise click.UsageError(session.words("nothing-to-add"))
    through = max(filter(None, (known_through, day, known.known_through)))
    file = overlay_folder(session, pack_id) / "rates" / f"{name}.csv"
    write_rows(session, file, RATE_COLUMNS, rows, through)


def write_rows(
    session: Session, file: Path, columns: tuple[str, ...], rows: list[list[str]], through: date
) -> None:
    """Write the table, say so and leave; nothing is written where a finding was noted."""
    if session.findings:
        answer = {"file": "", "known_through": through.isoformat(), "added": 0}
        session.finish(answer)
    write_whole(file, overlay_text(file, columns, rows, through))
    session.say("table-written", file=file, through=through)
    session.next("next-table", pack=file.parent.parent.name)
    session.finish({"file": str(file), "known_through": through.isoformat(), "added": len(rows)})


def table_of(session: Session, pack_id: str, name: str, tables: Mapping[str, T]) -> T:
    """The pack's table of that name; a usage error where it has none."""
    if name not in tables:
        near = ", ".join(tables) or "–"
        raise click.UsageError(session.words("no-table", name=name, pack=pack_id, near=near))
    return tables[name]


def shipped_pack(session: Session, pack_id: str) -> Pack:
    """The pack without what this workspace added."""
    return load_pack(session.pack_root(pack_id))


def overlay_folder(session: Session, pack_id: str) -> Path:
    """Where this workspace's own rows for a pack stand. Raises WorkspaceError without one."""
    if session.workspace.overlay is None:
        raise WorkspaceError(session.words("table-needs-workspace"))
    return session.workspace.overlay / pack_id


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
