"""What a workspace wants to add to a pack's tables: read, checked as a whole, and as files' texts.

A workspace's rows stand in tables of its own, `overlay/PACK/rates/*.csv` and `holidays/*.csv`. A
change is checked by reading the pack with it, before a file is written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from notices.files import read_bytes, write_whole
from notices.finding import Finding
from notices.pack.dated_tables import as_percent
from notices.pack.load import read_pack
from notices.pack.node import parse_day
from notices.pack.table_files import Row, Table, read_table
from notices.pack.table_types import Holidays, RateTable
from notices.pack.types import Pack

RATES, HOLIDAYS = "rates", "holidays"
COLUMNS = {
    RATES: ("valid_from", "percent", "status", "source"),
    HOLIDAYS: ("date", "kind", "name", "status", "source"),
}
_DAY = {RATES: "valid_from", HOLIDAYS: "date"}
# Dates as a source writes them: year first, or day first; a month alone counts from its first day.
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})(?:-(\d{2})(?:-(\d{2}))?(?!\d)|年(\d{1,2})月(?:(\d{1,2})日)?)"
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")


@dataclass(frozen=True)
class TableChange:
    """Rows for one table; a row's place is where somebody wrote it."""

    folder: str  # RATES | HOLIDAYS
    name: str
    rows: tuple[Row, ...]
    known_through: date | None = None  # of a calendar or without a rhythm; or confirmed so far

    @property
    def file(self) -> str:
        return f"{self.folder}/{self.name}.csv"


@dataclass(frozen=True)
class Proposal:
    """The overlay as it would be: `files` by name, the pack with them, what is wrong, and new."""

    files: Mapping[str, str]
    pack: Pack | None
    findings: tuple[Finding, ...]
    added: tuple[TableChange, ...]


def read_changes(file: Path, pack: Pack) -> tuple[tuple[TableChange, ...], tuple[Finding, ...]]:
    """The tables of a CSV file, with the columns of the pack's own tables.

    One table: named by the file, or the only one of its sort. Several: a column `table` names each
    row's (`rates/lpr_1y`). Raises FileError.
    """
    found: list[Finding] = []
    table = read_table(file, file.name, (), found)
    if table is None:
        return (), tuple(found)
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in table.rows:
        place = _place(row, file.stem, pack, found)
        if place:
            rows.setdefault(place, []).append(row)
    if not table.rows:
        found.append(Finding("table-empty", file=file.name))
    changes = (
        TableChange(*place, tuple(each), _promised(place[0], each, table))
        for place, each in rows.items()
    )
    return tuple(changes), tuple(found)


def _place(row: Row, stem: str, pack: Pack, found: list[Finding]) -> tuple[str, str] | None:
    folder = RATES if row.cells.get("percent") else HOLIDAYS
    tables = pack.rates if folder == RATES else pack.holidays
    named = row.cells.get("table", "")
    name = named.removeprefix(f"{folder}/")
    if not named:
        usual = pack.id if pack.id in tables else ""
        name = stem if stem in tables else usual or (next(iter(tables)) if len(tables) == 1 else "")
    if name in tables:
        return folder, name
    known = ", ".join(f"{folder}/{each}" for each in tables) or "–"
    finding = Finding(
        "table-unnamed", file=row.file, line=row.line, params={"name": named or "–", "known": known}
    )
    if finding.params not in [f.params for f in found if f.rule == "table-unnamed"]:
        found.append(finding)
    return None


def _promised(folder: str, rows: Iterable[Row], table: Table) -> date | None:
    """A calendar's file holds whole years; its head may say less."""
    if table.through != date.min:
        return table.through
    days = [day for row in rows if (day := parse_day(row.cells.get("date", "")))]
    return date(max(days).year, 12, 31) if folder == HOLIDAYS and days else None


def unchanged_rows(table: RateTable, through: date, source: str, status: str) -> tuple[Row, ...]:
    """That a rate stood unchanged through a day: its last value once more, at each announcement."""
    last = table.points[-1]
    if table.rhythm:
        days = tuple(table.rhythm.due_through(last.valid_from, through))
    else:
        days = (table.next_due,) if table.next_due <= through else ()
    cells = {"percent": str(last.percent), "status": status, "source": source}
    return tuple(Row({"valid_from": str(day), **cells}, "", 0) for day in days)


def propose(
    root: Path, overlay: Path, pack: Pack, changes: Sequence[TableChange], today: date
) -> Proposal:
    """What the `overlay` of the pack in `root` becomes with `changes`, and what is wrong with it.

    `pack` is the pack as it stands. Rows that it has already are left out. Raises FileError.
    """
    early = [finding for change in changes for finding in _check_ahead(change, pack, today)]
    if early:  # whatever else is wrong follows from it
        return Proposal({}, None, tuple(early), ())
    new = tuple(replace(each, rows=tuple(_new_rows(each, pack))) for each in changes)
    found = [finding for change in new for finding in _check_rows(change, pack, today)]
    texts = {file.relative_to(overlay): _text(file) for file in overlay.rglob("*.csv")}
    files: dict[str, str] = {}
    written: dict[tuple[str, int], Row] = {}
    for change in new:
        files[change.file], lines = _overlay_text(overlay / change.file, change, pack)
        written |= {(f"overlay/{root.name}/{change.file}", n): row for n, row in lines.items()}
    with TemporaryDirectory(prefix="notices-") as folder:
        draft = Path(folder) / root.name
        for name, text in (texts | {Path(name): text for name, text in files.items()}).items():
            write_whole(draft / name, text)
        proposed, faults = read_pack(root, draft)
    for finding in faults:
        row = written.get((finding.file, finding.line))
        if row or finding.severity == "error":
            found.append(replace(finding, file=row.file, line=row.line) if row else finding)
    return Proposal(files, proposed, tuple(found), new)


