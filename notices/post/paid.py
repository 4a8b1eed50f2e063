"""Payments that came in after the export: read, complete, held against the letters, told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from notices.files import read_bytes, safe_cell
from notices.finding import Finding, errors_in
from notices.letter.resources import find_usable_pack
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.post.camt import read_camt
from notices.post.claims import Claim, accounts_of, issued_letters, read_claims
from notices.post.match_payments import Claims, Verdict, match_payments
from notices.post.mt940_statements import read_mt940
from notices.post.payment_table import read_payment_table
from notices.post.statements import (
    Entry,
    IsOff,
    Statement,
    check_cover,
    check_sums,
    each_once,
    last_bank_day,
    masked_account,
    same_account,
)
from notices.post.types import RunFolder, Withdrawal
from notices.tables.encodings import find_encoding
from notices.tables.row import TableError
from notices.textfiles import read_text_file

if TYPE_CHECKING:
    from notices.ledger.store import Ledger

PAID_CSV = "paid.csv"  # beside the print files
COLUMNS = (
    *("case_id", "letter_id", "reference", "amount", "currency", "date", "done", "why"),
    *("why_en", "why_zh", "stated", "file", "line"),
)
_WORDS = TEMPLATES / "post" / "payments.yaml"
_WEEKEND = frozenset((6, 7))  # ISO weekdays on which banks close no day, whatever terms count
Period = tuple[date, date]


@dataclass(frozen=True)
class Payments:
    """What was read: statements, and the movements of tables, which state no period."""

    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...]
    has_tables: bool
    findings: tuple[Finding, ...]

    @property
    def all_entries(self) -> tuple[Entry, ...]:
        return (*(e for one in self.statements for e in one.entries), *self.entries)


@dataclass(frozen=True)
class PaidResult:
    """Letters that stay out, what is to be told, and the text of paid.csv."""

    withdrawn: tuple[Withdrawal, ...]
    findings: tuple[Finding, ...]
    record: str = ""


def hold_against_payments(
    run: RunFolder,
    ledger: Ledger,
    workspace: Workspace,
    today: date,
    files: Sequence[Path],
    period: Period | None = None,
    encoding: str = "",
    complete: bool = True,
) -> PaidResult:
    """Which letters of a live run are paid, or touched by a payment, by the lists in `files`.

    `period` are the days for which the bank is said to have been asked. With `complete`, every day
    from the letters' as_of to the last bank day before `today` must be covered. Raises FileError,
    LedgerError, PackError.
    """
    payments = read_payments(files, encoding)
    issued = issued_letters(run, ledger)
    packs = {
        name: find_usable_pack(name, workspace)
        for name in sorted({letter.pack_id for letter in issued.values()})
    }
    claims = Claims(read_claims(run, ledger, issued, packs))
    findings = [*payments.findings, *check_sums(payments.statements)]
    if complete and claims.all:
        accounts = accounts_of(workspace, {letter.creditor_id for letter in issued.values()})
        findings += check_complete(payments, claims.all, accounts, today, period, days_off(packs))
    if errors_in(findings):
        return PaidResult((), tuple(findings))
    verdicts = match_payments(_in_one_currency(payments.all_entries, claims.all), claims)
    return PaidResult(
        tuple(_withdrawals(verdicts)), (*findings, *_told(verdicts)), paid_table(verdicts)
    )


def read_payments(files: Iterable[Path], encoding: str = "") -> Payments:
    """Every list, statements each once; what can't be read is an error. Raises FileError."""
    statements: list[Statement] = []
    entries: list[Entry] = []
    findings: list[Finding] = []
    has_tables = False
    for file in _each_file(files):
        data = read_bytes(file)
        head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if head.startswith(b"<"):
            made, found = read_camt(data, str(file))
        elif b":20:" in head and b":25:" in head:
            try:
                text = data.decode(find_encoding(file, encoding))
            except TableError as error:
                findings += error.findings
                continue
            made, found = read_mt940(text, str(file))
        else:
            has_tables = True
            made = ()
            try:
                rows, found = read_payment_table(file, encoding)
                entries += rows
            except TableError as error:
                found = error.findings
        statements += made
        findings += found
    return Payments(each_once(statements), tuple(entries), has_tables, tuple(findings))


