"""The values behind the placeholders that figures, letter and profile fill, unformatted."""

from __future__ import annotations

from decimal import Decimal

from notices.case.types import Case, Sender, Value
from notices.figures.types import Figures, open_debts
from notices.pack.fieldtypes import iban_groups
from notices.pack.types import Pack
from notices.words.facts import costs_total


def figure_values(
    case: Case, figures: Figures, pack: Pack, letter_id: str
) -> dict[str, Value | None]:
    """The figures' placeholders, unformatted; None where this letter has no such value."""
    return {**sender_values(case.sender), **letter_values(case, figures, pack, letter_id)}


def sender_values(sender: Sender) -> dict[str, Value | None]:
    """The placeholders that a profile fills, whatever the letter."""
    account = sender.accounts[0] if sender.accounts else {}
    return {
        "sender_name": sender.name,
        "account_holder": account.get("holder"),
        "account_bank": account.get("bank"),
        "account_number": account.get("number") or iban_groups(account.get("iban", "")) or None,
        "account_iban": account.get("iban"),
        "account_bic": account.get("bic"),
    }


def letter_values(
    case: Case, figures: Figures, pack: Pack, letter_id: str
) -> dict[str, Value | None]:
    lines = [line for debt in figures.debts for line in debt.interest]
    paid = sum((a.amount for debt in figures.debts for a in debt.allocations), Decimal(0))
    ends = [d.limitation.ends for d in figures.debts if d.limitation.ends]
    schedule = figures.schedule
    announced = sum((row.amount for row in figures.announced), Decimal(0))
    creditor = case.facts.get("creditor") or case.sender.name
    return {
        "total_due": figures.total_due,
        "principal_due": sum((d.principal for d in figures.debts), Decimal(0)),
        "interest_due": sum((d.interest_due for d in figures.debts), Decimal(0)),
        "costs_due": sum((d.costs for d in figures.debts), Decimal(0)),
        "costs_total": costs_total(figures, pack),
        "payments_total": paid if paid else None,
        "daily_amount": figures.daily_amount if figures.daily_amount else None,
        "daily_through": figures.daily_through,
        "reserved_after": figures.reserved_after,
        "days_off_known_through": figures.days_off_known_through,
        "announced_fee": announced if announced else None,
        "announced_total": figures.total_due + announced if announced else None,
        "issue_date": case.issue_date,
        "as_of": case.as_of,
        "pay_by": figures.pay_by,
        "dispatch_by": case.dispatch_by,
        "due_date": min(case.debts[debt.debt].due_date for debt in open_debts(figures.debts)),
        "interest_from": min((line.first_day for line in lines), default=None),
        "interest_to": max((line.last_day for line in lines), default=None),
        "days_overdue": figures.days_overdue,
        "days_to_pay": (figures.pay_by - case.issue_date).days if figures.pay_by else None,
        "our_reference": letter_id,
        "recipient_name": case.recipient.names or case.recipient.name,
        "creditor_name": creditor,
        "applied_rate": _only({line.rate for line in lines}),
        "agreed_rate": _only({line.agreed_rate for line in lines}),
        "rate_cap": _only({line.cap for line in lines}),
        "limitation_ends": min(ends, default=None),
        "instalment_count": len(schedule) or None,
        "instalment_amount": schedule[0].amount if schedule else None,
        "instalment_last": schedule[-1].amount if schedule else None,
        "instalment_first_due": schedule[0].due if schedule else None,
        "instalment_total": sum((i.amount for i in schedule), Decimal(0)) if schedule else None,
        **figures.dates,
    }


def _only(rates: set[Decimal | None]) -> Decimal | None:
    """The rate that all lines have; None where they differ: then each line says its own."""
    return next(iter(rates)) if len(rates) == 1 else None
