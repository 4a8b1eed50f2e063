"""A column with what was paid on a row, of which nobody says when.

The row's amount is what is left of it: no day is made up, and none is printed. Where the letter
counts interest on the row, that depends on the day, and the case is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.finding import Finding
from notices.money import ZERO
from notices.tables.cell_values import Reader
from notices.tables.header_words import folded, synonyms
from notices.tables.mapping import ColumnMap
from notices.tables.row import Row
from notices.tables.signed_amounts import amount_of

SETTLED = "row-paid"  # the rule of a row of which nothing is open


def less_paid(record: Record, row: Row, header: str, read: Reader) -> Record:
    """The row's record with what is still open; a row that is paid whole has no debt.

    A fault where what was paid can't be read, is more than the amount, or where the row has several
    items: which of them was paid is then a question of law.
    """
    value, change = read(row.cells.get(header, ""))
    try:
        paid = Decimal(value or "0")
    except InvalidOperation:
        paid = Decimal("NaN")
    if paid == 0 and change in ("", "normalised"):
        return record
    debts = record.data.get("debts") or [{}]
    items = debts[0].get("items", [])
    amount = amount_of(items[0]) if len(items) == 1 else None
    if not paid.is_finite() or change not in ("", "normalised") or amount is None or paid < 0:
        return _faulty(record, row, header, "paid-unplaced")
    left = amount - paid
    if left < 0:
        return _faulty(record, row, header, "paid-too-much")
    if left == ZERO:
        return _paid_whole(record, row, header, str(amount))
    debt = {**debts[0], "items": [{**items[0], "amount": str(left)}]}
    params = {"amount": str(amount), "paid": str(paid), "left": str(left)}
    note = Finding("paid-undated", "note", row.file, row.number, header, params)
    data = {**record.data, "debts": [debt, *debts[1:]]}
    undated = frozenset((row.number,))
    return replace(record, data=data, notes=(*record.notes, note), undated=undated)


def check_paid(column_map: ColumnMap) -> Iterator[Finding]:
    """Whether what was paid would be taken off an amount that is called what is still open."""
    words = synonyms()["items.open"]
    amounts = (e.columns.get("amount", "") for e in column_map.entries if e.into == "items")
    for header in (h for h in amounts if column_map.paid and folded(h) in words):
        params = {"amount": header, "paid": column_map.paid}
        yield Finding("paid-of-open", "warning", column_map.file, 0, "paid", params)


def is_settled(record: Record) -> bool:
    """Whether the record is of a row of which nothing is open."""
    return any(note.rule == SETTLED for note in record.notes)


def freed(record: Record, settled: Collection[str]) -> Record:
    """A case where what names a debt that is not among its rows is for the account: it counts.
    What names one of the `settled` rows needs no word; a list may lack any other for a reason."""
    named = {written_number(debt) for debt in record.data.get("debts", ())}
    data, found = dict(record.data), []
    for name in ("credits", "payments"):
        for place, entry in enumerate(data.get(name, ())):
            number = entry.get("debt_number", "")
            if not number or number in named:
                continue
            kept = {key: value for key, value in entry.items() if key != "debt_number"}
            data[name] = [kept if entry is other else other for other in data[name]]
            if number not in settled:
                where = (record.file, record.line(name, place), f"{name}[{place}].debt_number")
                found.append(Finding("named-debt-gone", "warning", *where, {"number": number}))
    return replace(record, data=data, notes=(*record.notes, *found))


def nothing_open(record: Record, row: Row, header: str) -> Record:
    """The record of a row whose amount is nought: lists have what was settled, too."""
    return _paid_whole(record, row, header, "0")


def _paid_whole(record: Record, row: Row, header: str, amount: str) -> Record:
    whole = {key: inner for key, inner in record.data.items() if key != "debts"}
    note = Finding(SETTLED, "note", row.file, row.number, header, {"amount": amount})
    return replace(record, data=whole, notes=(*record.notes, note), grouped=True)


def _faulty(record: Record, row: Row, header: str, rule: str) -> Record:
    fault = Finding(rule, "error", row.file, row.number, header, {"column": header})
    return replace(record, faults=(*record.faults, fault))
