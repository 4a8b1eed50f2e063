"""What the arithmetic yields: rows that add up, the working behind them, and the dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from notices.case.types import Note
from notices.money import ZERO
from notices.pack.types import Source

# Of a field that came later: where it holds its default, what was issued before stays the same.
LATER = {"later": True}
LimitationStatus = Literal["running", "barred", "unknown"]


@dataclass(frozen=True)
class InterestLine:
    """Simple interest over one stretch: principal × rate % × days / basis, rounded half-up once.

    `principal` is all that bears interest, `compounded` of it interest of earlier years.
    `first_day` is the first day that bears interest; `last_day` is included.
    """

    debt: int
    principal: Decimal
    rate: Decimal  # per cent per year, as applied (after the cap)
    first_day: date
    last_day: date
    days: int
    basis: str  # ACT/365 …
    amount: Decimal
    rule: str
    agreed_rate: Decimal | None = None  # as agreed, where a cap lowered it
    cap: Decimal | None = None  # the cap in force, per cent per year
    compounded: Decimal = field(default=ZERO, metadata=LATER)
    # of a claim shown apart: its factor of the rule's rate
    times: Decimal = field(default=Decimal(1), metadata=LATER)


@dataclass(frozen=True)
class FigureRow:
    """One printed row: a signed, rounded amount. The total is the sum of the rows."""

    debt: int
    kind: str  # a key of the pack's item kinds
    amount: Decimal
    first_day: date | None = None  # an interest row's period; else the item's or payment's date
    last_day: date | None = None
    note: Note = ""


@dataclass(frozen=True)
class Allocation:
    """How one payment was set off."""

    debt: int
    date: date
    amount: Decimal
    to_costs: Decimal
    to_interest: Decimal
    to_principal: Decimal
    to_credit: Decimal = Decimal(0)  # left over: bears nothing, lowers what falls due later


@dataclass(frozen=True)
class Limitation:
    """Whether suing is still open: `ends` is the last day of the period where known."""

    status: LimitationStatus
    ends: date | None


@dataclass(frozen=True)
class Instalment:
    number: int
    due: date
    amount: Decimal


@dataclass(frozen=True)
class DebtFigures:
    """One debt's figures at as_of. principal + interest + costs = total = the sum of its rows.

    `principal` is negative where the debt is overpaid: a credit, which bears no interest.
    """

    debt: int
    rows: tuple[FigureRow, ...]
    interest: tuple[InterestLine, ...]
    allocations: tuple[Allocation, ...]
    apart: tuple[InterestLine, ...]  # claims a court may allow: shown apart, in no total
    principal: Decimal
    interest_due: Decimal
    costs: Decimal
    total: Decimal
    days_overdue: int
    capped_out: tuple[str, ...]  # item kinds left out because the cap covers them
    limitation: Limitation


def open_debts(debts: Sequence[DebtFigures]) -> Sequence[DebtFigures]:
    """Those on which something is owed; all, where nothing is."""
    return [debt for debt in debts if debt.total > 0] or debts


@dataclass(frozen=True)
class Figures:
    """All figures of one letter; amounts are rounded to the currency's minor unit."""

    currency: str
    debts: tuple[DebtFigures, ...]
    total_due: Decimal
    pay_by: date | None  # None: a kind of letter that asks for no payment by a day
    daily_amount: Decimal  # interest per further day after as_of, all debts
    days_overdue: int  # of the oldest debt
    schedule: tuple[Instalment, ...]
    sources: tuple[Source, ...]  # every fact used, for the letter's own record
    announced: tuple[FigureRow, ...] = ()  # fees that will be claimed if unpaid; in no total
    # the pack's further dates, by name
    dates: Mapping[str, date] = field(default_factory=dict, metadata=LATER)
    # the last day that daily_amount surely holds; None: its rates are fixed, or there is none
    daily_through: date | None = field(default=None, metadata=LATER)
    # past the last known day, where the creditor chooses the safe side: interest after
    # `reserved_after` is reserved, in no sum; a day after the other counts as off where it may be
    reserved_after: date | None = field(default=None, metadata=LATER)
    days_off_known_through: date | None = field(default=None, metadata=LATER)

    def answer_by(self, sent: date) -> date:
        """Until when the letter leaves time: pay_by, else its last date, else `sent`."""
        return self.pay_by or max(self.dates.values(), default=sent)
