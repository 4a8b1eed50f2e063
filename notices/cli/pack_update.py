"""`notices pack update`: a year of days off, or a series of rates, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import Session
from notices.cli.table_changes import add_to_tables
from notices.finding import Finding, errors_in
from notices.pack.holiday_packages import distribution_of, package_rows
from notices.pack.table_changes import HOLIDAYS, TableChange, read_changes
from notices.pack.types import Pack


@command("update")
@pack_argument()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--from-packages",
    is_flag=True,
    help="Days off as the Python packages holidays and chinesecalendar know them; unverified.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
def update(
    session: Session, pack_id: str, file: Path | None, from_packages: bool, dry_run: bool
) -> None:
    """Bring a pack's tables up to date: a year of days off, or a series of rates, at once.

    FILE is a CSV with the columns of the tables: date,kind,name,status,source for days off (kind:
    holiday, rest, worked), valid_from,percent,status,source for rates. It is named as the table
    (CN.csv, lpr_1y.csv), or a column `table` names each row's. All is checked first, then said:
    what is added, and which letters become possible.

    \b
    notices pack update CN holidays-2027.csv
    notices pack update DE --from-packages
    """
    pack = session.pack(pack_id)
    if (file is None) == (not from_packages):
        raise click.UsageError(session.words("file-or-packages"))
    changes: Sequence[TableChange]
    if file is not None:
        changes, findings = read_changes(file, pack)
        session.note(findings)
        if errors_in(findings):
            session.finish({"pack": pack_id, "written": [], "tables": [], "letters": []})
    else:
        changes = _known_to_packages(session, pack)
    add_to_tables(session, pack, changes, dry_run)


def _known_to_packages(session: Session, pack: Pack) -> Sequence[TableChange]:
    """The years after each calendar's own, through the next one."""
    changes = []
    for calendar in pack.holidays.values():
        if not calendar.package:
            continue
        first = calendar.known_through.year + 1
        rows = package_rows(calendar.package, range(first, max(first, clock.today().year + 1) + 1))
        if rows:
            through = date(int(rows[-1].cells["date"][:4]), 12, 31)
            changes.append(TableChange(HOLIDAYS, calendar.region, rows, through))
        else:
            params = {"region": calendar.region, "year": str(first), "pack": pack.id}
            params["distribution"] = distribution_of(calendar.package)
            session.note([Finding("package-knows-no-more", params=params)])
    if not changes and not session.findings:
        raise click.UsageError(session.words("no-package", pack=pack.id))
    return changes
