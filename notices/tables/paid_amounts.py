"""A column with what was paid on a row, of which nobody says when.

The row's amount is what is left of it: no day is made up, and none is printed. Where the letter
counts interest on the row, that depends on the day, and the case is refused. Of a row below zero it
is what was used of the credit: the rest counts.
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


def less_paid(record: Record, row: Row, column_map: ColumnMap, read: Reader) -> Record:
    """The row's record with what is still open; a row that is paid whole has no debt.

    A fault where what was paid can't be read, is more than the amount, or where the row has several
    items: which of them was paid is then a question of law.
    """
    header = column_map.paid
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
    if not paid.is_finite() or change not in ("", "normalised") or amount is None:
        return _faulty(record, row, header, "paid-unplaced")
    if amount < 0:
        return _less_used(record, row, column_map, amount, paid)
    if paid < 0:
        return _faulty(record, row, header, "paid-unplaced")
    left = amount - paid
    if left < 0:
        return _faulty(record, row, header, "paid-too-much")
    if left == ZERO:
        return _paid_whole(record, row, header, str(amount))
    undated = frozenset((row.number,))
    return replace(_left(record, row, header, "paid-undated", paid, left), undated=undated)


def _less_used(
    record: Record, row: Row, column_map: ColumnMap, amount: Decimal, used: Decimal
) -> Record:
    """The record of a row below zero with what is left of the credit. A fault where that is unsure:
    taken off too often, a credit is too small and too much is asked for."""
    header = column_map.paid
    if used < 0 or used > -amount or any(_open_amounts(column_map)):
        params = {"column": header, "amount": str(amount), "used": str(used)}
        fault = Finding("credit-used-unclear", "error", row.file, row.number, header, params)
        return replace(record, faults=(*record.faults, fault))
    if used == -amount:
        return _paid_whole(record, row, header, str(amount))
    return _left(record, row, header, "credit-used", used, amount + used)


def _left(record: Record, row: Row, header: str, rule: str, paid: Decimal, left: Decimal) -> Record:
    """The record with what is left of its one item, and a note of it."""
    first, *others = record.data["debts"]
    item = first["items"][0]
    params = {"amount": str(item["amount"]), "paid": str(paid), "left": str(left)}
    note = Finding(rule, "note", row.file, row.number, header, params)
    debt = {**first, "items": [{**item, "amount": str(left)}]}
    data = {**record.data, "debts": [debt, *others]}
    return replace(record, data=data, notes=(*record.notes, note))


def check_paid(column_map: ColumnMap) -> Iterator[Finding]:
    """Whether what was paid would be taken off an amount that is called what is still open."""
    for header in _open_amounts(column_map) if column_map.paid else ():
        params = {"amount": header, "paid": column_map.paid}
        yield Finding("paid-of-open", "warning", column_map.file, 0, "paid", params)


def _open_amounts(column_map: ColumnMap) -> Iterator[str]:
    """The columns of amounts that are called what is still open."""
    words = synonyms()["items.open"]
    amounts = (e.columns.get("amount", "") for e in column_map.entries if e.into == "items")
    return (header for header in amounts if folded(header) in words)


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
