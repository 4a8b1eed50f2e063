"""Bank statements as frozen values, whatever format they came in, and which days they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from notices.figures.daycounts import ONE_DAY
from notices.finding import Finding

EntryKind = Literal["credit", "pending", "returned", "debit"]
IsOff = Callable[[date], bool]  # whether banks book nothing on a day


@dataclass(frozen=True)
class Entry:
    """One movement of an account, or one transaction of a batch; `line` is where its file has it.

    credit: booked, money came in. pending: not booked. returned: an earlier credit was undone.
    debit: money went out, or came back that had gone out. `amount` is never below zero.
    """

    file: str
    line: int
    day: date  # of booking; of value where no other is stated
    amount: Decimal
    currency: str
    kind: EntryKind
    references: tuple[str, ...] = ()  # each stated in a place of its own
    texts: tuple[str, ...] = ()  # the payer's free words; several where line ends leave a doubt
    payer: str = ""
    whole: bool = True  # False: the sum of several payments that the file does not tell apart

    @property
    def shown(self) -> str:
        """What the payer gave as reference, in one line."""
        return " · ".join(dict.fromkeys((*self.references, *self.texts[:1])))[:140]


@dataclass(frozen=True)
class Statement:
    """One statement of one account: the days it covers, its number, its balances (None: unstated).

    `entered` is the sum of its booked entries, money out below zero. A statement that is not
    `final` ends within its last day.
    """

    file: str
    account: str
    currency: str
    first: date
    last: date
    opening: Decimal | None
    closing: Decimal | None
    entered: Decimal
    entries: tuple[Entry, ...]
    number: int | None = None
    part: int = 1
    final: bool = True

    @property
    def identity(self) -> tuple[object, ...]:
        """The same for a statement that was handed over twice, in one format or in two."""
        amounts = sorted(entry.amount for entry in self.entries)
        return (self.last, self.currency, self.opening, self.closing, self.entered, *amounts)

    @property
    def counts_days(self) -> bool:
        """Whether the number is the day's own in the year, as some banks have it: 90, 26090."""
        return self.number is not None and self.number % 1000 == self.last.timetuple().tm_yday

    @property
    def covered_through(self) -> date:
        return self.last if self.final else self.last - ONE_DAY


def period_of(opened: date | None, closed: date) -> date:
    """The first day of a statement that names its balances' days only: an opening balance dated
    before the closing one is that of the evening before."""
    return closed if opened is None or opened >= closed else opened + ONE_DAY


def each_once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Without the copies of a statement; an account's names in two formats may differ."""
    kept: list[Statement] = []
    for statement in statements:
        if not any(
            other.identity == statement.identity and same_account(other.account, statement.account)
            for other in kept
        ):
            kept.append(statement)
    return tuple(kept)


def check_sums(statements: Iterable[Statement]) -> Iterator[Finding]:
    """Opening balance and entries make the closing balance: no entry is missing."""
    for one in statements:
        if one.opening is None or one.closing is None or one.opening + one.entered == one.closing:
            continue
        params = {
            "account": masked_account(one.account),
            "date": one.last.isoformat(),
            "expected": str(one.closing),
            "found": str(one.opening + one.entered),
        }
        yield Finding("paid-sum", file=one.file, params=params)


def check_cover(
    statements: Iterable[Statement], since: date, until: date, is_off: IsOff
) -> Iterator[Finding]:
    """The statements of one account cover every day from `since` through `until`, each following
    on the one before."""
    ordered = sorted(statements, key=lambda s: (s.last, s.first, s.number or 0, s.part))
    used = [s for s in ordered if s.last >= since]
    if until < since:
        return
    if not used:
        yield _gap(ordered, since, until)
        return
    if next_bank_day(since, is_off) < used[0].first:
        before = ordered[: len(ordered) - len(used)]
        if not before or not follows(before[-1], used[0], is_off):
            yield _gap(used, since, used[0].first - ONE_DAY)
    for one, other in pairwise(used):
        if not follows(one, other, is_off):
            yield _broken(one, other)
    end = used[-1].covered_through + ONE_DAY
    if next_bank_day(end, is_off) <= until:
        yield _gap(used, end, until)


def follows(one: Statement, other: Statement, is_off: IsOff) -> bool:
    """Whether `other` is the very next statement of the account: by balance, and by number where
    both have one that counts, else by days."""
    if None not in (one.closing, other.opening) and one.closing != other.opening:
        return False
    numbered = one.number and other.number and not (one.counts_days and other.counts_days)
    if numbered and (one.number, one.part) != (other.number, other.part):
        if one.number == other.number:
            return other.part == one.part + 1
        begins_anew = other.number == 1 and other.last.year > one.last.year
        return other.number == (one.number or 0) + 1 or begins_anew
    return other.first <= next_bank_day(one.covered_through + ONE_DAY, is_off)


def next_bank_day(day: date, is_off: IsOff) -> date:
    """`day`, or the first day after it on which banks book."""
    while is_off(day):
        day += ONE_DAY
    return day


def last_bank_day(before: date, is_off: IsOff) -> date:
    """The last day before `before` on which banks booked."""
    day = before - ONE_DAY
    while is_off(day):
        day -= ONE_DAY
    return day


def same_account(one: str, other: str) -> bool:
    """Whether two ways of writing an account mean the same: DE89 3704 …, 37040044/0532013000."""
    a, b = plain_account(one), plain_account(other)
    if a == b:
        return True
    longer, shorter = (one, other) if len(a) >= len(b) else (other, one)
    parts = [part for part in map(plain_account, shorter.split("/")) if part]
    return len("".join(parts)) >= 8 and all(part in plain_account(longer) for part in parts)


def plain_account(account: str) -> str:
    """Letters and digits only, without the currency that some banks write behind."""
    plain = "".join(char for char in account.upper() if char.isalnum())
    return plain[:-3] if plain[-3:].isalpha() and plain[:-3].isdigit() else plain


def masked_account(account: str) -> str:
    """An account as a finding names it: its end only."""
    return f"…{plain_account(account)[-4:]}" if account else "–"


def _gap(statements: Sequence[Statement], since: date, until: date) -> Finding:
    account = statements[0].account if statements else ""
    days = {"from": since.isoformat(), "to": until.isoformat()}
    return Finding("paid-gap", params={"account": masked_account(account), **days})


def _broken(one: Statement, other: Statement) -> Finding:
    params = {
        "account": masked_account(one.account),
        "from": one.last.isoformat(),
        "number": str(one.number or "–"),
        "to": other.first.isoformat(),
        "next": str(other.number or "–"),
    }
    return Finding("paid-break", file=other.file, params=params)
