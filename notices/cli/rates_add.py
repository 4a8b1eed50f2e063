"""`notices rates add`: a rate that a workspace adds to a pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import click

from notices.cli.command import command
from notices.cli.options import iso_date, named_argument
from notices.cli.session import Session
from notices.cli.table_changes import add_to_tables, stated_source
from notices.pack.dated_tables import as_percent
from notices.pack.table_changes import RATES, TableChange, unchanged_rows
from notices.pack.table_files import Row

T = TypeVar("T")


@command("add")
@named_argument("table", "PACK/TABLE", "rates", "CN/lpr_1y")
@click.argument("day", type=iso_date, required=False, metavar="[DATE]")
@click.argument("percent", required=False, metavar="[PERCENT]")
@click.option("--source", default="", help="Where it was published, and by whom; always needed.")
@click.option(
    "--unchanged-through",
    type=iso_date,
    metavar="DATE",
    help="In place of a rate: the last one stood through this day.",
)
@click.option("--unverified", is_flag=True, help="Nobody has checked the source yet.")
def add(
    session: Session,
    table: tuple[str, str],
    day: date | None,
    percent: str | None,
    source: str,
    unchanged_through: date | None,
    unverified: bool,
) -> None:
    """Add a rate to a table.

    From DATE on it is PERCENT a year. Each announcement since the table's last one must be told,
    also one that changed nothing: --unchanged-through tells them at once. How far the table is then
    known follows from its rhythm, which `notices packs` shows.

    \b
    notices rates add CN/lpr_1y 2026-10-20 2.95 --source "NIFC, LPR announced on 2026-10-20"
    notices rates add CN/lpr_1y --unchanged-through 2026-11-20 --source "NIFC, 2026-10 and -11"
    """
    pack_id, name = table
    pack = session.pack(pack_id)
    known = table_of(session, pack_id, name, pack.rates)
    status = "unverified" if unverified else "verified"
    rows: tuple[Row, ...]
    if day is not None and unchanged_through is None:
        if percent is None or as_percent(percent) is None:
            raise click.UsageError(session.words("percent-form"))
        cells = {"valid_from": str(day), "percent": percent, "status": status}
        rows = (Row({**cells, "source": stated_source(session, source)}, "", 0),)
    elif day is None and unchanged_through is not None:
        rows = unchanged_rows(known, unchanged_through, stated_source(session, source), status)
    else:
        raise click.UsageError(session.words("rate-or-unchanged"))
    add_to_tables(session, pack, [TableChange(RATES, name, rows, unchanged_through)])


def table_of(session: Session, pack_id: str, name: str, tables: Mapping[str, T]) -> T:
    """The pack's table of that name; a usage error where it has none."""
    if name not in tables:
        near = ", ".join(tables) or "–"
        raise click.UsageError(session.words("no-table", name=name, pack=pack_id, near=near))
    return tables[name]
