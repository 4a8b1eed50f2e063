"""Rows that a workspace adds to a pack's rates and holidays, in tables of its own beside them.

A table of the overlay has the columns of the pack's own and a head that says until when nothing is
missing: `# known_through: 2026-11-20`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from notices.files import read_bytes
from notices.finding import Finding
from notices.pack.table_types import RateTable

RATE_COLUMNS = ("valid_from", "percent", "status", "source")
DAY_COLUMNS = ("date", "kind", "name", "source")


def check_rate(
    name: str, shipped: RateTable | None, day: date, percent: str
) -> tuple[Finding, ...]:
    """Whether a rate may be added to the table `name`: what the shipped one knows is kept."""
    if shipped is None or day > shipped.known_through:
        return ()
    if any(str(p.percent) == percent for p in shipped.points if p.valid_from == day):
        return ()
    return check_day(name, shipped.known_through, day)


def check_day(name: str, known_through: date | None, day: date) -> tuple[Finding, ...]:
    """Whether a day lies after those that the shipped table `name` knows; None: it knows none."""
    if known_through is None or day > known_through:
        return ()
    params = {"name": name, "day": str(day), "through": str(known_through)}
    return (Finding("table-history", path=name, params=params),)


def overlay_text(
    file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], known_through: date
) -> str:
    """The text of an overlay's table with new rows at its end; `file` need not be there yet.

    A row that it has already is not added again. Raises FileError.
    """
    kept: list[list[str]] = []
    if file.is_file():
        lines = read_bytes(file).decode("utf-8-sig").splitlines()
        kept = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    text = io.StringIO()
    text.write(f"# known_through: {known_through}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([*kept, *(list(row) for row in rows if list(row) not in kept)])
    return text.getvalue()
