"""A column with what was paid on a row, of which nobody says when.

The row's amount is what is left of it: no day is made up, and none is printed. Where the letter
counts interest on the row, that depends on the day, and the case is refused.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from notices.case.record import Record
from notices.finding import Finding
from notices.money import ZERO
from notices.tables.cell_values import Reader
from notices.tables.row import Row
from notices.tables.signed_amounts import amount_of


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


def nothing_open(record: Record, row: Row, header: str) -> Record:
    """The record of a row whose amount is nought: lists have what was settled, too."""
    return _paid_whole(record, row, header, "0")


def _paid_whole(record: Record, row: Row, header: str, amount: str) -> Record:
    whole = {key: inner for key, inner in record.data.items() if key != "debts"}
    note = Finding("row-paid", "note", row.file, row.number, header, {"amount": amount})
    return replace(record, data=whole, notes=(*record.notes, note), grouped=True)


def _faulty(record: Record, row: Row, header: str, rule: str) -> Record:
    fault = Finding(rule, "error", row.file, row.number, header, {"column": header})
    return replace(record, faults=(*record.faults, fault))
