"""Amounts below zero: what says so beside the amount, and what a row below zero is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.finding import Finding, masked
from notices.money import ZERO
from notices.tables.mapping_cases import Signs
from notices.tables.row import Row

CREDIT = "credit"  # of an entry whose amount stands in one of two columns: the one that lowers
BALANCE = "balance"  # beside the two: what is left where both are filled


def sign_amount(
    made: dict[str, str], headers: Mapping[str, str], row: Row, signs: Signs, blanks: frozenset[str]
) -> Finding | None:
    """Gives an entry's amount the sign that a column beside it, or the column it stands in, says.

    What says two things at once is a fault: a minus sign and a mark for it, or two columns filled.
    """
    credit, balance = made.pop(CREDIT, ""), made.pop(BALANCE, "")
    if credit.strip("0."):
        debit = made.get("amount", "").strip("0.") and made["amount"]
        left = _left(debit, credit, balance) if debit else f"-{credit}"
        if not left or credit.startswith("-"):
            return _fault("sign-twice", row, headers[CREDIT])
        made["amount"] = left
    amount = made.get("amount", "")
    if not signs.column or not amount.strip("-0."):
        return None
    text = row.cells.get(signs.column, "").strip()
    sign = signs.values.get(text, "") if text not in blanks else ""
    if not sign:
        known = {"value": masked(text) or "–", "known": ", ".join(signs.values)}
        return _fault("sign-unknown", row, signs.column, known)
    if sign == "-":
        if amount.startswith("-"):
            return _fault("sign-twice", row, signs.column)
        made["amount"] = f"-{amount}"
    return None


def _left(debit: str, credit: str, balance: str) -> str:
    """What is left of a row with both amounts, where its balance says the same; else ""."""
    try:
        left, stated = Decimal(debit) - Decimal(credit), Decimal(balance or "NaN")
    except InvalidOperation:
        return ""
    return str(left) if abs(left) == abs(stated) else ""


def _fault(rule: str, row: Row, header: str, params: Mapping[str, str] | None = None) -> Finding:
    return Finding(
        rule, "error", row.file, row.number, header, {"column": header, **(params or {})}
    )


def on_account(record: Record, into: str) -> Record | None:
    """A row's record with what is below zero as an entry of the customer's account: in `credits` or
    in `payments`; None where the row is left out. A row that owes stays as it is."""
    data = dict(record.data)
    templates = [entry for name in ("credits", "payments") for entry in data.pop(name, [])]
    debt: Mapping[str, Any] = next(iter(data.get("debts", ())), {})
    amounts = [amount_of(item) for item in debt.get("items", ())]
    below = [amount for amount in amounts if amount is not None and amount < 0]
    if not into or not below or len(below) < len(amounts):
        return replace(record, data=data)  # an amount below zero among others is a fault of its own
    if into == "skip":
        return None
    stated = {key: value for entry in templates for key, value in entry.items()}
    entry = {"amount": str(-sum(below, ZERO)), **_own(debt), **stated}
    del data["debts"]
    return replace(record, data={**data, into: [entry]})


def _own(debt: Mapping[str, Any]) -> dict[str, Any]:
    """The row's own number and the day of its document."""
    dated = (item.get("date") for item in debt.get("items", ()))
    day = debt.get("invoice_date") or next(filter(None, dated), None)
    return {k: v for k, v in (("date", day), ("reference", written_number(debt))) if v}


def amount_of(entry: Mapping[str, Any]) -> Decimal | None:
    """An entry's amount; None where it is no number."""
    try:
        amount = Decimal(str(entry.get("amount", "")))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def sum_of(entries: Sequence[Mapping[str, Any]]) -> Decimal:
    """What can be read of them, summed."""
    return sum(filter(None, map(amount_of, entries)), ZERO)