def _text(file: Path) -> str:
    return read_bytes(file).decode("utf-8-sig")


def _new_rows(change: TableChange, pack: Pack) -> Iterator[Row]:
    """The rows that the pack does not have, nor says itself; each once."""
    seen: list[Mapping[str, str]] = []
    for row in change.rows:
        day = parse_day(row.cells.get(_DAY[change.folder], ""))
        if row.cells not in seen and (day is None or not _is_known(change, row, day, pack)):
            yield row
        seen.append(row.cells)


def _is_known(change: TableChange, row: Row, day: date, pack: Pack) -> bool:
    if change.folder == HOLIDAYS:
        calendar = pack.holidays[change.name]
        return day in (calendar.worked if row.cells.get("kind") == "worked" else calendar.days)
    table = pack.rates[change.name]
    stands = [point for point in table.points if point.valid_from <= day]
    if not stands or (day > table.known_through and stands[-1].valid_from != day):
        return False
    return stands[-1].percent == as_percent(row.cells.get("percent", ""))


def _check_ahead(change: TableChange, pack: Pack, today: date) -> Iterator[Finding]:
    """Whether a rate is told, or confirmed, for a day for which nobody can have announced it yet:
    one finding, of the first such row."""
    if change.folder != RATES:
        return
    lead = pack.rates[change.name].announced_ahead
    last = today + timedelta(days=lead)
    params = {"name": change.file.removesuffix(".csv"), "days": str(lead), "last": str(last)}
    days = [(parse_day(row.cells.get("valid_from", "")) or date.min, row) for row in change.rows]
    early = [(day, row) for day, row in days if day > last]
    if change.known_through and change.known_through > last:
        row = change.rows[0] if change.rows else Row({}, "", 0)
        params["day"] = str(change.known_through)
        yield Finding("unchanged-ahead", "error", row.file, 0, params=params)
    elif early:
        day, row = early[0]
        params |= {"day": str(day), "rows": str(len(early))}
        yield Finding("rate-ahead", "error", row.file, row.line, params=params)


def _check_rows(change: TableChange, pack: Pack, today: date) -> Iterator[Finding]:
    """What only new rows must have: a source that says who announced it, and no later than today;
    its own day may lie ahead."""
    name = f"{change.folder}/{change.name}"
    announcers = _table(change, pack).announcers
    told: set[tuple[str, str]] = set()
    for row in change.rows:
        place = (row.file, row.line)
        source = row.cells.get("source", "")
        if not source:
            yield Finding("row-source-missing", "error", *place, params={"name": name})
        elif row.cells.get("status") != "unverified" and not _names_one(announcers, source):
            params = {"name": name, "source": source, "announcers": "; ".join(announcers)}
            yield Finding("announcer-missing", "error", *place, params=params)
        own = parse_day(row.cells.get(_DAY[change.folder], ""))
        later = [day for day in _days_in(source) if day > today and day != own]
        if later and (source, str(max(later))) not in told:
            told.add((source, str(max(later))))
            params = {"name": name, "source": source, "day": str(max(later)), "today": str(today)}
            yield Finding("source-ahead", "error", *place, params=params)


def _days_in(source: str) -> Iterator[date]:
    """The dates that a source's text names."""
    parts = [
        (found[1], found[2] or found[4], found[3] or found[5] or "1")
        for found in _YEAR_FIRST.finditer(source)
    ]
    parts += [(found[4], found[3], found[1]) for found in _DAY_FIRST.finditer(source)]
    for year, month, day in parts:
        if stated := parse_day(f"{year}-{month:0>2}-{day:0>2}"):
            yield stated


def _names_one(announcers: Sequence[str], source: str) -> bool:
    return not announcers or any(one.casefold() in source.casefold() for one in announcers)


def _table(change: TableChange, pack: Pack) -> RateTable | Holidays:
    return pack.rates[change.name] if change.folder == RATES else pack.holidays[change.name]


def _overlay_text(file: Path, change: TableChange, pack: Pack) -> tuple[str, Mapping[int, Row]]:
    """The text of an overlay's table with the new rows at its end; and where each row stands, and
    the head, as whoever wrote the change knows it."""
    old = read_table(file, "", (), []) if file.is_file() else None
    table = _table(change, pack)
    text = io.StringIO()
    if isinstance(table, Holidays) or not table.rhythm:
        days = (parse_day(row.cells.get("valid_from", "")) for row in change.rows)
        known = (table.known_through, change.known_through, *days)
        text.write(f"# known_through: {max(filter(None, known))}\n")
    writer = csv.DictWriter(text, COLUMNS[change.folder], "", "ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.cells for row in (old.rows if old else ()))
    first = text.getvalue().count("\n") + 1
    writer.writerows(row.cells for row in change.rows)
    lines = {first + number: row for number, row in enumerate(change.rows)}
    whole = {1: Row({}, change.rows[0].file, 0)} if change.rows else {}
    return text.getvalue(), whole | lines
