"""Debts of a grouped table that are not due yet: left out of the letter, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

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
    gone = {("debts", i) for i, _ in early}
    account = {name: list(data.get(name, ())) for name in ACCOUNT}
    notes = []
    for i, debt in early:
        open_ = sum_of(debt.get("items", ()))
        due = {"due": str(debt["due_date"]), "day": day.isoformat(), "amount": str(open_)}
        line = record.line("debts", i)
        notes.append(Finding("row-not-due", "note", record.file, line, "", due))
        left = open_
        for name in ACCOUNT:
            for n, entry in enumerate(account[name]):
                if not debt.get("contract_number") or (
                    entry.get("debt_number") != debt.get("contract_number")
                ):
                    continue
                amount = amount_of(entry) or ZERO
                taken = min(amount, max(left, ZERO))
                left -= taken
                account[name][n] = _less(entry, amount - taken)
                if taken == amount:
                    gone.add((name, n))
    return _without(record, gone, account), tuple(notes)


def _day(data: Mapping[str, Any], name: str) -> date | None:
    value = data.get(name)
    return parse_day(value.strip()) if isinstance(value, str) else None


def _is_early(debt: Mapping[str, Any], day: date) -> bool:
    """Whether a debt is not overdue; one whose amount can't be read stays, to be a fault."""
    due, amounts = _day(debt, "due_date"), [amount_of(item) for item in debt.get("items", ())]
    can_be_read = bool(amounts) and all(amount is not None and amount >= 0 for amount in amounts)
    return due is not None and due >= day and can_be_read


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
