"""The JSON file attached to a letter: its figures, for a reader's machine."""

from __future__ import annotations

from collections.abc import Mapping

from notices.case.types import Case
from notices.figures.types import FigureRow, Figures


def build_attachment(case: Case, figures: Figures) -> Mapping[str, object]:
    """The letter's figures as its attachment gives them: nothing that the page does not say."""
    return {
        "pack": case.pack,
        "kind": case.kind,
        "level": case.level,
        "currency": case.currency,
        "issue_date": case.issue_date.isoformat(),
        "as_of": case.as_of.isoformat(),
        **_dates_record(figures),
        "total_due": str(figures.total_due),
        "rows": [_row_record(row) for debt in figures.debts for row in debt.rows],
        "working": [
            {
                "debt": line.debt + 1,
                "principal": str(line.principal),
                "rate": str(line.rate),
                "from": line.first_day.isoformat(),
                "to": line.last_day.isoformat(),
                "days": line.days,
                "basis": line.basis,
                "amount": str(line.amount),
            }
            for debt in figures.debts
            for line in debt.interest
        ],
    }


def _dates_record(figures: Figures) -> dict[str, str]:
    """The day to pay by, where the letter asks for that, the pack's further dates, and what the
    letter rests on past the last known day."""
    dates = {
        "pay_by": figures.pay_by,
        **figures.dates,
        "reserved_after": figures.reserved_after,
        "days_off_known_through": figures.days_off_known_through,
    }
    return {name: day.isoformat() for name, day in dates.items() if day is not None}


def _row_record(row: FigureRow) -> dict[str, object]:
    """A printed row: its debt, kind and amount, and the days and note where it prints them."""
    record: dict[str, object] = {"debt": row.debt + 1, "kind": row.kind, "amount": str(row.amount)}
    if row.first_day:
        record["from"] = row.first_day.isoformat()
    if row.last_day:
        record["to"] = row.last_day.isoformat()
    return record | ({"note": row.note} if row.note else {})
