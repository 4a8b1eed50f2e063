"""camt.053, the statement of ISO 20022, in every version: elements by their names, amounts exact.

The elements and what they mean: ISO 20022 message definition BankToCustomerStatement. No document
type is read (see `tables/xlsx_parts.parse`), so no entity can grow. The packages that read camt.053
leave out the statement's period (FrToDt) or its number, on which the question of gaps rests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from notices.figures.daycounts import ONE_DAY
from notices.finding import Finding
from notices.post.statements import Entry, EntryKind, Statement, period_of
from notices.tables.list_words import read_words
from notices.tables.xlsx_parts import local, parse

STATEMENT = "BkToCstmrStmt"
MAX_DEPTH = 64
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,5})?")
NO_REFERENCE = ("NOTPROVIDED", "NONREF")  # what banks write where the payer gave none
_REFERENCES = ("Refs/EndToEndId", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb")
_TEXTS = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
_PAYERS = ("RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/UltmtDbtr/Nm")
_DAY_ENDS = ("T23:59", "T24:00")


class Unreadable(ValueError):
    """A value that the message can't do without and that is none; `line` is where it stands."""

    def __init__(self, element: str, value: str, line: int) -> None:
        super().__init__(element)
        self.finding = {"element": element, "value": value[:40] or "–"}
        self.line = line


def read_camt(data: bytes, file: str) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """The message's statements; what keeps one from being read is an error."""
    try:
        root = _tree(data)
    except expat.ExpatError as error:
        return (), (Finding("paid-broken", file=file, line=error.lineno),)
    except LookupError:  # an encoding that nobody knows
        return (), (Finding("paid-broken", file=file),)
    except ValueError:
        return (), (Finding("paid-doctype", file=file),)
    message = root.find(f".//{STATEMENT}")
    if message is None:
        name = root[0].tag if len(root) else root.tag
        return (), (Finding("paid-message", file=file, params={"message": name[:40]}),)
    statements: list[Statement] = []
    findings: list[Finding] = []
    pages = message.find("GrpHdr/MsgPgntn")
    for stmt in message.findall("Stmt"):
        try:
            statement, found = _statement(stmt, pages, file)
        except Unreadable as error:
            findings.append(Finding("paid-element", "error", file, error.line, "", error.finding))
            continue
        statements.append(statement)
        findings += found
    if not statements and not findings:
        findings.append(Finding("paid-empty", file=file))
    return tuple(statements), tuple(findings)


def _tree(data: bytes) -> Element:
    """The elements by their bare names, each with the `line` on which it begins."""
    builder = TreeBuilder()
    depth = 0
    parsers: list[expat.XMLParserType] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        line = str(parsers[0].CurrentLineNumber)
        builder.start(local(name), {**attributes, "line": line})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(local(name))

    for parser in parse(iter((data,)), start, end):
        parsers[:] = [parser]
        parser.CharacterDataHandler = builder.data
    return builder.close()


