"""Debts of a grouped table that are not due yet: left out of the letter, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.finding import Finding
from notices.money import ZERO
from notices.pack.node import parse_day
from notices.pack.paths import Steps
from notices.tables.case_rows import ENTRIES
from notices.tables.signed_amounts import amount_of, sum_of

ACCOUNT = ("credits", "payments")


def without_not_due(record: Record, issue_date: date) -> tuple[Record, tuple[Finding, ...]]:
    """The record without the debts that are not overdue at its dates, and a note for each.

    What the account has for such a debt goes with it, as far as it is not more than the debt; all
    other credit notes and payments count, whatever their date.
    """
    if not record.grouped:
        return record, ()
    data = record.data
    days = [day for name in ("as_of", "issue_date") if (day := _day(data, name))]
    day = min([*days, issue_date] if len(days) < 2 else days)
    early = [(i, debt) for i, debt in enumerate(data.get("debts", ())) if _is_early(debt, day)]
    if not early:
        return record, ()
    notes = []
    for i, debt in early:
        due = {"due": str(debt["due_date"]), "day": day.isoformat()}
        due["amount"] = str(sum_of(debt.get("items", ())))
        notes.append(Finding("row-not-due", "note", record.file, record.line("debts", i), "", due))
    return without_debts(record, [i for i, _ in early]), tuple(notes)


def without_debts(record: Record, numbers: Sequence[int]) -> Record:
    """The record without the debts of these numbers, and without what its account has for each of
    them, as far as that is not more than the debt."""
    debts = record.data["debts"]
    gone = {("debts", i) for i in numbers}
    account = {name: list(record.data.get(name, ())) for name in ACCOUNT}
    for debt in (debts[i] for i in numbers):
        left, number = sum_of(debt.get("items", ())), written_number(debt)
        for name in ACCOUNT:
            for n, entry in enumerate(account[name]):
                if not number or entry.get("debt_number") != number:
                    continue
                amount = amount_of(entry) or ZERO
                taken = min(amount, max(left, ZERO))
                left -= taken
                account[name][n] = _less(entry, amount - taken)
                if taken == amount:
                    gone.add((name, n))
    return _without(record, gone, account)


def _day(data: Mapping[str, Any], name: str) -> date | None:
    value = data.get(name)
    return parse_day(value.strip()) if isinstance(value, str) else None


def _is_early(debt: Mapping[str, Any], day: date) -> bool:
    due = _day(debt, "due_date")
    return due is not None and due >= day and can_be_read(debt)


def can_be_read(debt: Mapping[str, Any]) -> bool:
    """Whether a debt may be left out: one whose amount or days can't be read stays, to be a fault,
    for one faulty row holds its whole case."""
    amounts = [amount_of(item) for item in debt.get("items", ())]
    stated = bool(amounts) and all(amount is not None and amount >= 0 for amount in amounts)
    return stated and all(_day(debt, key) for key in debt if key.endswith("_date"))


def _less(entry: Mapping[str, Any], amount: Decimal) -> dict[str, Any]:
    """What is left of an entry; it is for no debt of the letter."""
    kept = {key: value for key, value in entry.items() if key != "debt_number"}
    return {**kept, "amount": str(amount)}


def _without(
    record: Record, gone: set[tuple[str, int]], account: Mapping[str, list[Any]]
) -> Record:
    """The record without these entries; the others keep the rows that they stand in."""
    data = dict(record.data)
    lines: dict[Steps, int] = {k: v for k, v in record.lines.items() if k[:1] not in _HEADS}
    for name in ENTRIES:
        entries = account.get(name, data.get(name, ()))
        kept = [(i, entry) for i, entry in enumerate(entries) if (name, i) not in gone]
        data[name] = [entry for _, entry in kept]
        lines |= {(name, n): record.line(name, i) for n, (i, _) in enumerate(kept)}
        if not kept:
            del data[name]
    return replace(record, data=data, lines=lines)


_HEADS = {(name,) for name in ENTRIES}