def check_complete(
    payments: Payments,
    claims: Sequence[Claim],
    accounts: Sequence[str],
    today: date,
    period: Period | None,
    is_off: IsOff,
) -> Iterator[Finding]:
    """The days from the letters' as_of on are covered, for every account that the letters name; of
    letters that name none, for every account that the lists name. `period` stands for tables, and
    for days without a statement; never for a statement that is missing between two others."""
    since = min(claim.as_of for claim in claims)
    until = last_bank_day(today, is_off)
    is_said = period is not None and period[0] <= since and until <= period[1]
    if not payments.statements:
        if payments.has_tables and until >= since and not is_said:
            days = {"from": since.isoformat(), "to": until.isoformat()}
            yield Finding("paid-period", params=days)
        return
    by_account: dict[tuple[str, str], list[Statement]] = {}
    for one in payments.statements:
        same = (name for name, _ in by_account if same_account(name, one.account))
        by_account.setdefault((next(same, one.account), one.currency), []).append(one)
    for account in accounts:
        seen = any(same_account(name, account) for name, _ in by_account)
        if until >= since and not seen and not (is_said and payments.has_tables):
            yield Finding("paid-account", params={"account": masked_account(account)})
    for (name, _), statements in by_account.items():
        if not accounts or any(same_account(name, account) for account in accounts):
            found = check_cover(statements, since, until, is_off)
            yield from (f for f in found if not (is_said and f.rule == "paid-gap"))


def days_off(packs: Mapping[str, Pack | None]) -> IsOff:
    """Days on which the banks of the letters' countries book nothing: weekends, and days off that
    every calendar of every pack has."""
    known = [pack for pack in packs.values() if pack is not None]

    def is_off(day: date) -> bool:
        return all(_is_off(day, pack) for pack in known) if known else day.isoweekday() in _WEEKEND

    return is_off


def _is_off(day: date, pack: Pack) -> bool:
    tables = [table for table in pack.holidays.values() if table.knows(day)]
    if any(day in table.worked for table in tables):
        return False
    is_holiday = bool(tables) and all(table.is_off(day, pack.weekend) for table in tables)
    return is_holiday or day.isoweekday() in _WEEKEND | pack.weekend


def paid_table(verdicts: Iterable[Verdict]) -> str:
    """The text of paid.csv: a line for each movement and letter that it touches."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    why = _words()["why"]
    for verdict in verdicts:
        entry, claim = verdict.entry, verdict.claim
        letter = claim.letter if claim else None
        row = (
            letter.case_id if letter else "",
            letter.letter_id if letter else "",
            verdict.reference,
            f"{entry.amount}",
            entry.currency,
            entry.day.isoformat(),
            verdict.done,
            verdict.why,
            why[verdict.why]["en"],
            why[verdict.why]["zh"],
            entry.shown,
            Path(entry.file).name,
            str(entry.line),
        )
        table.writerow([safe_cell(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _withdrawals(verdicts: Iterable[Verdict]) -> Iterator[Withdrawal]:
    """Each letter once: paid, or held."""
    reasons = {"withdrawn": "paid", "held": "held"}
    for verdict in _one_each(verdicts):
        if verdict.claim is not None:
            yield Withdrawal(verdict.claim.letter, reasons[verdict.done])


def _told(verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A finding for each letter that stays out, and one for what is nobody's."""
    why = _words()["why"]
    for verdict in _one_each(verdicts):
        if verdict.claim is None:
            continue
        entry = verdict.entry
        params = {
            "letter": verdict.claim.letter.letter_id,
            "amount": f"{entry.amount} {entry.currency}",
            "total": f"{verdict.claim.letter.total} {verdict.claim.letter.currency}",
            "date": entry.day.isoformat(),
            "why": why[verdict.why]["en"],
            "why_zh": why[verdict.why]["zh"],
        }
        place = (entry.file, entry.line, "", params)
        if verdict.done == "withdrawn":
            yield Finding("paid-full", "note", *place)
        else:
            yield Finding("paid-held", "warning", *place)
    if count := sum(verdict.why == "unmatched" for verdict in verdicts):
        yield Finding("paid-unmatched", "note", params={"count": str(count), "name": PAID_CSV})


def _one_each(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The first verdict that keeps a letter from the post, for each letter."""
    seen: set[str] = set()
    for verdict in verdicts:
        letter = verdict.claim.letter.letter_id if verdict.claim else ""
        if letter and verdict.done != "none" and letter not in seen:
            seen.add(letter)
            yield verdict


def _in_one_currency(entries: tuple[Entry, ...], claims: Sequence[Claim]) -> tuple[Entry, ...]:
    """Movements that state no currency are in the letters' own, where these have only one."""
    currencies = {claim.letter.currency for claim in claims}
    only = currencies.pop() if len(currencies) == 1 else ""
    return tuple(e if e.currency else replace(e, currency=only) for e in entries)


def _each_file(files: Iterable[Path]) -> Iterator[Path]:
    """The files, and those in a folder by name, but for hidden ones."""
    for file in files:
        if file.is_dir():
            yield from sorted(f for f in file.iterdir() if f.is_file() and f.name[:1] != ".")
        else:
            yield file


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    data: Mapping[str, Mapping[str, Mapping[str, str]]] = read_text_file(_WORDS).data
    return data
