"""`notices holidays add`: a day that a workspace adds to a pack's calendar."""

from __future__ import annotations

from datetime import date

import click

from notices.cli.command import command
from notices.cli.options import iso_date, named_argument
from notices.cli.rates_add import (
    overlay_folder,
    plain_line,
    shipped_pack,
    stated_source,
    table_of,
    write_rows,
)
from notices.cli.session import Session
from notices.pack.overlay_rows import DAY_COLUMNS, check_day


@command("add")
@named_argument("region", "PACK[/REGION]", "holidays", "CN/region", alone=True)
@click.argument("day", type=iso_date, required=False, metavar="[DATE]")
@click.option(
    "--kind",
    type=click.Choice(["holiday", "rest", "worked"]),
    default="holiday",
    help="A holiday if left out.",
)
@click.option("--name", default="", help="The day's name.")
@click.option("--source", default="", help="Where it was published; needed with a day.")
@click.option("--known-through", type=iso_date, metavar="DATE", help="All days are known so far.")
def add(
    session: Session,
    region: tuple[str, str],
    day: date | None,
    kind: str,
    name: str,
    source: str,
    known_through: date | None,
) -> None:
    """Add a day to a calendar.

    A statutory holiday, an adjusted rest day, or a make-up working day.

    A year counts as known only once --known-through says so, when all its days are entered.
    """
    pack_id = region[0]
    calendars = session.pack(pack_id).holidays
    area = region[1] or (pack_id if pack_id in calendars else next(iter(calendars), ""))
    known = table_of(session, pack_id, area, calendars)
    rows: list[list[str]] = []
    if day is not None:
        shipped = shipped_pack(session, pack_id).holidays.get(area)
        session.note(check_day(area, shipped.known_through if shipped else None, day))
        row = [day.isoformat(), kind, plain_line(session, name), stated_source(session, source)]
        rows.append(row)
    elif known_through is None:
        raise click.UsageError(session.words("nothing-to-add"))
    through = max(known_through or known.known_through, known.known_through)
    file = overlay_folder(session, pack_id) / "holidays" / f"{area}.csv"
    write_rows(session, file, DAY_COLUMNS, rows, through)
