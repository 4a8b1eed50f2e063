"""Payments as a table, CSV or XLSX: columns by the owners' words, cells as any table's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from notices.finding import Finding, errors_in, masked
from notices.post.statements import Entry, EntryKind
from notices.tables.cell_values import Reader, Style, value_reader
from notices.tables.list_words import (
    folded,
    in_chinese,
    known_as,
    known_names,
    list_encoding,
    name_columns,
    read_words,
)
from notices.tables.row import Row
from notices.tables.rows import read_rows
from notices.tables.seen_styles import seen_marks, seen_order

TABLE = "payments"  # in templates/mappings/words.yaml
_DATES = ("booking_date", "value_date")
_AMOUNTS = ("amount", "credit", "debit")
Cells = Mapping[str, str]


def read_payment_table(
    file: Path, encoding: str = ""
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """The table's movements. A row that can't be read is an error. Raises TableError, FileError."""
    rows = list(read_rows(file, encoding=encoding or list_encoding(file, TABLE)))
    if not rows:
        return (), (Finding("paid-empty", file=str(file)),)
    names = _names(rows[0].cells)
    findings = list(_check_columns(names, file))
    if errors_in(findings):
        return (), tuple(findings)
    entries: list[Entry] = []
    cells = [_by_name(row, names) for row in rows]
    readers = _readers(cells)
    for row, named in zip(rows, cells, strict=True):
        found = [*errors_in(row.notes)]
        entry = None if found else _entry(row, named, readers, found)
        findings += found
        if entry is not None:
            entries.append(entry)
    return tuple(entries), tuple(findings)


def _names(heads: Iterable[str]) -> dict[str, str]:
    """By head the column it means; several may hold a payment's words."""
    heads = tuple(heads)
    words = read_words(TABLE, "columns")
    texts = {head: "text" for head in heads if known_as(head, words) == "text"}
    return {**name_columns(heads, TABLE), **texts}


def _by_name(row: Row, names: Mapping[str, str]) -> Cells:
    """The row's cells by their columns' proper names; several texts of a row are one."""
    cells: dict[str, str] = {}
    for head, text in row.cells.items():
        name = names[head]
        cells[name] = text.strip() if name not in cells else f"{cells[name]} {text.strip()}"
    return cells


def _readers(rows: Sequence[Cells]) -> Mapping[str, Reader]:
    """Each column's reader, in the style that the whole column proves."""
    readers: dict[str, Reader] = {}
    for name in (*_DATES, *_AMOUNTS):
        samples = [row[name] for row in rows if row.get(name)]
        kind = "date" if name in _DATES else "amount"
        decimal, thousands = seen_marks(samples)
        style = Style(dates=seen_order(samples), decimal=decimal, thousands=thousands)
        readers[name] = value_reader(kind, style)
    return readers


def _entry(
    row: Row, cells: Cells, readers: Mapping[str, Reader], found: list[Finding]
) -> Entry | None:
    """The row's movement; None where it states no amount, as a line of totals does, or a fault."""
    read = {name: _read(row, name, cells, readers, found) for name in (*_DATES, *_AMOUNTS)}
    money = {name: _money(row, name, read[name], found) for name in _AMOUNTS if read[name]}
    day = read["booking_date"] or read["value_date"]
    if not any(money.values()) and not found:
        return None
    when = _date(row, day, found)
    kind = _kind(row, cells, money, found)
    if when is None or found:
        return None
    amount = abs(money.get("amount", sum(money.values(), Decimal(0))))
    references = (cells.get(name, "") for name in ("reference", "end_to_end"))
    return Entry(
        file=row.file,
        line=row.number,
        day=when,
        amount=amount,
        currency=cells.get("currency", "").upper(),
        kind=kind,
        references=tuple(dict.fromkeys(text for text in references if text)),
        texts=(cells["text"],) if cells.get("text") else (),
        payer=cells.get("payer", ""),
    )


def _kind(row: Row, cells: Cells, money: Mapping[str, Decimal], found: list[Finding]) -> EntryKind:
    """Which way the money went, by column, by mark, by sign; and whether it is booked."""
    marked = _word(row, "direction", cells, found)
    status = _word(row, "status", cells, found)
    if money.get("credit") and money.get("debit"):
        found.append(_fault(row, "credit", cells["credit"]))
    below = any(value < 0 for value in money.values())
    way = marked or ("debit" if money.get("debit") else "credit")
    if "amount" in money and not marked:
        way = "debit" if below else "credit"
    elif below and way == "credit":
        way = "returned"  # money in, below zero: taken back
    if "returned" in (way, status):
        return "returned"
    if way == "debit":
        return "debit"
    return "pending" if status == "pending" else "credit"


def _word(row: Row, name: str, cells: Cells, found: list[Finding]) -> str:
    """The code of a word in a column of words; "" for an empty cell, a fault for an unknown one."""
    text = cells.get(name, "")
    code = read_words(TABLE, name).get(folded(text), "") if text else ""
    if text and not code:
        found.append(_fault(row, name, text))
    return code


def _read(
    row: Row, name: str, cells: Cells, readers: Mapping[str, Reader], found: list[Finding]
) -> str:
    text = cells.get(name, "")
    if not text:
        return ""
    value, change = readers[name](text)
    if change not in ("", "normalised"):
        found.append(_fault(row, name, text))
    return value


def _money(row: Row, name: str, value: str, found: list[Finding]) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        found.append(_fault(row, name, value))
        return Decimal(0)
    return amount


def _date(row: Row, value: str, found: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        found.append(_fault(row, "booking_date", value))
        return None


def _fault(row: Row, name: str, value: str) -> Finding:
    params = {
        "column": name,
        "column_zh": in_chinese(name, TABLE, "columns"),
        "value": masked(value) if value else "–",
    }
    return Finding("paid-cell", "error", row.file, row.number, name, params)


def _check_columns(names: Mapping[str, str], file: Path) -> Iterator[Finding]:
    """Amount, day and something to know the payment by must be there; what nothing reads is told,
    since it may be one of them."""
    known = set(read_words(TABLE, "columns").values())
    there = known & set(names.values())
    for needed in (_AMOUNTS, _DATES, ("reference", "end_to_end", "text")):
        if not there & set(needed):
            named = {"needed": needed[0], "needed_zh": in_chinese(needed[0], TABLE, "columns")}
            params = {**named, **known_names(TABLE, "columns")}
            yield Finding("paid-columns", "error", str(file), 1, "", params)
    if others := [head for head in names if names[head] not in known]:
        params = {"columns": ", ".join(others)[:200]}
        yield Finding("paid-column-unread", "note", str(file), 1, "", params)
