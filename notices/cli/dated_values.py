"""`notices rates add`, `notices holidays add`: dated values that a workspace adds to a pack."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from notices.cli.command import door
from notices.cli.options import iso_date, named_argument
from notices.cli.session import Session
from notices.cli.writing import write_whole
from notices.errors import WorkspaceError
from notices.finding import Finding
from notices.textfiles import read_bytes

if TYPE_CHECKING:
    from notices.pack.types import Pack, RateTable

RATE_COLUMNS = ("valid_from", "percent", "status", "source")
DAY_COLUMNS = ("date", "kind", "name", "source")
_PERCENT = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,8})?")


@door("add")
@named_argument("table", "PACK/TABLE", "rates", "CN/lpr_1y")
@click.argument("day", type=iso_date, required=False, metavar="[DATE]")
@click.argument("percent", required=False, metavar="[PERCENT]")
@click.option("--source", default="", help="Where the rate was published; needed with a rate.")
@click.option("--known-through", type=iso_date, metavar="DATE", help="Nothing changed until then.")
@click.option("--unverified", is_flag=True, help="Nobody has checked the source yet.")
def rate(
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
    pack = session.pack(pack_id)
    known = pack.rates.get(name)
    if known is None:
        raise click.UsageError(
            session.words("no-table", name=name, pack=pack_id, near=", ".join(pack.rates) or "–")
        )
    rows: list[list[str]] = []
    if day is not None:
        if percent is None or not _PERCENT.fullmatch(percent):
            raise click.UsageError(session.words("percent-form"))
        shipped = _shipped(session, pack_id).rates.get(name)
        if shipped and day <= shipped.known_through and _percent_on(shipped, day) != percent:
            _refuse(session, name, day, shipped.known_through)
        for point in known.points:
            if point.valid_from == day and str(point.percent) != percent:
                raise click.UsageError(
                    session.words("rate-known", table=name, day=day, percent=point.percent)
                )
        status = "unverified" if unverified else "verified"
        rows.append([day.isoformat(), percent, status, _source(session, source)])
    elif known_through is None:
        raise click.UsageError(session.words("nothing-to-add"))
    through = max(known_through or known.known_through, day or known.known_through)
    through = max(through, known.known_through)
    file = _overlay(session, pack_id) / "rates" / f"{name}.csv"
    _add(file, RATE_COLUMNS, rows, through)
    session.say("table-written", file=file, through=through)
    session.finish({"file": str(file), "known_through": through.isoformat(), "added": len(rows)})


@door("add")
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
def holiday(
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
    pack = session.pack(pack_id)
    area = region[1] or (pack_id if pack_id in pack.holidays else next(iter(pack.holidays), ""))
    known = pack.holidays.get(area)
    if known is None:
        near = ", ".join(pack.holidays) or "–"
        raise click.UsageError(session.words("no-table", name=area, pack=pack_id, near=near))
    rows: list[list[str]] = []
    if day is not None:
        shipped = _shipped(session, pack_id).holidays.get(area)
        if shipped and day <= shipped.known_through:
            _refuse(session, area, day, shipped.known_through)
        rows.append([day.isoformat(), kind, _plain(session, name), _source(session, source)])
    elif known_through is None:
        raise click.UsageError(session.words("nothing-to-add"))
    through = max(known_through or known.known_through, known.known_through)
    file = _overlay(session, pack_id) / "holidays" / f"{area}.csv"
    _add(file, DAY_COLUMNS, rows, through)
    session.say("table-written", file=file, through=through)
    session.finish({"file": str(file), "known_through": through.isoformat(), "added": len(rows)})


def _shipped(session: Session, pack_id: str) -> Pack:
    """The pack without what this workspace added."""
    from notices.pack.load import load_pack

    return load_pack(session.pack_root(pack_id))


def _percent_on(table: RateTable, day: date) -> str:
    """The rate that a table has of this very day; "" where nothing changed on it."""
    return next((str(p.percent) for p in table.points if p.valid_from == day), "")


def _refuse(session: Session, name: str, day: date, through: date) -> NoReturn:
    """History is not rewritten: told as a finding, with its remedy; nothing is written."""
    params = {"name": name, "day": str(day), "through": str(through)}
    session.note([Finding("table-history", path=name, params=params)])
    session.finish({"file": "", "known_through": through.isoformat(), "added": 0})


def _overlay(session: Session, pack_id: str) -> Path:
    overlay = session.workspace.overlay
    if overlay is None:
        raise WorkspaceError(session.words("table-needs-workspace"))
    return overlay / pack_id


def _source(session: Session, text: str) -> str:
    if not text.strip():
        raise click.UsageError(session.words("source-needed"))
    return _plain(session, text)


def _plain(session: Session, text: str) -> str:
    if not text.isprintable():
        raise click.UsageError(session.words("one-line"))
    return text.strip()


def _add(file: Path, columns: tuple[str, ...], rows: list[list[str]], through: date) -> None:
    """The file with the new rows at its end, and the head that says how far it reaches."""
    kept: list[list[str]] = []
    if file.is_file():
        lines = read_bytes(file).decode("utf-8-sig").splitlines()
        kept = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    text = io.StringIO()
    text.write(f"# known_through: {through}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([*kept, *(row for row in rows if row not in kept)])
    write_whole(file, text.getvalue())
