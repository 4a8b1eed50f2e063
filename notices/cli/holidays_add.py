"""`notices holidays add`: a day that a workspace adds to a pack's calendar."""

from __future__ import annotations

from datetime import date

import click

from notices.cli.command import command
from notices.cli.options import iso_date, named_argument
from notices.cli.rates_add import table_of
from notices.cli.session import Session
from notices.cli.table_changes import add_to_tables, plain_line, stated_source
from notices.pack.dated_tables import DAY_KINDS
from notices.pack.table_changes import HOLIDAYS, TableChange
from notices.pack.table_files import Row


@command("add")
@named_argument("region", "PACK[/REGION]", "holidays", "CN/region", alone=True)
@click.argument("day", type=iso_date, required=False, metavar="[DATE]")
@click.option(
    "--kind", type=click.Choice(DAY_KINDS), default="holiday", help="A holiday if left out."
)
@click.option("--name", default="", help="The day's name.")
@click.option("--source", default="", help="Where it was published, and by whom; for a day.")
@click.option("--known-through", type=iso_date, metavar="DATE", help="All days are known so far.")
@click.option("--unverified", is_flag=True, help="Nobody has checked the source yet.")
def add(
    session: Session,
    region: tuple[str, str],
    day: date | None,
    kind: str,
    name: str,
    source: str,
    known_through: date | None,
    unverified: bool,
) -> None:
    """Add a day to a calendar.

    A statutory holiday, an adjusted rest day, or a make-up working day.

    A year counts as known only once --known-through says so, when all its days are entered. For a
    whole year at once there is `notices pack update`.
    """
    pack = session.pack(region[0])
    area = region[1] or (pack.id if pack.id in pack.holidays else next(iter(pack.holidays), ""))
    table_of(session, pack.id, area, pack.holidays)
    rows: tuple[Row, ...] = ()
    if day is not None:
        status = "unverified" if unverified else "verified"
        cells = {"date": str(day), "kind": kind, "name": plain_line(session, name)}
        rows = (Row({**cells, "status": status, "source": stated_source(session, source)}, "", 0),)
    elif known_through is None:
        raise click.UsageError(session.words("nothing-to-add"))
    add_to_tables(session, pack, [TableChange(HOLIDAYS, area, rows, known_through)])