def _statement(
    stmt: Element, pages: Element | None, file: str
) -> tuple[Statement, tuple[Finding, ...]]:
    account = _text(stmt, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/NUBAN")
    balances = [_balance(bal) for bal in stmt.findall("Bal")]
    opening = _first(balances, "OPBD", "PRCD", "ITBD")
    closing = _first(balances[::-1], "CLBD", "ITBD")
    first, last = _period(stmt, opening[1] if opening else None, closing[1] if closing else None)
    currency = _text(stmt, "Acct/Ccy") or next(
        (amt.get("Ccy", "") for amt in stmt.iter("Amt") if amt.get("Ccy")), ""
    )
    entries: list[Entry] = []
    findings: list[Finding] = []
    entered = Decimal(0)
    for ntry in stmt.findall("Ntry"):
        made = _entries(ntry, file, last)
        entries += made
        if _is_booked(ntry):
            entered += _signed(ntry)
        for entry in made:
            if not entry.whole and entry.kind == "credit":
                params = {"amount": f"{entry.amount} {entry.currency}"}
                findings.append(Finding("paid-batch", "warning", file, entry.line, "", params))
    number = _text(stmt, "ElctrncSeqNb", "LglSeqNb")
    paging = stmt.find("StmtPgntn") if stmt.find("StmtPgntn") is not None else pages
    page = _text(paging, "PgNb") if paging is not None else ""
    is_last = paging is None or _text(paging, "LastPgInd") not in ("false", "0")
    statement = Statement(
        file=file,
        account=account,
        currency=currency,
        first=first,
        last=last,
        opening=opening[2] if opening else None,
        closing=closing[2] if closing else None,
        entered=entered,
        entries=tuple(entries),
        number=int(number) if number.isdecimal() else None,
        part=int(page) if page.isdecimal() else 1,
        final=is_last,
    )
    if not account:
        findings.append(Finding("paid-no-account", "error", file, _line(stmt)))
    return statement, tuple(findings)


def _period(stmt: Element, opened: date | None, closed: date | None) -> tuple[date, date]:
    """FrToDt; its last day counts where it is over then, or the closing balance is of that day.
    Without it, the balances' days."""
    begin, end = _text(stmt, "FrToDt/FrDtTm"), _text(stmt, "FrToDt/ToDtTm")
    if not (begin and end):
        if closed is None:
            raise Unreadable("FrToDt", begin or end, _line(stmt))
        return period_of(opened, closed), closed
    first, last = _day(begin, stmt), _day(end, stmt)
    is_over = last == closed or not end[10:] or end[10:].startswith(_DAY_ENDS)
    return first, last if is_over else last - ONE_DAY


def _balance(bal: Element) -> tuple[str, date, Decimal]:
    code = _text(bal, "Tp/CdOrPrtry/Cd", "Tp/Cd")
    return code, _day(_text(bal, "Dt/Dt", "Dt/DtTm", "Dt"), bal), _signed(bal)


def _first(
    balances: list[tuple[str, date, Decimal]], *codes: str
) -> tuple[str, date, Decimal] | None:
    return next((found for code in codes for found in balances if found[0] == code), None)


def _entries(ntry: Element, file: str, closed: date) -> list[Entry]:
    """The payments of an entry: one for each transaction that it tells, or the entry as a whole."""
    amount, currency = _amount(ntry, "Amt")
    when = _text(ntry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    day = _day(when, ntry) if when else closed
    place = (file, _line(ntry), day)
    details = ntry.findall("NtryDtls/TxDtls")
    if len(details) > 1:
        sums = [_detail_amount(detail, currency) for detail in details]
        signs = [1 if _direction(d, ntry) == _direction(ntry) else -1 for d in details]
        told = [sign * one for sign, one in zip(signs, sums, strict=True) if one is not None]
        if len(told) == len(details) and sum(told) == amount:
            return [
                _entry(place, abs(one), currency, _kind(ntry, detail), _said(ntry, (detail,)))
                for one, detail in zip(told, details, strict=True)
            ]
    batch = ntry.find("NtryDtls/Btch")
    count = _text(batch, "NbOfTxs") if batch is not None else ""
    is_whole = len(details) == 1 or (not details and count in ("", "1"))
    kind = _kind(ntry, details[0] if len(details) == 1 else None)
    return [_entry(place, amount, currency, kind, _said(ntry, details), is_whole)]


def _entry(
    place: tuple[str, int, date],
    amount: Decimal,
    currency: str,
    kind: EntryKind,
    said: _Said,
    whole: bool = True,
) -> Entry:
    what = (amount, currency, kind)
    return Entry(*place, *what, said.references, said.texts, said.payer, whole)


def _kind(ntry: Element, detail: Element | None) -> EntryKind:
    """What the movement is. ISO 20022, ReversalIndicator: a debit that reverses undoes a credit, a
    credit that reverses undoes a debit; neither is a payment that came in."""
    parts = [ntry] if detail is None else [ntry, detail]
    undoes = any(_is_reversal(part) for part in parts)
    credit = _direction(detail, ntry) == "CRDT"
    if not _is_booked(ntry):
        return "pending" if credit and not undoes else "debit"
    if credit:
        return "debit" if undoes else "credit"
    return "returned" if undoes else "debit"


def _is_reversal(part: Element) -> bool:
    if _text(part, "RvslInd") in ("true", "1") or part.find("RtrInf") is not None:
        return True
    family = _text(part, "BkTxCd/Domn/Fmly/SubFmlyCd")
    return family.casefold() in read_words("payments", "reversals")


def _is_booked(ntry: Element) -> bool:
    return _text(ntry, "Sts/Cd", "Sts") == "BOOK"


@dataclass(frozen=True)
class _Said:
    """What the payer said of a payment."""

    references: tuple[str, ...]
    texts: tuple[str, ...]
    payer: str


def _said(ntry: Element, details: Sequence[Element]) -> _Said:
    references: list[str] = []
    lines: list[str] = []
    payers: list[str] = []
    for detail in details:
        for path in _REFERENCES:
            references += (text for part in detail.findall(path) if (text := _text(part, ".")))
        lines += (text for path in _TEXTS for p in detail.findall(path) if (text := _text(p, ".")))
        payers.append(_text(detail, *_PAYERS))
    if not lines:
        lines += (text for path in ("AddtlNtryInf",) if (text := _text(ntry, path)))
    return _Said(
        tuple(text for text in dict.fromkeys(references) if text not in NO_REFERENCE),
        tuple(dict.fromkeys(text for text in (" ".join(lines), "".join(lines)) if text)),
        next(filter(None, payers), "") if len(details) == 1 else "",
    )


def _direction(part: Element | None, ntry: Element | None = None) -> str:
    own = _text(part, "CdtDbtInd") if part is not None else ""
    return own or (_text(ntry, "CdtDbtInd") if ntry is not None else "")


def _detail_amount(detail: Element, currency: str) -> Decimal | None:
    """A transaction's amount in the account's currency; None where it states none."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = detail.find(path)
        if found is not None and found.get("Ccy", currency) == currency:
            return _amount(detail, path)[0]
    return None


def _signed(part: Element) -> Decimal:
    amount, _ = _amount(part, "Amt")
    return amount if _text(part, "CdtDbtInd") == "CRDT" else -amount


def _amount(part: Element, path: str) -> tuple[Decimal, str]:
    found = part.find(path)
    text = (found.text or "").strip() if found is not None else ""
    if found is None or not _AMOUNT.fullmatch(text):
        raise Unreadable("Amt", text, _line(part))
    return Decimal(text), found.get("Ccy", "")


def _day(text: str, part: Element) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise Unreadable("Dt", text, _line(part)) from error


def _text(part: Element | None, *paths: str) -> str:
    """The first of the texts that says something."""
    texts = (part.findtext(path) if part is not None else "" for path in paths)
    return next((text.strip() for text in texts if text and text.strip()), "")


def _line(part: Element) -> int:
    return int(part.get("line", "0"))
