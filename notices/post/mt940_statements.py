"""MT940, the statement of SWIFT: the room of the package mt-940.

Marks of field 61 (SWIFT Standards MT, category 9): C credit, D debit, RC a credit that is undone,
RD a debit that is undone; others (EC, ED) are only expected. Field 60F is the closing balance of
the statement before.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from notices.finding import Finding
from notices.post.camt import NO_REFERENCE
from notices.post.statements import Entry, EntryKind, Statement, period_of
from notices.tables.list_words import read_words

logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)  # it logs lines as they are, names too
_KINDS: Mapping[str, EntryKind] = {"C": "credit", "RC": "returned", "D": "debit", "RD": "debit"}
_REFERENCES = ("customer_reference", "end_to_end_reference", "extra_details")
_TEXTS = ("purpose", "additional_purpose", "transaction_details", "non_swift_text")
_CODE_WORD = re.compile(r"/[A-Z]{4}/")  # /EREF/…/REMI/…/ISDT/ in field 86
_NAME = re.compile(r"/NAME/([^/]+)")
_OPENING = ("final_opening_balance", "intermediate_opening_balance")
_CLOSING = ("final_closing_balance", "intermediate_closing_balance")


def read_mt940(text: str, file: str) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """The file's statements; one that can't be read is an error. What the package passes over shows
    in the balances."""
    try:
        read = mt940.parse_statements(text, options=mt940.Options.all())
    except (RuntimeError, ValueError, ArithmeticError, KeyError, TypeError):
        return (), (Finding("paid-mt940", file=file),)
    lines = _lines_of(text)
    statements: list[Statement] = []
    findings: list[Finding] = []
    for one in read:
        opening, closing = (_balance(one.data, names) for names in (_OPENING, _CLOSING))
        account = str(one.data.get("account_identification") or "")
        if opening is None or closing is None or not account:
            findings.append(Finding("paid-mt940", file=file))
            continue
        entries = tuple(
            _entry(entry.data, file, next(lines, 0)) for entry in one if _is_line(entry)
        )
        statements.append(
            Statement(
                file=file,
                account=account,
                currency=str(closing.amount.currency),
                first=period_of(_day(opening.date), _day(closing.date)),
                last=_day(closing.date),
                opening=opening.amount.amount,
                closing=closing.amount.amount,
                entered=sum((_signed(entry.data) for entry in one if _is_line(entry)), Decimal(0)),
                entries=entries,
                number=_number(one.data.get("statement_number")),
                part=_number(one.data.get("sequence_number")) or 1,
                final=_CLOSING[0] in one.data,
            )
        )
    if not statements and not findings:
        findings.append(Finding("paid-empty", file=file))
    return tuple(statements), tuple(findings)


def _entry(data: Mapping[str, Any], file: str, line: int) -> Entry:
    texts = [str(data.get(name) or "") for name in _TEXTS]
    named = _NAME.search("".join(texts).replace("\n", ""))
    rows = [row.strip() for text in texts for row in text.splitlines() if row.strip()]
    references = [str(data.get(name) or "").strip() for name in _REFERENCES]
    kind = _KINDS.get(str(data["status"]).upper(), "pending")
    if str(data.get("id") or "")[1:].casefold() in read_words("payments", "reversals"):
        kind = "debit" if kind == "credit" else "returned"  # what we had sent, or what we had got
    return Entry(
        file=file,
        line=line,
        day=_day(data.get("entry_date") or data["date"]),
        amount=abs(_signed(data)),
        currency=str(data["amount"].currency or ""),
        kind=kind,
        references=tuple(
            text for text in dict.fromkeys(references) if text and text not in NO_REFERENCE
        ),
        texts=tuple(
            dict.fromkeys(
                _CODE_WORD.sub(" ", text) for text in (" ".join(rows), "".join(rows)) if text
            )
        ),
        payer=str(data.get("applicant_name") or (named.group(1) if named else "")).strip(),
    )


def _lines_of(text: str) -> Iterator[int]:
    """On which line each movement stands."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(":61:"):
            yield number


def _is_line(entry: Any) -> bool:
    return "status" in entry.data and "amount" in entry.data


def _signed(data: Mapping[str, Any]) -> Decimal:
    return Decimal(data["amount"].amount)


def _balance(data: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _day(day: Any) -> date:
    return date(day.year, day.month, day.day)


def _number(text: object) -> int | None:
    return int(str(text)) if text and str(text).isdecimal() else None
