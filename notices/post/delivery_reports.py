"""Delivery reports: a carrier's table, read into the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from notices.finding import Finding, errors_in
from notices.ledger.types import Delivery, Recorded
from notices.pack.node import parse_day
from notices.pack.vocabulary import near_miss
from notices.tables.cell_dates import date_reader
from notices.tables.list_words import (
    in_chinese,
    known_as,
    known_names,
    list_encoding,
    name_columns,
    read_words,
)
from notices.tables.rows import read_rows

if TYPE_CHECKING:
    from notices.ledger.store import Ledger

COLUMNS = ("letter_id", "waybill", "carrier", "declared_content", "date", "result", "note")
_TABLE = "deliveries"  # in templates/mappings/words.yaml
_read_day = date_reader("", "")
_SOME = 500  # rows in one transaction


@dataclass(frozen=True)
class Reported:
    """What came of a report: counts, and a finding for each row that was not entered."""

    entered: int = 0
    known: int = 0  # in the ledger already
    refused: int = 0
    by_result: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()


def record_report(
    file: Path, ledger: Ledger, now: str, today: date, *, encoding: str = ""
) -> Reported:
    """Enter every row of `file`; run again, it enters only what was not entered.

    `today` is the day of the call: nothing can have been delivered after it.

    Raises FileError (TableError) where the file can't be read, LedgerError.
    """
    findings: list[Finding] = []
    waiting: list[tuple[int, Delivery]] = []
    done: list[Recorded] = []
    refused = 0

    def enter() -> int:
        lost = 0
        outcomes = ledger.record_deliveries([delivery for _, delivery in waiting])
        for (number, _), outcome in zip(waiting, outcomes, strict=True):
            findings.extend(replace(f, file=str(file), line=number) for f in outcome.findings)
            lost += outcome.delivery is None
        done.extend(outcomes)
        waiting.clear()
        return lost

    for number, delivery, found in _read(file, now, today, encoding):
        findings += found
        if delivery is None:
            refused += bool(errors_in(found))
            continue
        waiting.append((number, delivery))
        if len(waiting) == _SOME:
            refused += enter()
    refused += enter()
    new = [outcome.delivery for outcome in done if outcome.delivery and not outcome.again]
    results = sorted({delivery.result for delivery in new})
    return Reported(
        entered=len(new),
        known=sum(outcome.again for outcome in done),
        refused=refused,
        by_result=tuple((name, sum(d.result == name for d in new)) for name in results),
        findings=tuple(findings),
    )


def _read(
    file: Path, now: str, today: date, encoding: str
) -> Iterator[tuple[int, Delivery | None, tuple[Finding, ...]]]:
    """Each row's number, the delivery it reports, and what is wrong with it."""
    values = read_words(_TABLE, "values")
    is_first = True
    for row in read_rows(file, encoding=encoding or list_encoding(file, _TABLE)):
        columns = name_columns(row.cells, _TABLE)
        cells = {columns[head]: text.strip() for head, text in row.cells.items()}
        place = (str(file), row.number)
        heads: tuple[Finding, ...] = ()
        if is_first:
            heads = tuple(_check_columns(cells, place))
            is_first = False
            if errors_in(heads):
                yield row.number, None, heads
                return
        if not any(cells.values()):
            continue
        notes = errors_in(row.notes)
        day, dated = _day(cells.get("date", ""), today, place)
        if notes or errors_in(dated):
            yield row.number, None, (*heads, *notes, *dated)
            continue
        delivery = Delivery(
            letter_id=cells.get("letter_id", ""),
            result=known_as(cells.get("result", ""), values),
            day=day,
            carrier=cells.get("carrier", ""),
            waybill=cells.get("waybill", ""),
            declared_content=cells.get("declared_content", ""),
            note=cells.get("note", ""),
            at=now,
        )
        yield row.number, delivery, (*heads, *dated)


def _day(text: str, today: date, place: tuple[str, int]) -> tuple[date | None, tuple[Finding, ...]]:
    """The day as the carrier writes it, and what is wrong with it."""
    if not text:
        return None, (Finding("delivery-undated", "warning", *place, "date"),)
    day = parse_day(_read_day(text)[0])
    if day is None:
        return None, (Finding("delivery-day", "error", *place, "date"),)
    if day > today:
        params = {"day": day.isoformat(), "today": today.isoformat()}
        return day, (Finding("delivery-future", "error", *place, "date", params),)
    return day, ()


def _check_columns(cells: dict[str, str], place: tuple[str, int]) -> Iterator[Finding]:
    known = known_names(_TABLE, "columns")
    for name in cells:
        if name not in COLUMNS:
            params = {"name": name[:40], "near": near_miss(name, COLUMNS) or "–", **known}
            yield Finding("delivery-column", "note", *place, name[:40], params)
    missing = [name for name in ("result", "date") if name not in cells]
    missing += ["letter_id"] if not {"letter_id", "waybill"} & cells.keys() else []
    for name in missing:
        params = {"name": name, "name_zh": in_chinese(name, _TABLE, "columns"), **known}
        yield Finding("delivery-column-missing", "error", *place, "", params)
