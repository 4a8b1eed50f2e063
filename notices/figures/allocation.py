"""Set-off: what is owed over time, and how each payment goes to costs, interest and principal.

Civil Code 561 (CN), BGB 367 and 497(3) (DE) and the other laws differ only in the order. Interest
is counted through the day of the payment first, unless costs alone take the payment: what leaves
interest and principal as they are starts no new line. What a payment leaves over is a credit: it
bears nothing, and is set off against what falls due later.

Where interest compounds (art. 6:119(2) BW), what is unpaid of it when a year ends bears interest
from then on, until it is paid. Of interest, a payment takes first what bears interest itself: of
two readings the one that claims less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from notices.case.types import Note
from notices.figures.daycounts import ONE_DAY, anniversary
from notices.figures.interest import Accrual
from notices.figures.method_types import Bucket
from notices.figures.types import Allocation, InterestLine
from notices.money import ZERO

Sums = dict[Bucket, Decimal]
Day = date


@dataclass(frozen=True)
class Charge:
    """A sum that joins a bucket: on `date`, or from the start. Reductions are negative.

    It joins before the payments of its day; an undated cost or interest joins `after_payments`.
    """

    bucket: Bucket
    amount: Decimal
    date: date | None = None
    after_payments: bool = False


@dataclass(frozen=True)
class Paid:
    """A payment, as a row of the item kind `kind`; one after as_of counts on a day before it."""

    date: date
    amount: Decimal
    kind: str
    note: Note = ""
    counts_on: Day | None = None

    @property
    def day(self) -> Day:
        """The day on which it is set off."""
        return self.counts_on or self.date


@dataclass(frozen=True)
class Run:
    """A sum that bore interest from `first` to `last`, both included."""

    principal: Decimal
    first: date
    last: date


@dataclass(frozen=True)
class Settled:
    """A debt at as_of: owed by bucket (negative: reduced by too much), and the way there.

    `bears` is the sum that bears interest on the day after.
    """

    owed: Mapping[Bucket, Decimal]
    bears: Decimal
    credit: Decimal
    lines: tuple[InterestLine, ...]
    allocations: tuple[Allocation, ...]
    runs: tuple[Run, ...]


def settle(
    number: int,
    charges: Iterable[Charge],
    payments: Iterable[Paid],
    order: tuple[Bucket, ...],
    accrue: Accrual,
    first: date,
    as_of: date,
    compounds: bool = False,
) -> Settled:
    """The debt `number` from its first bearing day through as_of. Later events stay out."""
    account = _Account(order, accrue, first, compounds)
    allocations: list[Allocation] = []
    events: list[tuple[date, int, Charge | Paid]] = [
        *((charge.date or date.min, 2 * charge.after_payments, charge) for charge in charges),
        *((paid.day, 1, paid) for paid in payments),
    ]
    for day, _, event in sorted((e for e in events if e[2].amount), key=lambda e: e[:2]):
        if day > as_of:
            break
        if account.is_moved_by(event):
            account.run_through(day)
        if isinstance(event, Charge):
            account.owed[event.bucket] += event.amount
            account.credit = account.set_off(account.credit)[1]
        else:
            to, left = account.set_off(event.amount)
            account.credit += left
            allocations.append(
                Allocation(
                    number, event.date, event.amount,
                    to["costs"], to["interest"], to["principal"], left,
                )
            )  # fmt: skip
    account.run_through(as_of)
    account.credit = account.set_off(account.credit)[1]
    account.compound_until(as_of + ONE_DAY)
    return Settled(
        account.owed,
        account.bears,
        account.credit,
        tuple(account.lines),
        tuple(allocations),
        tuple(account.runs),
    )


class _Account:
    """The running sums of one debt."""

    def __init__(
        self, order: tuple[Bucket, ...], accrue: Accrual, first: date, compounds: bool
    ) -> None:
        self.order, self.accrue, self.first, self.next_day = order, accrue, first, first
        self.compounds, self.years = compounds, 0
        self.compounded = ZERO  # of the interest owed, what bears interest itself
        self.owed: Sums = {"costs": ZERO, "interest": ZERO, "principal": ZERO}
        self.credit = ZERO
        self.lines: list[InterestLine] = []
        self.runs: list[Run] = []

    @property
    def bears(self) -> Decimal:
        """The sum that bears interest now."""
        return max(self.owed["principal"], ZERO) + self.compounded

    def is_moved_by(self, event: Charge | Paid) -> bool:
        """Whether interest must be counted before it: it changes the principal, or pays interest.

        A credit does not matter here: while there is one, no principal is open.
        """
        if isinstance(event, Charge):
            return event.bucket == "principal"
        return self.order[0] != "costs" or event.amount > self.owed["costs"]

    def run_through(self, day: date) -> None:
        """Counts interest through `day`, included."""
        self.compound_until(day)
        self._count_through(day)

    def compound_until(self, day: date) -> None:
        """Counts the years that ended before `day`, and adds what each left of interest."""
        while self.compounds and (begins := anniversary(self.first, self.years + 1)) <= day:
            self._count_through(begins - ONE_DAY)
            self.compounded = max(self.owed["interest"], ZERO)
            self.years += 1

    def _count_through(self, day: date) -> None:
        if day < self.next_day:
            return
        if self.bears > 0:
            self.runs.append(Run(self.bears, self.next_day, day))
            for line in self.accrue(self.bears, self.next_day, day):
                self.lines.append(replace(line, compounded=self.compounded))
                self.owed["interest"] += line.amount
        self.next_day = day + ONE_DAY

    def set_off(self, amount: Decimal) -> tuple[Sums, Decimal]:
        """Takes `amount` off what is owed, in order; what went where, and what is left of it."""
        to: Sums = {"costs": ZERO, "interest": ZERO, "principal": ZERO}
        for bucket in self.order:
            to[bucket] = min(amount, max(self.owed[bucket], ZERO))
            self.owed[bucket] -= to[bucket]
            amount -= to[bucket]
        self.compounded -= min(to["interest"], self.compounded)
        return to, amount
