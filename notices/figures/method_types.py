"""The parameters of the other methods: fees, set-off, terms, limitation, schedules, totals.

Docstrings and metadata as in interest_types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from notices.figures.interest_types import FIELD, ITEM_KIND, ONE

Bucket = Literal["costs", "interest", "principal"]
Count = Literal["calendar", "working"]
Rank = Literal["due", "burdensome", "earliest_due", "oldest"]
CALENDAR = {"names": "holidays"}


@dataclass(frozen=True)
class Surcharge:
    """A percentage on a fee, as a row of its own (expenses, VAT).

    percent: of the fee and the surcharges before it
    item_kind: kind of the row
    maximum: highest amount
    """

    percent: Decimal
    item_kind: str = field(metadata=ITEM_KIND)
    maximum: Decimal | None = None


@dataclass(frozen=True)
class FlatFee:
    """A fixed sum per debt.

    amount: the sum
    currency: its currency; another one in the record is refused
    item_kind: kind of the row
    arises: the day it arises; earlier payments aren't set off against it
    announced: true = shown as what will be claimed, in no total
    per: debt | letter: one for each debt, or one for the letter
    surcharges: expenses, VAT
    """

    amount: Decimal
    currency: str
    item_kind: str = field(metadata=ITEM_KIND)
    arises: Literal["as_of", "due_date"] = "as_of"
    announced: bool = False
    per: Literal["debt", "letter"] = "debt"
    surcharges: tuple[Surcharge, ...] = ()


@dataclass(frozen=True)
class Bracket:
    """From above this principal on: `plus` + `percent` of the part above it.

    above: lower bound, itself excluded
    percent: of the part above the bound
    plus: fixed part
    """

    above: Decimal
    percent: Decimal = Decimal(0)
    plus: Decimal = Decimal(0)


@dataclass(frozen=True)
class ScaleFee:
    """A fee by the principal: open at as_of or when a term ended, or stated (`arises: due_date`).

    brackets: by rising `above`
    currency: of the brackets; another one in the record is refused
    item_kind: kind of the row
    cumulative: true = each bracket's percentage on its own slice; false = the amount's own bracket
    times: factor on the scale's fee (RVG 0.9)
    minimum: lowest fee
    maximum: highest fee
    known_through: the highest principal that the scale is known for; above it no letter
    agreed: field with the agreed amount; the scale is then its cap
    arises: the day it arises; earlier payments aren't set off against it
    term_ends: date field, the last day to pay without it: by what is open then; due the day after
    announced: true = shown as what will be claimed, in no total
    per: debt | letter: on each debt's principal, or on all debts' together
    surcharges: expenses, VAT
    """

    brackets: tuple[Bracket, ...]
    currency: str
    item_kind: str = field(metadata=ITEM_KIND)
    cumulative: bool = False
    times: Decimal = ONE
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    known_through: Decimal | None = None
    agreed: str = field(default="", metadata=FIELD)
    arises: Literal["as_of", "due_date"] = "as_of"
    term_ends: str = field(default="", metadata=FIELD)
    announced: bool = False
    per: Literal["debt", "letter"] = "debt"
    surcharges: tuple[Surcharge, ...] = ()

    def wanted(self) -> str:
        if self.term_ends and (self.arises == "due_date" or self.announced):
            return "term_ends | arises: due_date | announced"
        bounds = [bracket.above for bracket in self.brackets]
        return "" if bounds and bounds == sorted(set(bounds)) else "brackets: above 0 < … < …"


@dataclass(frozen=True)
class InOrder:
    """Payments by date, each set off in this order.

    order: costs, interest, principal, each once
    item_kind: kind of the rows of `payments`
    credit_kind: kind of the rows of `credits`; a pack without such a kind refuses them
    """

    order: tuple[Bucket, ...] = ("costs", "interest", "principal")
    item_kind: str = field(default="payment", metadata=ITEM_KIND)
    credit_kind: str = field(default="credit_note", metadata=ITEM_KIND | {"may_be_missing": True})

    def wanted(self) -> str:
        fits = sorted(self.order) == ["costs", "interest", "principal"]
        return "" if fits else "costs, interest, principal"


@dataclass(frozen=True)
class ByRank:
    """Which of several debts a payment or credit note on the account goes to, where it names none.

    ranks: by turns; due | burdensome (rate) | earliest_due | oldest (invoice, else due date)
    """

    ranks: tuple[Rank, ...]

    def wanted(self) -> str:
        return "" if self.ranks and len(set(self.ranks)) == len(self.ranks) else "ranks, each once"


@dataclass(frozen=True)
class Floor:
    """The shortest length that a sender may set for a term.

    days: the length
    reason: why not shorter, by language
    """

    days: int
    reason: Mapping[str, str]


@dataclass(frozen=True)
class AddDays:
    """The last day of a term: the first day is not counted; a last day off moves on.

    days: length of the term
    days_field: field in which the sender sets the length; without days it must
    floor: the shortest length that days_field may set
    minimum: shortest term for a date the record states; left out, or longer than it = the length
    count: calendar | working
    roll: next_day_after_holiday = a last day off moves to the next day that is none
    weekend: ISO weekdays off; [] = an ordinary weekend is no day off; left out = the pack's
    calendar: a table of holidays/; left out = the pack's id
    region_field: code field whose value, where the record has one, ends the table's name (DE-BY)
    from: dispatch_by = the later of dispatch_by and issue_date | issue_date
    delivery_days: days allowed for the letter to arrive, before the term starts
    delivery_count: calendar | working
    first_day_counts: true = the day on which the term starts is the first of its days
    """

    days: int | None = None
    days_field: str = field(default="", metadata=FIELD)
    floor: Floor | None = None
    minimum: int | None = None
    count: Count = "calendar"
    roll: Literal["next_day_after_holiday", "none"] = "next_day_after_holiday"
    weekend: tuple[int, ...] | None = None
    calendar: str = field(default="", metadata=CALENDAR)
    region_field: str = field(default="", metadata=FIELD)
    from_: Literal["issue_date", "dispatch_by"] = "dispatch_by"
    delivery_days: int = 0
    delivery_count: Count = "calendar"
    first_day_counts: bool = False

    def wanted(self) -> str:
        if self.floor and not (self.days and self.days_field and self.floor.days <= self.days):
            return "floor with days_field and days of at least the floor's"
        return "" if self.days is not None or self.days_field else "days | days_field"


@dataclass(frozen=True)
class EarlierTerm:
    """The term of an earlier letter or event: the day that the record states may not be too early.

    ends: date field, the last day of that term as the record states it
    from: date field, the day on which the term began: an earlier letter's sending, a due date
    pay_by: the rule of pay_by whose shortest term it had to leave
    days: where no rule of pay_by has it: calendar days from that day
    reason: what the law asks for, and what a shorter term costs, by language
    """

    ends: str = field(metadata=FIELD)
    from_: str = field(metadata=FIELD)
    reason: Mapping[str, str]
    pay_by: str = field(default="", metadata={"names": "pay_by"})
    days: int | None = None

    def wanted(self) -> str:
        return "pay_by | days" if bool(self.pay_by) == (self.days is not None) else ""


@dataclass(frozen=True)
class YearsFromLastRestart:
    """The limitation period: years from the start or the last restart, at most the longest.

    years: the period
    longest_years: the longest, from the start, whatever restarts
    starts: date field; unknown where the record lacks it
    from_year_end: true = counted from the end of the year (BGB 199)
    restarts_field: field with the dates of demands, payments, acknowledgements (ISO, one each)
    payments_restart: true = each payment restarts it too
    unknown_field: flag field by which the record says that it isn't known
    """

    years: int
    longest_years: int | None = None
    starts: str = field(default="due_date", metadata=FIELD)
    from_year_end: bool = False
    restarts_field: str = field(default="", metadata=FIELD)
    payments_restart: bool = False
    unknown_field: str = field(default="", metadata=FIELD)


@dataclass(frozen=True)
class EqualInstalments:
    """An offered schedule: equal monthly instalments, the residue in one of them.

    most: highest number of instalments
    residue: last | first
    count_field: field with the number offered; without it there is no schedule
    first_due_field: field with the first day; left out in the record = pay_by
    """

    most: int
    residue: Literal["last", "first"] = "last"
    count_field: str = field(default="instalment_count", metadata=FIELD)
    first_due_field: str = field(default="instalment_first_due", metadata=FIELD)


@dataclass(frozen=True)
class SumOfRows:
    """The total is the sum of the printed rows.

    minimum: sender = not under the sender's minimum_balance; none
    most: no letter above this total (the limit of a court that the letter names)
    currency: of `most`; another one in the record is refused
    """

    minimum: Literal["sender", "none"] = "sender"
    most: Decimal | None = None
    currency: str = ""

    def wanted(self) -> str:
        return "most with its currency" if (self.most is None) == bool(self.currency) else ""
